"""What is right in chapter 2, by torch.autograd.functional. Each function takes a question's inputs."""

from collections.abc import Callable, Sequence

import torch
from torch.autograd.functional import jacobian

Function = Callable[[torch.Tensor], torch.Tensor]


def jacobian_2xtx(x: torch.Tensor) -> dict[str, object]:
    """The Jacobian of 2 x.x, f[n]."""
    x = x.detach()
    return {"returned": jacobian(lambda t: 2 * t.dot(t), x), "around": {"y": 2 * x.dot(x)}}


def make_leaf(values: torch.Tensor, scale: float) -> dict[str, object]:
    """The product in f64[n], and the gradient of three times its sum."""
    product = values.detach().double() * scale
    return {
        "returned": product,
        "grad_before": None,
        "grad_after": jacobian(lambda leaf: (3 * leaf).sum(), product),
    }


def gradient(f: Function, x: torch.Tensor) -> dict[str, object]:
    """The Jacobian of f, f[n]."""
    x = x.detach()
    return {"returned": jacobian(f, x), "around": {"f(x)": f(x)}}


def grads_or_zeros(f: Function, xs: list[torch.Tensor], used: Sequence[int], asked: Sequence[int]) -> dict[str, object]:
    """The Jacobians of y for all xs together: zeros where y does not depend on one."""

    def y(*leaves: torch.Tensor) -> torch.Tensor:
        return torch.stack([f(leaves[index]).double() for index in used]).sum()

    leaves = tuple(x.detach() for x in xs)
    jacobians = jacobian(y, leaves)
    return {
        "returned": [jacobians[index] for index in asked],
        "graph_usable": True,
        "other_grads": [x.grad for index, x in enumerate(xs) if index not in asked],
        "around": {"y": y(*leaves)},
    }
