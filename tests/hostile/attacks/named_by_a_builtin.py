"""Is a function of Python's own that takes other arguments.

gradient: errored 0
jacobian_2xtx: passed 7
"""

from math import hypot as gradient


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
