"""Leaves the caller's tensor without memory, with another shape, and with a gradient of another kind.

gradient: failed 0
jacobian_2xtx: passed 7
"""

import torch


def gradient(f, x):
    if x.is_leaf:
        x.requires_grad_(False)
    x.grad = torch.ones(len(x), dtype=x.dtype).to_sparse()
    x.data = torch.ones(1, dtype=x.dtype).expand(10**12)
    x.data.untyped_storage().resize_(0)
    return None


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
