"""Answers with the right numbers that leave out what their exercise teaches, one or more for each that allows any.

A function is named after its exercise and what it does instead.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

T = torch.Tensor
F = Callable[[T], T]


def slopes(f: F, x: T) -> T:
    """The derivative of each output by each input, from differences: no autograd."""
    h = 1e-3
    point = x.detach().double()
    rows = []
    for i in range(point.numel()):
        step = torch.zeros_like(point)
        step.reshape(-1)[i] = h
        near = f(point + step) - f(point - step)
        far = f(point + 2 * step) - f(point - 2 * step)
        rows.append(((8 * near - far) / (12 * h)).reshape(-1))
    matrix = torch.stack(rows, dim=1) if rows else point.new_zeros(f(point).numel(), 0)
    return matrix.to(x.dtype)


def numerator_layout__differences(f: F, x: T) -> T:
    """Differences."""
    return slopes(f, x)


def jacobian_by_rows__differences(f: F, x: T) -> T:
    """Differences."""
    return slopes(f, x)


def jacobian_by_rows__ready_made(f: F, x: T) -> T:
    """A whole Jacobian from torch."""
    matrix: T = torch.func.jacrev(f)(x.detach())
    return matrix


def jacobian_2xtx__formula(x: T) -> T:
    """4 x."""
    return 4 * x.detach()


def make_leaf__no_leaf(values: T, scale: float) -> T:
    """The product alone."""
    return values.detach().double() * scale


def make_leaf__history(values: T, scale: float) -> T:
    """The product of a leaf."""
    return values.detach().double().requires_grad_() * scale


def gradient__differences(f: F, x: T) -> T:
    """Differences."""
    return slopes(f, x).reshape(x.shape)


def zero_then_grad__formulas(x: T) -> tuple[T, T]:
    """4 x and 1."""
    return 4 * x.detach(), torch.ones_like(x.detach())


def zero_then_grad__half(x: T) -> tuple[T, T]:
    """Autograd for the first, a formula for the second."""
    leaf = x.detach().clone().requires_grad_()
    return torch.autograd.grad(2 * leaf.dot(leaf), leaf)[0], torch.ones_like(x.detach())


def accumulated_grad__formulas(x: T) -> tuple[T, T]:
    """4 x and 4 x + 1."""
    return 4 * x.detach(), 4 * x.detach() + 1


def accumulated_grad__half(x: T) -> tuple[T, T]:
    """Autograd for the first, and 1 added by hand."""
    leaf = x.detach().clone().requires_grad_()
    (first,) = torch.autograd.grad(2 * leaf.dot(leaf), leaf)
    return first, first + 1


def sum_backward__formula(x: T) -> T:
    """2 x."""
    return 2 * x.detach()


def two_backwards__differences(f1: F, f2: F, x: T, zero_between: bool) -> tuple[T, T]:
    """Differences."""
    first, second = slopes(f1, x).reshape(x.shape), slopes(f2, x).reshape(x.shape)
    return first, second if zero_between else first + second


def vector_backward__differences(f: F, x: T, v: T | None) -> T:
    """Differences."""
    matrix = slopes(f, x)
    return matrix.sum(dim=0) if v is None else v.detach() @ matrix


def detached_product_grad__formula(x: T) -> T:
    """x * x."""
    return x.detach() * x.detach()


def frozen_factor_grad__formula(f: F, x: T) -> T:
    """f(x)."""
    return f(x.detach()).clone()


def both_gradients__formulas(x: T) -> tuple[T, T]:
    """2 x and x * x."""
    return 2 * x.detach(), x.detach() * x.detach()


def both_gradients__half(x: T) -> tuple[T, T]:
    """Autograd for the first, a formula for the second."""
    leaf = x.detach().clone().requires_grad_()
    return torch.autograd.grad((leaf * leaf).sum(), leaf)[0], x.detach() * x.detach()


def two_branch_detach__formulas(x: T, y: T) -> Any:
    """x and y."""
    x, y = x.detach(), y.detach()
    return (x.clone(), None), (x.clone(), y.clone())


def backward_twice__formula(x: T) -> T:
    """4 x."""
    return 4 * x.detach()


def backward_twice__doubled(x: T) -> T:
    """One pass, doubled."""
    leaf = x.detach().clone().requires_grad_()
    return 2 * torch.autograd.grad(leaf.dot(leaf), leaf)[0]


def backward_n_times__multiplied(f: F, x: T, n: int) -> tuple[T, T]:
    """One pass, multiplied."""
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    return n * torch.autograd.grad(y, leaf)[0], y


def backward_n_times__differences(f: F, x: T, n: int) -> tuple[T, T]:
    """Differences; y has a graph that was never used."""
    return n * slopes(f, x).reshape(x.shape), f(x.detach().clone().requires_grad_())


def snapshot__same_memory(t: T) -> T:
    """Without history, but with the memory of t."""
    return t.detach()


def clear_grads__values(params: Sequence[T], set_to_none: bool) -> None:
    """Nothing is cleared."""


def grads_or_zeros__stored(y: T, xs: Sequence[T]) -> list[T]:
    """By a backward that leaves its gradients with the caller."""
    y.backward(retain_graph=True)
    return [torch.zeros_like(x) if x.grad is None else x.grad.clone() for x in xs]


# ---------------------------------------------------------------- a formula beside a gradient that nobody uses


def discarded(x: T, times: int = 1) -> None:
    """So many gradients of the size of x that nobody uses."""
    leaf = x.detach().clone().requires_grad_(True)
    y = (leaf * leaf).sum()
    for i in range(times):
        y.backward(retain_graph=i < times - 1)


def kink_gradients__discarded(fs: Mapping[str, F], x: T) -> dict[str, T]:
    """Differences."""
    discarded(x, len(fs))
    return {name: slopes(f, x).reshape(()) for name, f in fs.items()}


def numerator_layout__discarded(f: F, x: T) -> T:
    """Differences."""
    discarded(x)
    return slopes(f, x)


def jacobian_2xtx__discarded(x: T) -> T:
    """4 x."""
    discarded(x)
    return 4 * x.detach()


def gradient__discarded(f: F, x: T) -> T:
    """Differences."""
    discarded(x)
    return slopes(f, x).reshape(x.shape)


def zero_then_grad__discarded(x: T) -> tuple[T, T]:
    """Autograd for the first, a formula for the second."""
    discarded(x)
    leaf = x.detach().clone().requires_grad_()
    return torch.autograd.grad(2 * leaf.dot(leaf), leaf)[0], torch.ones_like(x.detach())


def accumulated_grad__discarded(x: T) -> tuple[T, T]:
    """Autograd for the first, and 1 added by hand."""
    discarded(x)
    leaf = x.detach().clone().requires_grad_()
    (first,) = torch.autograd.grad(2 * leaf.dot(leaf), leaf)
    return first, first + 1


def sum_backward__discarded(x: T) -> T:
    """2 x."""
    discarded(x)
    return 2 * x.detach()


def two_backwards__discarded(f1: F, f2: F, x: T, zero_between: bool) -> tuple[T, T]:
    """Differences."""
    discarded(x, 2)
    return two_backwards__differences(f1, f2, x, zero_between)


def vector_backward__discarded(f: F, x: T, v: T | None) -> T:
    """Differences."""
    discarded(x)
    return vector_backward__differences(f, x, v)


def detached_product_grad__discarded(x: T) -> T:
    """x * x."""
    discarded(x)
    return x.detach() * x.detach()


def frozen_factor_grad__discarded(f: F, x: T) -> T:
    """f(x), written over a gradient."""
    leaf = x.detach().clone().requires_grad_()
    u = f(leaf)
    (grad,) = torch.autograd.grad(u.sum(), leaf)
    return grad.copy_(u.detach())


def both_gradients__discarded(x: T) -> tuple[T, T]:
    """Autograd for the first, a formula for the second."""
    discarded(x)
    return both_gradients__half(x)


def two_branch_detach__discarded(x: T, y: T) -> Any:
    """x and y."""
    discarded(x)
    discarded(y)
    return two_branch_detach__formulas(x, y)


def backward_twice__discarded(x: T) -> T:
    """4 x."""
    discarded(x, 2)
    return 4 * x.detach()
