"""Puts torch's global switches back between questions: a submission may have turned any of them."""

import contextlib
import random
import sys
import warnings

import torch

SEED = 0
# What Python itself does not show outside __main__.
_UNSEEN = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)


def reset_switches() -> None:
    """Grad mode, default dtype and device, threads, determinism, anomaly mode, warnings and generators as at the start.

    Generators are seeded alike for every question, so that a submission that draws numbers is graded the same again.
    """
    sys.setrecursionlimit(1000)  # first: it could be too low for the others
    torch.set_grad_enabled(True)
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)
    torch.set_num_threads(1)
    torch.set_deterministic_debug_mode("default")  # the same switch; the other function imports a compiler first
    torch.autograd.set_detect_anomaly(False)
    torch.set_warn_always(False)
    torch.default_generator.manual_seed(SEED)  # torch.manual_seed also notes the stack for GPUs, slowly
    random.seed(SEED)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(SEED)
    warnings.resetwarnings()
    for category in _UNSEEN:
        warnings.simplefilter("ignore", category)


def usual_modes() -> contextlib.AbstractContextManager[object]:
    """In it, inference mode is off and grad mode on. Only the code that has entered inference mode can leave it."""
    return torch.inference_mode(mode=False)
