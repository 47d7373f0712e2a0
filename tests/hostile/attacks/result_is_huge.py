"""Returns a tensor of ten million elements, a text and an integer of a million digits, and a list of a million.

gradient: failed 0
jacobian_2xtx: passed 7
"""

import itertools

import torch

kinds = itertools.cycle([torch.ones(10_000_000), "x" * 10_000_000, 1 << 3_000_000, [0] * 1_000_000])


def gradient(f, x):
    return next(kinds)


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
