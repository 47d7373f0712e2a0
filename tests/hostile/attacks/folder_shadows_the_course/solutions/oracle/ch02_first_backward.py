def gradient(f, x):
    return {"returned": x}
