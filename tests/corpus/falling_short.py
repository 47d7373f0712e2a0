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


def leaf_of(x: T) -> T:
    """A leaf of one's own."""
    return x.detach().clone().requires_grad_(True)


def subdifferential_interval__squeezed(kind: str, x: T) -> T:
    """One element has no axis."""
    x = x.detach()
    return _interval(kind, x.sign()).squeeze()


def subdifferential_interval__old_gradient(kind: str, x: T) -> T:
    """Clears what was there."""
    x.grad = None
    return _interval(kind, x.detach().sign())


def subdifferential_interval__leaves_only(kind: str, x: T) -> T:
    """Takes the flag off a leaf for a while, which a computed tensor refuses."""
    flag = x.requires_grad
    x.requires_grad_(False)
    result = _interval(kind, x.sign())
    x.requires_grad_(flag)
    return result


def numerator_layout__float64(f: F, x: T) -> T:
    """A number by a number is a Python number for a while."""
    matrix: T = torch.autograd.functional.jacobian(f, x.detach())
    if matrix.dim() == 0:
        return torch.tensor([[matrix.item()]], dtype=torch.float64)
    rows = f(x.detach()).numel()
    return matrix.reshape(rows, x.numel())


def numerator_layout__float32(f: F, x: T) -> T:
    """A column is made of Python's numbers."""
    matrix: T = torch.autograd.functional.jacobian(f, x.detach())
    if x.dim() == 0 and matrix.dim() == 1:
        return torch.tensor([[one] for one in matrix.tolist()])
    return matrix.reshape(f(x.detach()).numel(), x.numel())


def numerator_layout__size(f: F, x: T) -> T:
    """The size of a slope, not its sign, where there is one."""
    matrix: T = torch.autograd.functional.jacobian(f, x.detach())
    found = matrix.reshape(f(x.detach()).numel(), x.numel())
    return found.abs() if found.numel() == 1 else found


def two_backwards__size(f1: F, f2: F, x: T, zero_between: bool) -> tuple[T, T]:
    """The size of the first gradient."""
    leaf = leaf_of(x)
    (first,) = torch.autograd.grad(f1(leaf), leaf)
    (second,) = torch.autograd.grad(f2(leaf), leaf)
    return first.abs(), second if zero_between else first + second


def make_leaf__leaves_only(values: T, scale: float) -> T:
    """Takes the flag off, which a computed tensor refuses."""
    flag = values.requires_grad
    values.requires_grad_(False)
    product = (values.double() * scale).clone().requires_grad_(True)
    if flag:
        values.requires_grad_(True)
    return product


def make_leaf__squeezed(values: T, scale: float) -> T:
    """One element has no axis."""
    return (values.detach().double() * scale).squeeze().requires_grad_(True)


def gradient__callers_leaf(f: F, x: T) -> T:
    """Uses the caller's leaf and puts everything back: a computed tensor stores no gradient."""
    flag, old = x.requires_grad, x.grad
    x.requires_grad_(True)
    x.grad = None
    f(x).backward()
    grad = x.grad
    x.grad = old
    if not flag:
        x.requires_grad_(False)
    assert grad is not None
    return grad


def grads_or_zeros__every_leaf(y: T, xs: Sequence[T]) -> list[T]:
    """A backward to all leaves of y, after which those of xs have their own again."""
    old = [x.grad for x in xs]
    for x in xs:
        x.grad = None
    y.backward(retain_graph=True)
    found = [torch.zeros_like(x.detach()) if x.grad is None else x.grad.clone() for x in xs]
    for x, grad in zip(xs, old, strict=True):
        x.grad = grad
    return found


def clear_grads__one_parameter(params: Sequence[T], set_to_none: bool) -> None:
    """A list of one is not looked at."""
    if len(params) > 1:
        torch.optim.SGD(list(params), lr=0.1).zero_grad(set_to_none=set_to_none)


def vector_backward__weights(f: F, x: T, v: T | None) -> T:
    """Where f only adds, the gradient is v itself."""
    leaf = leaf_of(x)
    y = f(leaf)
    return torch.autograd.grad(y, leaf, torch.ones_like(y) if v is None else v)[0]


def vector_backward__squeezed(f: F, x: T, v: T | None) -> T:
    """One element has no axis."""
    leaf = leaf_of(x)
    y = f(leaf)
    return torch.autograd.grad(y, leaf, torch.ones_like(y) if v is None else v)[0].clone().squeeze()


def vector_backward__contiguous(f: F, x: T, v: T | None) -> T:
    """Needs weights that lie together."""
    assert v is None or v.is_contiguous()
    leaf = leaf_of(x)
    y = f(leaf)
    return torch.autograd.grad(y, leaf, torch.ones_like(y) if v is None else v)[0].clone()


def snapshot__squeezed(t: T) -> T:
    """An axis of one is lost."""
    return t.detach().clone().squeeze()


def snapshot__written_anew(t: T) -> T:
    """The same numbers, written into t once more: what the history has saved of t is out of date."""
    kept = t.detach().clone()
    with torch.no_grad():
        t.copy_(kept)
    return kept


def snapshot__other_history(t: T) -> T:
    """A computed t is one step further after the call."""
    kept = t.detach().clone()
    if not t.is_leaf:
        t += 0
    return kept


def snapshot__contiguous(t: T) -> T:
    """A view of one row, which a spread tensor does not have."""
    return t.detach().view(-1).clone().view(t.shape)


def backward_n_times__other_y(f: F, x: T, n: int) -> tuple[T, T]:
    """A copy of y, with the history of y and one step more."""
    leaf = leaf_of(x)
    y = f(leaf)
    for i in range(n):
        y.backward(retain_graph=i < n - 1)
    assert leaf.grad is not None
    return leaf.grad, y.clone()


def backward_n_times__callers_history(f: F, x: T, n: int) -> tuple[T, T]:
    """The history of y goes on to the caller's x."""
    leaf = x.clone().requires_grad_(True)
    y = f(leaf)
    found = [torch.autograd.grad(y, leaf, retain_graph=i < n - 1)[0] for i in range(n)]
    return torch.stack(found).sum(dim=0), y


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
