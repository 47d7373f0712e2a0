"""Right styles of chapter 3 beside the references."""

from collections.abc import Callable, Sequence

import torch


def zero_then_grad__none(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Clearing by None leaves the first tensor as it is, so it needs no copy."""
    x = x.detach().clone().requires_grad_(True)
    y = 2 * torch.dot(x, x)
    y.backward()
    first = x.grad
    x.grad = None
    x.sum().backward()
    second = x.grad
    return first, second


def zero_then_grad__grad(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """torch.autograd.grad stores nothing, so nothing has to be cleared."""
    x = x.detach().clone().requires_grad_(True)
    (first,) = torch.autograd.grad(2 * torch.dot(x, x), x)
    (second,) = torch.autograd.grad(x.sum(), x)
    return first, second.clone()


def accumulated_grad__grad(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Both gradients from torch.autograd.grad, added."""
    x = x.detach().clone().requires_grad_(True)
    first = torch.autograd.grad(2 * torch.dot(x, x), x)[0]
    second = torch.autograd.grad(x.sum(), x)[0]
    return first, first + second


def accumulated_grad__copies(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """A copy after each backward, in a list."""
    x = x.detach().clone().requires_grad_(True)
    results = []
    for y in (2 * torch.dot(x, x), x.sum()):
        y.backward()
        results.append(x.grad.detach().clone())
    return results[0], results[1]


def sum_backward__ones(x: torch.Tensor) -> torch.Tensor:
    """A weight of one for each output."""
    x = x.detach().clone().requires_grad_(True)
    y = x * x
    y.backward(torch.ones_like(y))
    return x.grad


def sum_backward__grad(x: torch.Tensor) -> torch.Tensor:
    """torch.autograd.grad of the sum of squares."""
    x = x.detach().clone().requires_grad_(True)
    y = (x**2).sum()
    return torch.autograd.grad(y, x)[0]


def two_backwards__none(
    f1: Callable[[torch.Tensor], torch.Tensor],
    f2: Callable[[torch.Tensor], torch.Tensor],
    x: torch.Tensor,
    zero_between: bool,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Clearing by None, and a copy in either case."""
    leaf = x.detach().clone().requires_grad_(True)
    y1 = f1(leaf)
    y1.backward()
    first = leaf.grad.detach().clone()
    if zero_between:
        leaf.grad = None
    y2 = f2(leaf)
    y2.backward()
    second = leaf.grad
    return first, second


def two_backwards__grad(
    f1: Callable[[torch.Tensor], torch.Tensor],
    f2: Callable[[torch.Tensor], torch.Tensor],
    x: torch.Tensor,
    zero_between: bool,
) -> tuple[torch.Tensor, torch.Tensor]:
    """torch.autograd.grad stores nothing, so what accumulates is added by hand."""
    leaf = x.detach().clone().requires_grad_(True)
    (first,) = torch.autograd.grad(f1(leaf), leaf)
    (second,) = torch.autograd.grad(f2(leaf), leaf)
    if not zero_between:
        second = first + second
    return first.clone(), second.clone()


def clear_grads__fill(params: Sequence[torch.Tensor], set_to_none: bool) -> None:
    """Zeros are filled in where nothing is recorded, and the history is cut."""
    for p in params:
        if set_to_none:
            p.grad = None
        elif p.grad is not None:
            with torch.no_grad():
                p.grad.detach_()
                p.grad.fill_(0)


def clear_grads__optimizer(params: Sequence[torch.Tensor], set_to_none: bool) -> None:
    """The optimizer's own zero_grad, which refuses an empty list."""
    if len(params) > 0:
        optimizer = torch.optim.SGD(params, lr=0.1)
        optimizer.zero_grad(set_to_none=set_to_none)


def clear_grads__flag(params: Sequence[torch.Tensor], set_to_none: bool) -> None:
    """As torch itself does it: a computed gradient is detached, another loses its flag."""
    for i in range(len(params)):
        if params[i].grad is not None:
            if set_to_none:
                params[i].grad = None
                continue
            if params[i].grad.grad_fn is not None:
                params[i].grad.detach_()
            else:
                params[i].grad.requires_grad_(False)
            params[i].grad.zero_()


def vector_backward__ones(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, v: torch.Tensor | None
) -> torch.Tensor:
    """Without v every weight is one."""
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    if v is None:
        v = torch.ones_like(y)
    y.backward(v)
    return leaf.grad.clone()


def vector_backward__weighted(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, v: torch.Tensor | None
) -> torch.Tensor:
    """The gradient of the weighted sum, which is a scalar."""
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    total = y.sum() if v is None else (v.detach() * y).sum()
    return torch.autograd.grad(total, leaf)[0].clone()


def vector_backward__vjp(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, v: torch.Tensor | None
) -> torch.Tensor:
    """torch.autograd.grad with weights."""
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    weights = torch.ones(y.shape, dtype=y.dtype) if v is None else v
    (grad,) = torch.autograd.grad(y, leaf, grad_outputs=weights)
    return grad.clone()
