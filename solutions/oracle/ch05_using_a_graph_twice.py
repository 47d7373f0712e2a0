"""What is right in chapter 5, by torch.autograd.functional. Each function takes a question's inputs."""

from collections.abc import Callable

import torch
from torch.autograd.functional import jacobian

Function = Callable[[torch.Tensor], torch.Tensor]


def backward_twice(x: torch.Tensor) -> dict[str, object]:
    """Twice the Jacobian of x.x, f[n]."""
    x = x.detach()
    return {"returned": 2 * jacobian(lambda t: t.dot(t), x), "around": {"y": x.dot(x)}}


def backward_n_times(f: Function, x: torch.Tensor, n: int) -> dict[str, object]:
    """n times the Jacobian of f, f[k], and f(x), f[]; a further backward through y leaves x alone."""
    old = x.grad if x.is_leaf else None
    x = x.detach()
    return {
        "returned": (n * jacobian(f, x), f(x)),
        "graph_of_y": _after_a_pass(f, x),
        "grad_of_x": old,
        "passes": n,
    }


def _after_a_pass(f: Function, x: torch.Tensor) -> str:
    """Does a function keep anything for the way back? One that does not can be walked again."""
    y = f(x.clone().requires_grad_(True))
    y.backward()
    try:
        y.backward()
    except RuntimeError:
        return "freed"
    return "usable"
