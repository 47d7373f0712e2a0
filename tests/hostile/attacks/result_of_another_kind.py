"""Returns sparse, meta, quantised, nested, one-dnn, functional, batched and zero tensors.

gradient: failed 0
jacobian_2xtx: passed 7
"""

import itertools

import torch


def right(f, x):
    x = x.detach().clone().requires_grad_(True)
    f(x).backward()
    return x.grad


kinds = itertools.cycle([
    lambda t: t.to("meta"),
    lambda t: t.to_sparse(),
    lambda t: torch.quantize_per_tensor(t.float(), 0.1, 0, torch.quint8),
    lambda t: torch.nested.nested_tensor([t, t]),
    lambda t: t.float().to_mkldnn(),
    lambda t: torch._C._functorch._add_batch_dim(t.reshape(1, -1), 0, 1),
    lambda t: torch._efficientzerotensor(t.shape),
])


def gradient(f, x):
    return next(kinds)(right(f, x))


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
