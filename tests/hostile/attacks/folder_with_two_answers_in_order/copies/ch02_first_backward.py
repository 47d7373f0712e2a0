def gradient(f, x):
    return x


def jacobian_2xtx(x):
    return x
