"""Wrong in ways that have a name."""

import torch


def jacobian_2xtx(x):
    return 4 * x.detach()  # a formula, no autograd


def make_leaf(values, scale):
    x = values.double().requires_grad_(True)
    return x * scale  # no leaf any more


def gradient(f, x):
    x.requires_grad_(True)  # the caller's own tensor
    f(x).backward()
    return x.grad


def grads_or_zeros(y, xs):
    return list(torch.autograd.grad(y, xs, retain_graph=True, allow_unused=True))
