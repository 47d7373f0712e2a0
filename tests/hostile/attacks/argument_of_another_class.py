"""Changes the class of the caller's tensor, and what it says about itself.

gradient: failed 0
jacobian_2xtx: passed 7
"""

import torch


class Odd(torch.Tensor):
    requires_grad = property(lambda self: 1 / 0)
    grad = property(lambda self: 1 / 0)


def gradient(f, x):
    x.__class__ = Odd
    return x


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
