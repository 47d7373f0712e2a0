"""Makes every warning an error and warns of everything.

gradient: failed 0
jacobian_2xtx: passed 7
"""

import warnings

import torch


def gradient(f, x):
    warnings.simplefilter("error")
    torch.set_warn_always(True)
    y = x.detach().clone().requires_grad_(True) * 1
    try:
        y.grad
    except UserWarning:
        pass
    return x


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
