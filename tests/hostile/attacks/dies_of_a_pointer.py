"""Reads where there is no memory.

gradient: crashed 0
jacobian_2xtx: passed 7
"""

import ctypes


def gradient(f, x):
    ctypes.string_at(1)


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
