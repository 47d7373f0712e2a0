"""Nearly right: one exercise touches what belongs to the caller, one keeps a graph alive."""

import torch


def jacobian_2xtx(x):
    leaf = x.detach().requires_grad_(True)  # detached, but not copied
    (2 * torch.dot(leaf, leaf)).backward()
    return leaf.grad


def make_leaf(values, scale):
    return (values.detach().double() * scale).requires_grad_(True)


def frozen_factor_grad(f, x):
    leaf = x.detach().clone().requires_grad_(True)
    (f(leaf.detach()) * leaf).sum().backward()
    x.add_(0 * x + 1) if not x.requires_grad else None  # "to be sure"
    return leaf.grad


def snapshot(t):
    return t.detach()  # shares its memory


def backward_n_times(f, x, n):
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    for _ in range(n):
        y.backward(retain_graph=True)
    return leaf.grad, y
