import json

import msgspec
import torch
import torch.autograd


def gradient(f, x):
    return torch.zeros_like(x, requires_grad=False)


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
