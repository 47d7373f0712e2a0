def gradient(f, x):
    return x
