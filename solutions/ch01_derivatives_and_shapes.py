"""Reference solutions of chapter 1: derivatives and their shapes."""

from collections.abc import Callable, Mapping
from typing import Literal

import torch


def subdifferential_interval(kind: Literal["abs", "relu"], x: torch.Tensor) -> torch.Tensor:
    """The ends are the slopes on the two sides, which differ only where x equals 0 (or -0.0)."""
    left = torch.full_like(x, -1.0 if kind == "abs" else 0.0)
    right = torch.ones_like(x)
    smallest = torch.where(x > 0, right, left)
    largest = torch.where(x < 0, left, right)
    return torch.stack([smallest, largest], dim=1)


def kink_gradients(
    fs: Mapping[str, Callable[[torch.Tensor], torch.Tensor]], x: torch.Tensor
) -> dict[str, torch.Tensor]:
    """Each function gets a leaf of its own, and whatever autograd reports for it is the answer."""
    gradients = {}
    for name, f in fs.items():
        leaf = x.detach().clone().requires_grad_(True)
        (grad,) = torch.autograd.grad(f(leaf), leaf)
        gradients[name] = grad
    return gradients


def numerator_layout(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Torch's shape is that of y followed by that of x; each part becomes one axis."""
    jacobian: torch.Tensor = torch.autograd.functional.jacobian(f, x.detach())
    m = jacobian.shape[: jacobian.dim() - x.dim()].numel()
    return jacobian.reshape(m, x.numel())


def jacobian_by_rows(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Row i is the gradient of the scalar y[i]; the graph is kept for the rows after it."""
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    rows = [torch.autograd.grad(y_i, leaf, retain_graph=True)[0] for y_i in y]
    return torch.stack(rows)
