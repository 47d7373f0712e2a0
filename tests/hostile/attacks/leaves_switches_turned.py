"""Turns torch's global switches and leaves them so: grad mode, dtype, device, determinism, threads, anomalies.

gradient: failed 0
jacobian_2xtx: passed 7
"""

import torch


def gradient(f, x):
    torch.set_grad_enabled(False)
    torch.set_default_dtype(torch.float64)
    torch.set_default_device("meta")
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(8)
    torch.autograd.set_detect_anomaly(True)
    torch.set_warn_always(True)
    return x


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
