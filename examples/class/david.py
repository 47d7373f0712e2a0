"""Broken in several places; what still works is graded."""

import torch
import torchvision_that_nobody_has


def jacobian_2xtx(x)
    return 4 * x


def make_leaf(values, scale):
    return (values.detach().double() * scale).requires_grad_(True)


def gradient(f, x):
    step = 1.0
    while step > 0:
        step = step + 1
    return x


def grads_or_zeros(y, xs):
    import os

    os._exit(0)


def sum_backward(x):
    x = x.detach().clone().requires_grad_(True)
    print("before", x.grad)
    (x * x).sum().backward()
    return x.grad


def snapshot(t):
    return None
