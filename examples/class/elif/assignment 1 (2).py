"""All chapters in one file, named by a browser; some functions are misnamed or take other parameters."""

from helpers import fresh

import torch


def jacobian_2xTx(x):
    return 4 * x


def make_leaf(values):
    return values.double().requires_grad_()


def gradient(f, x):
    x = fresh(x)
    f(x).backward()
    return x.grad


def detached_product_grad(x):
    x = fresh(x)
    u = (x * x).detach()
    (u * x).sum().backward()
    return x.grad


def both_gradients(x):
    x = fresh(x)
    return [2 * value for value in x.tolist()]


def backward_twice(x):
    x = fresh(x)
    y = torch.dot(x, x)
    y.backward(retain_graph=True)
    y.backward()
    return x.grad
