"""Returns the right answer and takes its memory away, all of it or the end of it.

gradient: failed 0
jacobian_2xtx: passed 7
"""

import itertools

import torch


def right(f, x):
    x = x.detach().clone().requires_grad_(True)
    f(x).backward()
    return x.grad


def emptied(t):
    t.untyped_storage().resize_(0)
    return t


def past_the_end(t):
    shorter = t.clone()
    result = shorter.as_strided((len(t),), (1,))
    shorter.untyped_storage().resize_(4)
    return result


kinds = itertools.cycle([emptied, past_the_end])


def gradient(f, x):
    return next(kinds)(right(f, x).clone())


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
