"""Answers that are right for the usual question and wrong for one that their stub promises.

A function is named after its exercise and what it falls short of.
"""

from collections.abc import Callable, Mapping, Sequence

import torch

T = torch.Tensor
F = Callable[[T], T]


def clear_grads__no_parameters(params: Sequence[T], set_to_none: bool) -> None:
    """An optimizer refuses an empty list."""
    torch.optim.SGD(params, lr=0.1).zero_grad(set_to_none=set_to_none)


def clear_grads__no_axis(params: Sequence[T], set_to_none: bool) -> None:
    """Element by element, which a 0-dim gradient has none of."""
    for param in params:
        if param.grad is None:
            continue
        if set_to_none:
            param.grad = None
        else:
            param.grad.detach_()
            for i in range(len(param.grad)):
                param.grad[i] = 0


def snapshot__booleans(t: T) -> T:
    """A sum makes integers of booleans."""
    return t.detach() + 0


def snapshot__integers(t: T) -> T:
    """Python's numbers make one dtype of all integers."""
    return torch.tensor(t.tolist()).to(torch.get_default_dtype() if t.is_floating_point() else torch.int64)


def kink_gradients__no_functions(fs: Mapping[str, F], x: T) -> dict[str, T]:
    """Stacks the gradients, of which there may be none."""
    leaves = [x.detach().clone().requires_grad_() for _ in fs]
    torch.stack([f(leaf) for f, leaf in zip(fs.values(), leaves, strict=True)]).sum().backward()
    return {name: leaf.grad for name, leaf in zip(fs, leaves, strict=True) if leaf.grad is not None}


def numerator_layout__no_columns(f: F, x: T) -> T:
    """The number of rows by division, which no columns do not allow."""
    matrix: T = torch.autograd.functional.jacobian(f, x.detach())
    return matrix.reshape(-1, x.numel())


def gradient__no_elements(f: F, x: T) -> T:
    """Concatenates the slopes of the elements."""
    leaves = [one.detach().clone().requires_grad_() for one in x]
    f(torch.stack(leaves)).backward()
    return torch.stack([leaf.grad for leaf in leaves if leaf.grad is not None])


def frozen_factor_grad__no_elements(f: F, x: T) -> T:
    """Looks at the largest element first."""
    leaf = (x.detach() / x.detach().abs().max() * x.detach().abs().max()).requires_grad_()
    return torch.autograd.grad((f(leaf).detach() * leaf).sum(), leaf)[0]


def subdifferential_interval__infinity(kind: str, x: T) -> T:
    """The sign by division."""
    x = x.detach()
    sign = torch.where(x == 0, torch.zeros_like(x), x / x.abs())
    return _interval(kind, sign)


def subdifferential_interval__tiny(kind: str, x: T) -> T:
    """Near to the kink counts as at the kink."""
    x = x.detach()
    return _interval(kind, torch.where(x.abs() < 1e-12, torch.zeros_like(x), x.sign()))


def _interval(kind: str, sign: T) -> T:
    left = torch.full_like(sign, -1.0 if kind == "abs" else 0.0)
    right = torch.ones_like(sign)
    return torch.stack([torch.where(sign > 0, right, left), torch.where(sign < 0, left, right)], dim=1)


_LEAVES: dict[tuple[int, torch.dtype], T] = {}
_RESULTS: dict[tuple[int, torch.dtype], T] = {}


def gradient__kept_leaf(f: F, x: T) -> T:
    """The leaf is kept between calls, with its gradient."""
    leaf = _LEAVES.setdefault((len(x), x.dtype), torch.zeros_like(x, requires_grad=True))
    leaf.data.copy_(x.data)
    f(leaf).backward()
    assert leaf.grad is not None
    return leaf.grad.clone()


def gradient__kept_result(f: F, x: T) -> T:
    """One tensor is handed out again and again."""
    leaf = x.detach().clone().requires_grad_(True)
    (grad,) = torch.autograd.grad(f(leaf), leaf)
    return _RESULTS.setdefault((len(x), x.dtype), grad.clone()).copy_(grad)
