"""Right styles of chapter 5 beside the references."""

from collections.abc import Callable

import torch


def backward_twice__grad(x: torch.Tensor) -> torch.Tensor:
    """torch.autograd.grad twice, added."""
    x = x.detach().clone().requires_grad_(True)
    y = torch.dot(x, x)
    (first,) = torch.autograd.grad(y, x, retain_graph=True)
    (second,) = torch.autograd.grad(y, x)
    return first + second


def backward_twice__loop(x: torch.Tensor) -> torch.Tensor:
    """A loop that keeps the graph, and a copy of .grad."""
    x = x.detach().clone().requires_grad_(True)
    y = torch.dot(x, x)
    for _ in range(2):
        y.backward(retain_graph=True)
    return x.grad.clone()


def backward_n_times__condition(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, n: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """The last pass of the loop does not keep the graph."""
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    for i in range(n):
        y.backward(retain_graph=i < n - 1)
    return leaf.grad, y


def backward_n_times__grad(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, n: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """torch.autograd.grad in every pass, added up."""
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    total = torch.zeros_like(x, requires_grad=False)
    for i in range(1, n + 1):
        keep = i < n
        total += torch.autograd.grad(y, leaf, retain_graph=keep)[0]
    return total, y


def backward_n_times__while(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, n: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Counted down, with a copy of .grad."""
    leaf = x.clone().detach()
    leaf.requires_grad_(True)
    y = f(leaf)
    left = n
    while left > 1:
        torch.autograd.backward(y, retain_graph=True)
        left -= 1
    torch.autograd.backward(y)
    grad = leaf.grad.clone()
    return grad, y
