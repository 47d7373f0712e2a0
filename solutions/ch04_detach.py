"""Reference solutions of chapter 4: detach."""

from collections.abc import Callable

import torch


def detached_product_grad(x: torch.Tensor) -> torch.Tensor:
    """u has the value of x * x and no history, so one path leads from z to x: the second factor."""
    x = x.detach().clone().requires_grad_(True)
    y = x * x
    u = y.detach()
    z = u * x
    z.sum().backward()
    assert x.grad is not None
    return x.grad


def frozen_factor_grad(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """The factor f(x) is detached, the factor x is not, so the gradient is the value of f(x)."""
    leaf = x.detach().clone().requires_grad_(True)
    u = f(leaf).detach()
    (u * leaf).sum().backward()
    assert leaf.grad is not None
    return leaf.grad


def both_gradients(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """detach leaves y its history; copying and clearing keep the two gradients apart."""
    leaf = x.detach().clone().requires_grad_(True)
    y = leaf * leaf
    u = y.detach()
    y.sum().backward()
    assert leaf.grad is not None
    first = leaf.grad.clone()
    leaf.grad.zero_()
    (u * leaf).sum().backward()
    return first, leaf.grad


def two_branch_detach(
    x: torch.Tensor, y: torch.Tensor
) -> tuple[tuple[torch.Tensor, torch.Tensor | None], tuple[torch.Tensor, torch.Tensor]]:
    """Each output reaches one leaf; the other .grad is left as it was: None first, then kept."""
    x = x.detach().clone().requires_grad_(True)
    y = y.detach().clone().requires_grad_(True)
    output3 = 0.5 * x**2 + 0.5 * (y**2).detach()
    output4 = 0.5 * (x**2).detach() + 0.5 * y**2
    output3.backward()
    assert x.grad is not None
    after_output3 = x.grad.clone(), y.grad
    output4.backward()
    assert y.grad is not None
    return after_output3, (x.grad, y.grad)


def snapshot(t: torch.Tensor) -> torch.Tensor:
    """detach gives up the history, clone the shared memory; it takes both."""
    return t.detach().clone()
