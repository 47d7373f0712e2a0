from ch02_first_backward import *
from ch02_first_backward import gradient as kept


def gradient(f, x):
    return x
