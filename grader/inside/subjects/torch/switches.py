"""Puts torch's global switches back between questions: a submission may have turned any of them."""

import contextlib

import torch

from grader.inside import switches


def reset() -> None:
    """Grad mode, default dtype and device, threads, determinism, anomaly mode and generators; and the interpreter's."""
    switches.reset()  # first: the recursion limit could be too low for the others
    torch.set_grad_enabled(True)
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)
    torch.set_num_threads(1)
    torch.set_deterministic_debug_mode("default")  # the same switch; the other function imports a compiler first
    torch.autograd.set_detect_anomaly(False)
    torch.set_warn_always(False)
    torch.default_generator.manual_seed(switches.SEED)  # torch.manual_seed also notes the stack for GPUs, slowly


def modes() -> contextlib.AbstractContextManager[object]:
    """In it, inference mode is off and grad mode on. Only the code that has entered inference mode can leave it."""
    return torch.inference_mode(mode=False)
