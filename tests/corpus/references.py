"""What is right once more, by a second method: nothing here uses torch.autograd.functional.

Each function takes a question's inputs, as the oracle does, and returns the facts that are computed. The second method
is torch.func unless the docstring names another.
"""

from collections.abc import Callable, Mapping, Sequence

import torch
from torch.func import grad, jacfwd, jacrev

Function = Callable[[torch.Tensor], torch.Tensor]
Facts = dict[str, object]


def subdifferential_interval(kind: str, x: torch.Tensor) -> Facts:
    """One-sided difference quotients, which are exact for functions of straight lines.

    Each element may be moved along its line, to 1 or -1, so that none is too near to the kink or too far from it.
    """
    function = torch.abs if kind == "abs" else torch.relu
    x, step = x.detach().sign(), 0.125
    left = (function(x) - function(x - step)) / step
    right = (function(x + step) - function(x)) / step
    return {"returned": torch.stack([left, right], dim=1)}


def kink_gradients(fs: Mapping[str, Function], x: torch.Tensor) -> Facts:
    """torch.func.grad."""
    return {"returned": {name: grad(f)(x.detach()) for name, f in fs.items()}}


def numerator_layout(f: Function, x: torch.Tensor) -> Facts:
    """Forward mode, column by column."""
    x = x.detach()
    return {"returned": _by_columns(f, x).reshape(f(x).numel(), x.numel())}


def _by_columns(f: Function, x: torch.Tensor) -> torch.Tensor:
    """Forward mode, which cannot go through no columns at all."""
    return jacfwd(f)(x) if x.numel() else x.new_zeros(*f(x).shape, 0)


def jacobian_by_rows(f: Function, x: torch.Tensor) -> Facts:
    """Forward mode."""
    return {"returned": _by_columns(f, x.detach())}


def jacobian_2xtx(x: torch.Tensor) -> Facts:
    """torch.func.grad."""
    return {"returned": grad(lambda t: 2 * t.dot(t))(x.detach())}


def make_leaf(values: torch.Tensor, scale: float) -> Facts:
    """Python's own arithmetic, which is float64."""
    product = [value * scale for value in values.detach().tolist()]
    return {
        "returned": torch.tensor(product, dtype=torch.float64),
        "grad_after": torch.full(values.shape, 3.0, dtype=torch.float64),
    }


def gradient(f: Function, x: torch.Tensor) -> Facts:
    """torch.func.grad."""
    return {"returned": grad(f)(x.detach())}


def grads_or_zeros(f: Function, xs: Sequence[torch.Tensor], used: Sequence[int], asked: Sequence[int]) -> Facts:
    """The gradient of f at each tensor by itself, times how often y uses it."""
    return {"returned": [used.count(index) * grad(f)(xs[index].detach()) for index in asked]}


def zero_then_grad(x: torch.Tensor) -> Facts:
    """torch.func.grad."""
    x = x.detach()
    return {"returned": (grad(lambda t: 2 * t.dot(t))(x), grad(torch.sum)(x))}


def accumulated_grad(x: torch.Tensor) -> Facts:
    """torch.func.grad of both functions, and of their sum."""
    x = x.detach()
    return {"returned": (grad(lambda t: 2 * t.dot(t))(x), grad(lambda t: 2 * t.dot(t) + t.sum())(x))}


def sum_backward(x: torch.Tensor) -> Facts:
    """torch.func.grad."""
    return {"returned": grad(lambda t: (t * t).sum())(x.detach())}


def two_backwards(f1: Function, f2: Function, x: torch.Tensor, zero_between: bool) -> Facts:
    """torch.func.grad, for the accumulated one of the sum of both functions."""
    x = x.detach()
    second = grad(f2)(x) if zero_between else grad(lambda t: f1(t) + f2(t))(x)
    return {"returned": (grad(f1)(x), second)}


def clear_grads(params: Sequence[torch.Tensor], set_to_none: bool, with_graph: Sequence[int]) -> Facts:
    """torch's own optimizer on the same parameters, and one more, since it wants at least one."""
    torch.optim.SGD([*params, torch.zeros(1, requires_grad=True)], lr=0.1).zero_grad(set_to_none=set_to_none)
    return {"returned": None, "grads": [param.grad for param in params]}


def vector_backward(f: Function, x: torch.Tensor, v: torch.Tensor | None) -> Facts:
    """torch.func.grad of the weighted sum."""
    return {"returned": grad(lambda t: f(t).sum() if v is None else v.dot(f(t)))(x.detach())}


def detached_product_grad(x: torch.Tensor) -> Facts:
    """torch.func.grad with the factor as an argument of its own."""
    return frozen_factor_grad(torch.square, x)


def frozen_factor_grad(f: Function, x: torch.Tensor) -> Facts:
    """torch.func.grad with the factor as an argument of its own."""
    x = x.detach()
    return {"returned": grad(lambda t, u: (u * t).sum())(x, f(x))}


def both_gradients(x: torch.Tensor) -> Facts:
    """torch.func.grad."""
    x = x.detach()
    return {"returned": (grad(lambda t: t.square().sum())(x), grad(lambda t, u: (u * t).sum())(x, x.square()))}


def two_branch_detach(x: torch.Tensor, y: torch.Tensor) -> Facts:
    """Reverse mode of both leaves at once."""
    rows = jacrev(lambda pair: 0.5 * pair**2)(torch.stack([x.detach(), y.detach()]))
    dx, dy = rows[0, 0], rows[1, 1]
    return {"returned": ((dx, None), (dx, dy))}


def snapshot(t: torch.Tensor) -> Facts:
    """Python's own copy of the numbers."""
    copy = torch.tensor(t.tolist(), dtype=t.dtype).reshape(t.shape)
    return {"returned": copy, "after_change_of_t": copy, "t_after_change": torch.zeros(t.shape, dtype=t.dtype)}


def backward_twice(x: torch.Tensor) -> Facts:
    """torch.func.grad of twice the function."""
    return {"returned": grad(lambda t: 2 * t.dot(t))(x.detach())}


def backward_n_times(f: Function, x: torch.Tensor, n: int) -> Facts:
    """torch.func.grad of n times the function."""
    x = x.detach()
    return {"returned": (grad(lambda t: n * f(t))(x), f(x))}
