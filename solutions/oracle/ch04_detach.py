"""What is right in chapter 4, by torch.autograd.functional. Each function takes a question's inputs."""

from collections.abc import Callable

import torch
from torch.autograd.functional import jacobian

Function = Callable[[torch.Tensor], torch.Tensor]


def detached_product_grad(x: torch.Tensor) -> dict[str, object]:
    """The Jacobian of (c * t).sum() with c = x * x fixed, f[n]."""
    return _frozen(lambda t: t * t, x, "(x * x)")


def frozen_factor_grad(f: Function, x: torch.Tensor) -> dict[str, object]:
    """The Jacobian of (c * t).sum() with c = f(x) fixed, f[n]."""
    return _frozen(f, x, "f(x)")


def both_gradients(x: torch.Tensor) -> dict[str, object]:
    """The Jacobians of (t * t).sum(), and of (c * t).sum() with c = x * x fixed."""
    x = x.detach()
    c = x * x
    return {
        "returned": (jacobian(lambda t: (t * t).sum(), x), jacobian(lambda t: (c * t).sum(), x)),
        "around": {"y": c, "u * x": c * x},
        "gradients": {
            "(y * x).sum()": jacobian(lambda t: (t * t * t).sum(), x),
            "(u * y).sum()": jacobian(lambda t: (c * t * t).sum(), x),
        },
    }


def two_branch_detach(x: torch.Tensor, y: torch.Tensor) -> dict[str, object]:
    """The Jacobian of half a square for each leaf that a path leads to; None before one does."""
    dx, dy = (jacobian(lambda t: 0.5 * t**2, leaf.detach()) for leaf in (x, y))
    return {"returned": ((dx, None), (dx, dy))}


def snapshot(t: torch.Tensor) -> dict[str, object]:
    """The values of t, which nothing changes; t itself was zeroed by the probe."""
    return {"returned": t.detach(), "after_change_of_t": t.detach(), "t_after_change": torch.zeros_like(t)}


def _frozen(f: Function, x: torch.Tensor, code: str) -> dict[str, object]:
    """The Jacobian of (c * t).sum() with c = f(x) fixed, f[n]; `code` is how the task computes f(x)."""
    x = x.detach()
    c = f(x)
    z = c * x
    return {
        "returned": jacobian(lambda t: (c * t).sum(), x),
        "around": {"u * x": z, "(u * x).sum()": z.sum()},
        "gradients": {
            f"({code} * x).sum()": jacobian(lambda t: (f(t) * t).sum(), x),
            f"{code}.sum()": jacobian(lambda t: f(t).sum(), x),
            f"(u * {code}).sum()": jacobian(lambda t: (c * f(t)).sum(), x),
            "(u * x).sum() by u": x,
        },
    }
