"""Raises things that are no exceptions.

gradient: errored 0
jacobian_2xtx: passed 7
"""

import itertools

kinds = itertools.cycle([5, "text", object, type, None])


def gradient(f, x):
    raise next(kinds)


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
