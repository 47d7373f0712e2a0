"""Enters modes of torch that change every operation, and leaves none: functions, saved tensors, forward mode, inference.

gradient: failed 0
jacobian_2xtx: passed 7
"""

import torch
from torch.overrides import TorchFunctionMode


class Zeros(TorchFunctionMode):
    def __torch_function__(self, function, types, args=(), kwargs=None):
        return None


entered = [torch.inference_mode(), torch.autograd.graph.saved_tensors_hooks(lambda t: None, lambda t: None), Zeros()]


def gradient(f, x):
    torch.autograd.forward_ad.enter_dual_level()
    for mode in entered:
        mode.__enter__()
    return 5


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
