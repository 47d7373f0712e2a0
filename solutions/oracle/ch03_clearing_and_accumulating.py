"""What is right in chapter 3, by torch.autograd.functional. Each function takes a question's inputs."""

from collections.abc import Callable, Sequence

import torch
from torch.autograd.functional import jacobian

Function = Callable[[torch.Tensor], torch.Tensor]


def zero_then_grad(x: torch.Tensor) -> dict[str, object]:
    """The Jacobians of 2 x.x and x.sum(), f[n] each."""
    x = x.detach()
    return {"returned": (jacobian(lambda t: 2 * t.dot(t), x), jacobian(torch.sum, x))}


def accumulated_grad(x: torch.Tensor) -> dict[str, object]:
    """The Jacobian of 2 x.x, and the sum of that and the one of x.sum()."""
    x = x.detach()
    first, second = jacobian(lambda t: 2 * t.dot(t), x), jacobian(torch.sum, x)
    mean = jacobian(torch.mean, x)
    return {
        "returned": (first, first + second),
        "gradients": {"x.sum()": second, "2 * x.dot(x) + x.mean()": first + mean},
    }


def sum_backward(x: torch.Tensor) -> dict[str, object]:
    """The Jacobian of (x * x).sum(), f[n]."""
    x = x.detach()
    y = x * x
    return {"returned": jacobian(lambda t: (t * t).sum(), x), "around": {"x * x": y, "(x * x).sum()": y.sum()}}


def two_backwards(f1: Function, f2: Function, x: torch.Tensor, zero_between: bool) -> dict[str, object]:
    """The Jacobian of f1, then that of f2, added to the first unless it was cleared."""
    x = x.detach()
    first, second = jacobian(f1, x), jacobian(f2, x)
    return {
        "returned": (first, second if zero_between else first + second),
        "around": {"f1(x)": f1(x), "f2(x)": f2(x)},
    }


def clear_grads(params: Sequence[torch.Tensor], set_to_none: bool, with_graph: Sequence[int]) -> dict[str, object]:
    """None or zeros; everything else stays."""
    zeros = [None if set_to_none or param.grad is None else torch.zeros_like(param) for param in params]
    return {
        "returned": None,
        "grads": zeros,
        "values": list(params),
        "flags": [True] * len(params),
        "graphs": [False] * len(params),
        "same_tensors": set_to_none or [True] * len(params),
    }


def vector_backward(f: Function, x: torch.Tensor, v: torch.Tensor | None) -> dict[str, object]:
    """v @ J, f[n], where J is the Jacobian of f, f[m, n]; for v None its column sums."""
    x = x.detach()
    rows = jacobian(f, x)
    y = f(x)
    gradients = {"f(x).sum()": rows.sum(dim=0), "f(x).mean()": rows.mean(dim=0)}
    if v is not None:
        gradients["v.sum() * f(x).sum()"] = v.sum() * rows.sum(dim=0)
        gradients["(v * f(x).detach() * f(x)).sum()"] = (v * y) @ rows
    return {
        "returned": rows.sum(dim=0) if v is None else v @ rows,
        "around": {"f(x)": y, "f(x).sum()": y.sum()},
        "gradients": gradients,
    }
