"""Reference solutions of chapter 5: using a graph twice."""

from collections.abc import Callable

import torch


def backward_twice(x: torch.Tensor) -> torch.Tensor:
    """The first pass keeps the graph for the second, which adds to the same x.grad."""
    x = x.detach().clone().requires_grad_(True)
    y = torch.dot(x, x)
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad is not None
    return x.grad


def backward_n_times(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, n: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """All passes but the last keep the graph, so the y that is returned holds no memory."""
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    for _ in range(n - 1):
        y.backward(retain_graph=True)
    y.backward()
    assert leaf.grad is not None
    return leaf.grad, y
