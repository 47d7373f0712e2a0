"""Calls itself without end, with as high a limit as there is.

gradient: errored 0
jacobian_2xtx: passed 7
"""

import sys


def gradient(f, x):
    return gradient(f, x)


def raised(f, x):
    sys.setrecursionlimit(1 << 30)
    return raised(f, x)


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
