"""Reference solutions of chapter 3: clearing and accumulating."""

from collections.abc import Callable, Sequence

import torch


def zero_then_grad(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The first gradient is copied before zero_ empties the tensor that held it."""
    x = x.detach().clone().requires_grad_(True)
    y = 2 * torch.dot(x, x)
    y.backward()
    assert x.grad is not None
    first = x.grad.clone()
    x.grad.zero_()
    y = x.sum()
    y.backward()
    return first, x.grad


def accumulated_grad(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The first gradient is copied before the second backward adds to the tensor that held it."""
    x = x.detach().clone().requires_grad_(True)
    y = 2 * torch.dot(x, x)
    y.backward()
    assert x.grad is not None
    first = x.grad.clone()
    y = x.sum()
    y.backward()
    return first, x.grad


def sum_backward(x: torch.Tensor) -> torch.Tensor:
    """The sum makes one number of the vector, and every element counts once."""
    x = x.detach().clone().requires_grad_(True)
    y = x * x
    y.sum().backward()
    assert x.grad is not None
    return x.grad


def two_backwards(
    f1: Callable[[torch.Tensor], torch.Tensor],
    f2: Callable[[torch.Tensor], torch.Tensor],
    x: torch.Tensor,
    zero_between: bool,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Both passes use one leaf, and the first result is a copy that no longer changes."""
    leaf = x.detach().clone().requires_grad_(True)
    f1(leaf).backward()
    assert leaf.grad is not None
    first = leaf.grad.clone()
    if zero_between:
        leaf.grad.zero_()
    f2(leaf).backward()
    return first, leaf.grad


def clear_grads(params: Sequence[torch.Tensor], set_to_none: bool) -> None:
    """Zeroing is done in place, only on tensors that exist, after cutting off their history."""
    for param in params:
        if param.grad is None:
            continue
        if set_to_none:
            param.grad = None
        else:
            param.grad.detach_().zero_()


def vector_backward(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, v: torch.Tensor | None) -> torch.Tensor:
    """backward(gradient=v) differentiates the sum weighted by v; without v the sum is plain."""
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    if v is None:
        y.sum().backward()
    else:
        y.backward(gradient=v)
    assert leaf.grad is not None
    return leaf.grad
