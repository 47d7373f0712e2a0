"""Returns the right numbers in shapes that would be broadcast, or that numbers without a size have.

gradient: failed 0
jacobian_2xtx: passed 7
"""

import itertools

import torch


def right(f, x):
    x = x.detach().clone().requires_grad_(True)
    f(x).backward()
    return x.grad


kinds = itertools.cycle([
    lambda t: t.reshape(1, -1),
    lambda t: t.reshape(-1, 1),
    lambda t: t.sum(),
    lambda t: t[:0],
    lambda t: t.reshape(*[1] * 20, -1),
])


def gradient(f, x):
    return next(kinds)(right(f, x))


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
