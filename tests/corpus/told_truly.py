"""Wrong answers that are easily taken for a known mistake, each with what would be untrue to say of it.

A function is named after its exercise and what it does; the docstring's last line holds the untrue words.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch

T = torch.Tensor
F = Callable[[T], T]


def jacobian_2xtx__prints(x: T) -> None:
    """Prints its result.

    Untrue: stored where you looked
    """
    x = x.detach().clone().requires_grad_(True)
    (2 * torch.dot(x, x)).backward()
    print(x.grad)


def gradient__adds_the_old_one(f: F, x: T) -> T:
    """Adds an old gradient and leaves the caller's tensor alone.

    Untrue: not as it was before
    """
    leaf = x.detach().clone().requires_grad_(True)
    (grad,) = torch.autograd.grad(f(leaf), leaf)
    return grad if x.grad is None else grad + x.grad


def gradient__backward_of_f(f: F, x: T) -> T | None:
    """Calls backward on the function itself.

    Untrue: turned it into
    """
    f.backward()  # type: ignore[attr-defined]  # the mistake itself
    return x.grad


def gradient__prints(f: F, x: T) -> None:
    """Prints its result.

    Untrue: stored where you looked
    """
    leaf = x.detach().clone().requires_grad_(True)
    f(leaf).backward()
    print(leaf.grad)


def grads_or_zeros__spoils_nothing(y: T, xs: Sequence[T]) -> list[T]:
    """Adds old gradients and leaves no trace.

    Untrue: finds something in .grad
    """
    grads = torch.autograd.grad(y, xs, retain_graph=True, materialize_grads=True)
    return [grad.clone() if x.grad is None else grad + x.grad for x, grad in zip(xs, grads, strict=True)]


def clear_grads__nothing(params: Sequence[T], set_to_none: bool) -> None:
    """Does nothing.

    Untrue: own values have changed
    """


def zero_then_grad__zero_of_backward(x: T) -> tuple[T, T]:
    """Clears what backward returned.

    Untrue: a .grad that was None
    """
    x = x.detach().clone().requires_grad_(True)
    first: Any = (2 * torch.dot(x, x)).backward()
    first.zero_()
    return first, first


def vector_backward__out_of_range(f: F, x: T, v: T | None) -> T:  # it raises before
    """Fails for another reason than a product that does not fit.

    Untrue: In your product
    """
    raise RuntimeError("an index is out of range")


def snapshot__flag(t: T) -> T:
    """A leaf of its own that requires grad as t does.

    Untrue: grad_fn
    """
    return t.detach().clone().requires_grad_(t.requires_grad)


def snapshot__view(t: T) -> T:
    """A view, which is another tensor.

    Untrue: t itself
    """
    return t.view_as(t)


def both_gradients__no_flag(x: T) -> tuple[T | None, T | None]:
    """Never asks for a gradient.

    Untrue: and lost it
    """
    leaf = x.detach().clone()
    (leaf * leaf).sum().backward()
    return leaf.grad, leaf.grad


def backward_n_times__one_result(f: F, x: T, n: int) -> T | None:
    """Returns the gradient alone.

    Untrue: has no graph any more
    """
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    for i in range(n):
        y.backward(retain_graph=i < n - 1)
    return leaf.grad


def backward_n_times__three_results(f: F, x: T, n: int) -> tuple[T | None, T, int]:
    """Returns more than a pair.

    Untrue: still works
    """
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    for i in range(n):
        y.backward(retain_graph=i < n - 1)
    return leaf.grad, y, n


def make_leaf__pair(values: T, scale: float) -> tuple[T, float]:
    """Returns more than a leaf.

    Untrue: not a leaf
    """
    return (values.detach().double() * scale).requires_grad_(), scale


def backward_n_times__hands_back_another_y(f: F, x: T, n: int) -> tuple[T | None, T]:
    """Frees the graph of the y that it goes through, and calls f once more for the one that it hands back.

    Untrue: last
    """
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    for turn in range(n):
        y.backward(retain_graph=turn < n - 1)
    return leaf.grad, f(leaf)
