"""Right styles of chapter 4 beside the references."""

import copy
from collections.abc import Callable

import torch


def detached_product_grad__no_grad(x: torch.Tensor) -> torch.Tensor:
    """u is computed where nothing is recorded."""
    x = x.detach().clone().requires_grad_(True)
    with torch.no_grad():
        u = x * x
    (u * x).sum().backward()
    return x.grad


def detached_product_grad__grad(x: torch.Tensor) -> torch.Tensor:
    """torch.autograd.grad of the dot product with a constant."""
    x = x.detach().clone().requires_grad_(True)
    u = (x**2).detach()
    z = torch.dot(u, x)
    return torch.autograd.grad(z, x)[0].clone()


def frozen_factor_grad__grad(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """The factor is computed from a tensor without a history."""
    constant = f(x.detach().clone())
    leaf = x.detach().clone().requires_grad_(True)
    z = (constant * leaf).sum()
    return torch.autograd.grad(z, leaf)[0]


def frozen_factor_grad__no_grad(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """The factor is computed where nothing is recorded, and copied, since f may return what it was given."""
    leaf = x.detach().clone().requires_grad_(True)
    with torch.no_grad():
        u = f(leaf).clone()
    z = u * leaf
    z.backward(torch.ones_like(z))
    return leaf.grad.clone()


def both_gradients__grad(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """torch.autograd.grad stores nothing, so nothing has to be cleared."""
    leaf = x.detach().clone().requires_grad_(True)
    y = leaf * leaf
    u = y.detach()
    (first,) = torch.autograd.grad(y.sum(), leaf)
    (second,) = torch.autograd.grad((u * leaf).sum(), leaf)
    return first, second


def both_gradients__none(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Clearing by None leaves the first tensor as it is."""
    leaf = x.detach().clone().requires_grad_(True)
    y = leaf**2
    u = y.detach()
    y.sum().backward()
    first = leaf.grad
    leaf.grad = None
    z = torch.dot(u, leaf)
    z.backward()
    return first, leaf.grad


def two_branch_detach__copies(
    x: torch.Tensor, y: torch.Tensor
) -> tuple[tuple[torch.Tensor, torch.Tensor | None], tuple[torch.Tensor, torch.Tensor]]:
    """The .grad of both leaves, copied after each pass."""
    a = x.detach().clone().requires_grad_(True)
    b = y.detach().clone().requires_grad_(True)
    (0.5 * a**2 + 0.5 * (b**2).detach()).backward()
    first = (a.grad.clone(), None if b.grad is None else b.grad.clone())
    (0.5 * (a**2).detach() + 0.5 * b**2).backward()
    second = (a.grad.clone(), b.grad.clone())
    return first, second


def two_branch_detach__grad(
    x: torch.Tensor, y: torch.Tensor
) -> tuple[tuple[torch.Tensor, torch.Tensor | None], tuple[torch.Tensor, torch.Tensor]]:
    """torch.autograd.grad of each output, and None where no path leads."""
    x = x.detach().clone().requires_grad_(True)
    y = y.detach().clone().requires_grad_(True)
    output3 = 0.5 * x**2 + 0.5 * (y**2).detach()
    output4 = 0.5 * (x**2).detach() + 0.5 * y**2
    dx, none = torch.autograd.grad(output3, [x, y], allow_unused=True)
    (dy,) = torch.autograd.grad(output4, [y])
    return (dx, none), (dx.clone(), dy)


def snapshot__copy(t: torch.Tensor) -> torch.Tensor:
    """Into a tensor of its own."""
    result = torch.empty(t.shape, dtype=t.dtype)
    result.copy_(t.detach())
    return result


def snapshot__no_grad(t: torch.Tensor) -> torch.Tensor:
    """A copy that is made where nothing is recorded."""
    with torch.no_grad():
        kept = t.clone()
    return kept


def snapshot__deep(t: torch.Tensor) -> torch.Tensor:
    """By a copy of Python's, of what has no history."""
    plain = t.detach()
    return copy.deepcopy(plain)
