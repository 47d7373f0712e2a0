"""What is right in chapter 1, by torch.autograd.functional. Each function takes a question's inputs."""

from collections.abc import Callable, Mapping

import torch
from torch.autograd.functional import jacobian

Function = Callable[[torch.Tensor], torch.Tensor]


def subdifferential_interval(kind: str, x: torch.Tensor) -> dict[str, object]:
    """The slopes on both sides, which for a convex function are the ends of the subdifferential, f[n, 2].

    Where an element is not at the kink, both are the slope at the element itself.
    """
    function = torch.abs if kind == "abs" else torch.relu
    x = x.detach()
    sides = [torch.where(x == 0, step, x) for step in (-1.0, 1.0)]
    slopes = [jacobian(lambda t: function(t).sum(), side) for side in sides]
    return {"returned": torch.stack(slopes, dim=1)}


def kink_gradients(fs: Mapping[str, Function], x: torch.Tensor) -> dict[str, object]:
    """What autograd says for each function today, f[] each: at a kink it is a choice that torch may change."""
    x = x.detach()
    return {
        "returned": {name: jacobian(f, x) for name, f in fs.items()},
        "around": {"f(x)": {name: f(x) for name, f in fs.items()}},
    }


def numerator_layout(f: Function, x: torch.Tensor) -> dict[str, object]:
    """The Jacobian, f[m, n], whatever the number of axes of y and x."""
    x = x.detach()
    y = f(x)
    return {"returned": jacobian(f, x).reshape(y.numel(), x.numel()), "around": {"f(x)": y}}


def jacobian_by_rows(f: Function, x: torch.Tensor) -> dict[str, object]:
    """The Jacobian, f[m, n]."""
    x = x.detach()
    return {"returned": jacobian(f, x), "around": {"f(x)": f(x)}}
