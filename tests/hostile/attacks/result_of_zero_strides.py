"""Returns a tensor of a million million elements in eight bytes of memory.

gradient: failed 0
jacobian_2xtx: passed 7
"""

import torch


def gradient(f, x):
    return torch.ones(1, dtype=x.dtype).expand(10**12)


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
