"""Reference solutions of chapter 2: first backward."""

from collections.abc import Callable, Sequence

import torch


def jacobian_2xtx(x: torch.Tensor) -> torch.Tensor:
    """y is a scalar, so one backward fills x.grad, in the shape of x."""
    x = x.detach().clone().requires_grad_(True)
    y = 2 * torch.dot(x, x)
    y.backward()
    assert x.grad is not None
    return x.grad


def make_leaf(values: torch.Tensor, scale: float) -> torch.Tensor:
    """The arithmetic comes first and the flag last, so that nothing precedes the result in a graph."""
    return (values.detach().double() * scale).requires_grad_(True)


def gradient(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """The leaf is a copy of our own, so the flag and both gradients, old and new, stay apart."""
    leaf = x.detach().clone().requires_grad_(True)
    f(leaf).backward()
    assert leaf.grad is not None
    return leaf.grad


def grads_or_zeros(y: torch.Tensor, xs: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """autograd.grad returns gradients and stores none; materialize_grads makes zeros of None."""
    grads = torch.autograd.grad(y, xs, retain_graph=True, materialize_grads=True)
    # Where y adds two tensors, autograd may return one and the same tensor for both.
    return [grad.clone() for grad in grads]
