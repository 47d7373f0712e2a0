def gradient__right(f, x):
    """It is right.

    Hint: Is it not?
    """
    return x
