"""Asks for a tensor of a hundred gigabytes.

gradient: crashed 0
jacobian_2xtx: passed 7
"""

import torch


def gradient(f, x):
    return torch.empty(25 * 10**9)


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
