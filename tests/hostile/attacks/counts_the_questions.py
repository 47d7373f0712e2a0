"""Is right for the first three questions and wrong from then on.

gradient: failed 0
jacobian_2xtx: passed 7
"""

import itertools


def right(f, x):
    x = x.detach().clone().requires_grad_(True)
    f(x).backward()
    return x.grad


numbers = itertools.count(1)


def gradient(f, x):
    return right(f, x) if next(numbers) <= 3 else x


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
