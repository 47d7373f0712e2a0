"""Returns the right numbers as something else: a list, a tuple, an array, a text, a number.

gradient: failed 0
jacobian_2xtx: passed 7
"""

import itertools


def right(f, x):
    x = x.detach().clone().requires_grad_(True)
    f(x).backward()
    return x.grad


kinds = itertools.cycle([lambda t: t.tolist(), tuple, lambda t: t.numpy(), str, lambda t: t.sum().item()])


def gradient(f, x):
    return next(kinds)(right(f, x))


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
