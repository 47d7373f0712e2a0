"""Raises what a stub raises: from a helper, from torch, and with the stub's line in a comment and a text beside it.

gradient: errored 0
jacobian_2xtx: passed 7
"""

import itertools

import torch


def helper():
    raise NotImplementedError


def gradient(f, x):
    kind = next(kinds)
    if kind == 0:
        torch.tensor([True]).dot(torch.tensor([True]))  # raise NotImplementedError
    if kind == 1:
        helper()
    if kind == 2:
        "raise NotImplementedError"; torch.tensor([True]).dot(torch.tensor([True]))
    error = NotImplementedError()
    raise error  # raise NotImplementedError


kinds = itertools.cycle(range(4))


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
