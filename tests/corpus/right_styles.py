"""Right answers as people write them: each does what its stub says, and none of them as the reference does.

A function is named after its exercise and its style. A claim that refuses one of them asks for more than the stub.
"""

import functools
import itertools
from collections import OrderedDict, defaultdict, namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch.autograd import forward_ad

T = torch.Tensor
F = Callable[[T], T]


class Both(NamedTuple):
    """Two gradients by name."""

    first: T
    second: T


Pair = namedtuple("Pair", ["one", "other"])


class Listed(list[T]):
    """A list of a class of its own."""


def leaf_of(x: T) -> T:
    """A leaf of one's own."""
    return x.detach().clone().requires_grad_(True)


def grad_of(leaf: T) -> T:
    """The gradient that a backward has stored."""
    assert leaf.grad is not None
    return leaf.grad


# ---------------------------------------------------------------- chapter 1


def subdifferential_interval__loop(kind: str, x: T) -> T:
    """Row by row in Python, and as a parameter."""
    below = -1.0 if kind == "abs" else 0.0
    rows = [[below if v < 0 else 1.0 if v > 0 else below, 1.0 if v >= 0 else below] for v in x.tolist()]
    return torch.nn.Parameter(torch.tensor(rows, dtype=x.dtype).reshape(-1, 2), requires_grad=False)


def subdifferential_interval__in_place(kind: str, x: T) -> T:
    """Into a new tensor, column by column."""
    below = -1.0 if kind == "abs" else 0.0
    result = torch.empty(len(x), 2, dtype=x.dtype)
    with torch.no_grad():
        result[:, 0] = torch.where(x > 0, 1.0, below)
        result[:, 1] = torch.where(x < 0, below, 1.0)
    return result


def subdifferential_interval__numpy(kind: str, x: T) -> T:
    """By numpy."""
    values = x.detach().numpy()
    left = np.where(values > 0, 1, -1 if kind == "abs" else 0)
    right = np.where(values < 0, -1 if kind == "abs" else 0, 1)
    return torch.from_numpy(np.stack([left, right], axis=1)).to(x.dtype)


def subdifferential_interval__transposed(kind: str, x: T) -> T:
    """A view of a new tensor that is not contiguous."""
    x = x.detach()
    sign = x.sign()
    if kind == "abs":
        both = torch.stack([torch.where(x == 0, -1, sign), torch.where(x == 0, 1, sign)])
    else:
        both = torch.stack([(x > 0).to(x.dtype), (x >= 0).to(x.dtype)])
    return both.to(x.dtype).T


def kink_gradients__func(fs: Mapping[str, F], x: T) -> dict[str, T]:
    """The functional interface."""
    return {name: torch.func.grad(f)(x.detach()) for name, f in fs.items()}


def kink_gradients__one_run(fs: Mapping[str, F], x: T) -> dict[str, T]:
    """One run of autograd for all functions, each with its own leaf."""
    leaves = {name: leaf_of(x) for name in fs}
    if not fs:
        return {}
    torch.autograd.backward([f(leaves[name]) for name, f in fs.items()])
    return {name: grad_of(leaf) for name, leaf in leaves.items()}


def kink_gradients__unbound(fs: Mapping[str, F], x: T) -> dict[str, T]:
    """Entries of one new tensor, in a dict of another class."""
    found: dict[str, T] = defaultdict(lambda: torch.zeros(()))
    grads = [torch.autograd.grad(f(leaf := leaf_of(x)), leaf)[0] for f in fs.values()]
    if grads:
        found.update(zip(fs, torch.stack(grads).unbind(), strict=True))
    return found


def kink_gradients__one_leaf_cleared(fs: Mapping[str, F], x: T) -> dict[str, T]:
    """One leaf, cleared before each function."""
    leaf = torch.nn.Parameter(x.detach().clone())
    found: OrderedDict[str, T] = OrderedDict()
    for name, f in fs.items():
        leaf.grad = None
        f(leaf).backward()
        found[name] = grad_of(leaf).clone()
    return found


def kink_gradients__hooks(fs: Mapping[str, F], x: T) -> dict[str, T]:
    """Caught by a hook of one leaf that all functions share."""
    caught: list[T] = []
    leaf = leaf_of(x)
    leaf.register_hook(lambda grad: caught.append(grad.clone()))
    for f in fs.values():
        f(leaf).backward()
    return dict(zip(fs, caught, strict=True))


def kink_gradients__functional(fs: Mapping[str, F], x: T) -> dict[str, T]:
    """A pull-back of torch.autograd.functional's for each."""
    return {name: torch.autograd.functional.vjp(f, x.detach())[1] for name, f in fs.items()}


def numerator_layout__jacrev(f: F, x: T) -> T:
    """torch.func, reshaped."""
    point = x.detach().clone()
    matrix: T = torch.func.jacrev(f)(point)
    return matrix.reshape(f(point).numel(), point.numel())


def numerator_layout__rows(f: F, x: T) -> T:
    """Row by row."""
    leaf = leaf_of(x)
    y = f(leaf).reshape(-1)
    rows = [torch.autograd.grad(one, leaf, retain_graph=True)[0].reshape(-1) for one in y]
    return torch.stack(rows)


def numerator_layout__vectorized(f: F, x: T) -> T:
    """All rows in a batch."""
    leaf = leaf_of(x)
    y = f(leaf).reshape(-1)
    (rows,) = torch.autograd.grad(y, leaf, torch.eye(len(y), dtype=y.dtype), is_grads_batched=True)
    return rows.reshape(len(y), leaf.numel())


def numerator_layout__forward_mode(f: F, x: T) -> T:
    """Column by column, forward."""
    point = x.detach()
    columns = []
    for i in range(point.numel()):
        direction = torch.zeros_like(point)
        direction.reshape(-1)[i] = 1
        with forward_ad.dual_level():
            tangent = forward_ad.unpack_dual(f(forward_ad.make_dual(point.clone(), direction))).tangent
            assert tangent is not None
            columns.append(tangent.clone().reshape(-1))
    return torch.stack(columns, dim=1) if columns else point.new_zeros(f(point).numel(), 0)


def numerator_layout__linearize(f: F, x: T) -> T:
    """The linear map, applied to every direction."""
    point = x.detach().clone()
    if not point.numel():
        return point.new_zeros(f(point).numel(), 0)
    _, push = torch.func.linearize(f, point)
    basis = torch.eye(point.numel(), dtype=point.dtype)
    return torch.stack([push(one.reshape(point.shape)).reshape(-1) for one in basis], dim=1).detach()


def numerator_layout__columns(f: F, x: T) -> T:
    """Column by column, by a push that is made of two pull-backs."""
    point = x.detach().reshape(-1)
    columns = [
        torch.autograd.functional.jvp(lambda t: f(t.reshape(x.shape)).reshape(-1), point, direction)[1]
        for direction in torch.eye(len(point), dtype=x.dtype)
    ]
    return torch.stack(columns, dim=1) if columns else point.new_zeros(f(x.detach()).numel(), 0)


def numerator_layout__twice_backwards(f: F, x: T) -> T:
    """The pull-back is linear in its weights: its own derivative by the weights is the matrix."""
    leaf = leaf_of(x)
    y = f(leaf).reshape(-1)
    weights = torch.zeros_like(y, requires_grad=True)
    (pulled,) = torch.autograd.grad(y, leaf, weights, create_graph=True)
    columns = [torch.autograd.grad(one, weights, retain_graph=True)[0] for one in pulled.reshape(-1)]
    return torch.stack(columns, dim=1) if columns else y.detach().new_zeros(len(y), 0)


def numerator_layout__jacfwd(f: F, x: T) -> T:
    """Forward mode in one call, where there are columns."""
    point = x.detach().clone()
    rows = f(point).numel()
    return torch.func.jacfwd(f)(point).reshape(rows, -1) if point.numel() else point.new_zeros(rows, 0)


def jacobian_by_rows__batched(f: F, x: T) -> T:
    """All rows in one call."""
    leaf = leaf_of(x)
    y = f(leaf)
    return torch.autograd.grad(y, leaf, torch.eye(len(y), dtype=y.dtype), is_grads_batched=True)[0]


def jacobian_by_rows__vjp(f: F, x: T) -> T:
    """A pull-back, mapped over the rows of the identity."""
    pulling: Any = torch.func.vjp(f, x.detach().clone())
    y, pull = pulling
    rows: T = torch.vmap(lambda v: pull(v)[0])(torch.eye(len(y), dtype=y.dtype))
    return rows


def jacobian_by_rows__stored(f: F, x: T) -> T:
    """By .grad, and a variable that is called jacobian."""
    leaf = leaf_of(x)
    y = f(leaf)
    jacobian = torch.zeros(len(y), len(leaf), dtype=x.dtype)
    for i, one in enumerate(y):
        leaf.grad = None
        one.backward(retain_graph=True)
        jacobian[i] = grad_of(leaf)
    return jacobian


def jacobian_by_rows__hooks(f: F, x: T) -> T:
    """Each row is caught by a hook."""
    rows: list[T] = []
    leaf = leaf_of(x)
    leaf.register_hook(lambda grad: rows.append(grad.clone()))
    for one in f(leaf).unbind():
        one.backward(retain_graph=True)
    return torch.vstack(rows)


class Builder:
    """A class with an attribute that is called jacobian."""

    def __init__(self, f: F, x: T) -> None:
        self.leaf = leaf_of(x)
        self.y = f(self.leaf)
        self.jacobian: list[T] = []

    def build(self) -> "Builder":
        """Row after row."""
        for i in range(len(self.y)):
            v = torch.zeros_like(self.y)
            v[i] = 1.0
            self.jacobian += torch.autograd.grad(self.y, self.leaf, v, retain_graph=True)
        return self


def jacobian_by_rows__object(f: F, x: T) -> T:
    """Built by an object."""
    return torch.stack(Builder(f, x).build().jacobian)


# ---------------------------------------------------------------- chapter 2


def jacobian_2xtx__grad(x: T) -> T:
    """torch.autograd.grad."""
    leaf = leaf_of(x)
    return torch.autograd.grad(2 * leaf @ leaf, leaf)[0]


def jacobian_2xtx__func(x: T) -> T:
    """The functional interface."""
    result: T = torch.func.grad(lambda t: 2 * (t * t).sum())(x.detach())
    return result


def jacobian_2xtx__no_elements(x: T) -> T:
    """Nothing is asked for where there is nothing."""
    if len(x) == 0:
        return torch.zeros(0, dtype=x.dtype)
    leaf = torch.tensor(x.tolist(), dtype=x.dtype, requires_grad=True)
    torch.autograd.backward(2 * torch.dot(leaf, leaf), inputs=[leaf])
    return grad_of(leaf).clone()


def jacobian_2xtx__held_against_the_formula(x: T) -> T:
    """Sure of itself."""
    leaf = leaf_of(x)
    (2 * leaf.dot(leaf)).backward()
    assert torch.allclose(grad_of(leaf), 4 * x.detach())
    return grad_of(leaf)


def jacobian_2xtx__functional(x: T) -> T:
    """The function that the lesson names."""
    result: T = torch.autograd.functional.jacobian(lambda t: 2 * t.dot(t), x.detach())
    return result


def jacobian_2xtx__product(x: T) -> T:
    """A product of the second derivative, which is 4 everywhere, and x."""
    result: T = torch.autograd.functional.hvp(lambda t: 2 * t.dot(t), x.detach(), x.detach().clone())[1]
    return result


class Doubled(torch.autograd.Function):
    """2 x.x with a backward of its own."""

    # Any: what torch hands to a function of one's own.
    @staticmethod
    def forward(ctx: Any, x: T) -> T:
        """The value."""
        ctx.save_for_backward(x)
        return 2 * x.dot(x)

    @staticmethod
    def backward(ctx: Any, grad_output: T) -> T:
        """The slope."""
        (x,) = ctx.saved_tensors
        slope: T = grad_output * 4 * x
        return slope


def jacobian_2xtx__own_function(x: T) -> T:
    """Through a function of one's own."""
    leaf = leaf_of(x)
    Doubled.apply(leaf).backward()  # type: ignore[no-untyped-call]  # torch's
    return grad_of(leaf)


def make_leaf__tensor(values: T, scale: float) -> T:
    """From Python's numbers."""
    return torch.tensor([float(v) * scale for v in values.tolist()], dtype=torch.float64, requires_grad=True)


def make_leaf__no_grad(values: T, scale: float) -> T:
    """Computed without a graph."""
    with torch.no_grad():
        product = values.to(torch.float64) * scale
    product.requires_grad = True
    return product


def make_leaf__numpy(values: T, scale: float) -> T:
    """Through numpy."""
    return torch.from_numpy(values.detach().numpy().astype(np.float64) * scale).requires_grad_()


def gradient__parameter(f: F, x: T) -> T:
    """A parameter and an optimizer's zero_grad."""
    leaf = torch.nn.Parameter(x.data.clone())
    torch.optim.SGD([leaf], lr=0.1).zero_grad()
    f(leaf).backward()
    return grad_of(leaf)


def gradient__preset(f: F, x: T) -> T:
    """Into a gradient of zeros that is there already."""
    leaf = leaf_of(x)
    leaf.grad = torch.zeros_like(leaf)
    f(leaf).backward()
    return leaf.grad


def gradient__hook(f: F, x: T) -> T:
    """Caught by a hook."""
    caught: list[T] = []
    leaf = leaf_of(x)
    leaf.register_hook(lambda grad: caught.append(grad.clone()))
    f(leaf).backward()
    return caught[0]


def gradient__history(f: F, x: T) -> T:
    """With a graph that is given up afterwards."""
    leaf = leaf_of(x)
    (grad,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    return grad.detach()


def gradient__stored_hook(f: F, x: T) -> T:
    """Taken when it has been stored."""
    caught: list[T] = []
    leaf = leaf_of(x)
    leaf.register_post_accumulate_grad_hook(lambda one: caught.append(grad_of(one).clone()))
    f(leaf).backward()
    return caught[0]


def gradient__pulled(f: F, x: T) -> T:
    """A pull-back of torch.func's."""
    pulling: Any = torch.func.vjp(f, x.detach().clone())
    y, pull = pulling
    result: T = pull(torch.ones_like(y))[0]
    return result


def gradient__forward_mode(f: F, x: T) -> T:
    """A push along each axis."""
    point = x.detach().clone()
    pushed = [torch.func.jvp(f, (point,), (axis,))[1] for axis in torch.eye(len(point), dtype=x.dtype)]
    return torch.stack(pushed) if pushed else torch.zeros_like(point)


def gradient__jacrev(f: F, x: T) -> T:
    """A Jacobian of one row, which has no axis."""
    result: T = torch.func.jacrev(f)(x.detach().clone())
    return result


class Differentiate:
    """An object that is called."""

    def __call__(self, f: F, x: T) -> T:
        """The gradient."""
        result: T = torch.func.grad(f)(x.detach().clone())
        return result


gradient__object = Differentiate()
gradient__partial = functools.partial(gradient__parameter)


def grads_or_zeros__one_by_one(y: T, xs: Sequence[T]) -> tuple[T, ...]:
    """One tensor after the other, as a tuple."""
    found: list[T | None] = [torch.autograd.grad(y, x, retain_graph=True, allow_unused=True)[0] for x in xs]
    return tuple(torch.zeros_like(x) if one is None else one.clone() for x, one in zip(xs, found, strict=True))


def grads_or_zeros__weighted(y: T, xs: Sequence[T]) -> list[T]:
    """With a weight, and a graph that is cut."""
    grads = torch.autograd.grad(y, list(xs), torch.ones_like(y), create_graph=True, allow_unused=True)
    found: list[T | None] = list(grads)
    return Listed(x.detach() * 0 if one is None else one.detach().clone() for x, one in zip(xs, found, strict=True))


def grads_or_zeros__restored(y: T, xs: Sequence[T]) -> list[T]:
    """backward, with everything put back afterwards."""
    old = [x.grad for x in xs]
    for x in xs:
        x.grad = None
    y.backward(retain_graph=True, inputs=list(xs))
    found = [torch.zeros_like(x.detach()) if x.grad is None else x.grad.clone() for x in xs]
    for x, grad in zip(xs, old, strict=True):
        x.grad = grad
    return found


def grads_or_zeros__together(y: T, xs: Sequence[T]) -> list[T]:
    """Each tensor asked for once."""
    different = list({id(x): x for x in xs}.values())
    found = torch.autograd.grad(y, different, retain_graph=True, materialize_grads=True)
    by_id = {id(x): grad for x, grad in zip(different, found, strict=True)}
    return [by_id[id(x)].clone() for x in xs]


# ---------------------------------------------------------------- chapter 3


def zero_then_grad__none(x: T) -> list[T]:
    """Cleared by None, as a list."""
    leaf = leaf_of(x)
    (2 * leaf.dot(leaf)).backward()
    first = grad_of(leaf)
    leaf.grad = None
    leaf.sum().backward()
    return [first, grad_of(leaf)]


def zero_then_grad__two_roots(x: T) -> Both:
    """Two leaves and one run, as a named tuple."""
    one, other = leaf_of(x), leaf_of(x)
    torch.autograd.backward([2 * one.dot(one), other.sum()])
    return Both(grad_of(one), grad_of(other))


def zero_then_grad__rows(x: T) -> tuple[T, ...]:
    """Rows of one new matrix."""
    leaf = leaf_of(x)
    y = torch.stack([2 * leaf.dot(leaf), leaf.sum()])
    (rows,) = torch.autograd.grad(y, leaf, torch.eye(2, dtype=x.dtype), is_grads_batched=True)
    return rows.unbind()


def zero_then_grad__optimizer(x: T) -> tuple[T, T]:
    """Cleared by an optimizer."""
    leaf = torch.nn.Parameter(x.detach().clone())
    optimizer = torch.optim.SGD([leaf], lr=1.0)
    torch.dot(leaf, leaf).mul(2).backward()
    first = grad_of(leaf).clone()
    optimizer.zero_grad(set_to_none=False)
    leaf.sum().backward()
    return first, grad_of(leaf)


def zero_then_grad__func(x: T) -> tuple[T, T]:
    """The functional interface."""
    point = x.detach().clone()
    return torch.func.grad(lambda t: 2 * t.dot(t))(point), torch.func.grad(torch.sum)(point).clone()


def zero_then_grad__functional(x: T) -> tuple[T, T]:
    """torch.autograd.functional."""
    matrix_of: Callable[[F, T], T] = torch.autograd.functional.jacobian
    return matrix_of(lambda t: 2 * t.dot(t), x.detach()), matrix_of(torch.sum, x.detach())


def accumulated_grad__grad(x: T) -> tuple[T, T]:
    """torch.autograd.grad, added by hand into one matrix."""
    leaf = leaf_of(x)
    (first,) = torch.autograd.grad(2 * leaf.dot(leaf), leaf)
    (second,) = torch.autograd.grad(leaf.sum(), leaf)
    both = torch.stack([first, first + second])
    return both[0], both[1]


def accumulated_grad__data(x: T) -> Pair:
    """Copied by .data, in a named tuple of the older kind."""
    leaf = leaf_of(x)
    (2 * leaf.dot(leaf)).backward()
    first = torch.empty_like(x.detach())
    first.data.copy_(grad_of(leaf).data)
    leaf.sum().backward()
    return Pair(first, grad_of(leaf))


def accumulated_grad__two_roots(x: T) -> tuple[T, T]:
    """The sum from two roots at once."""
    leaf = leaf_of(x)
    y, z = 2 * leaf.dot(leaf), leaf.sum()
    (first,) = torch.autograd.grad(y, leaf, retain_graph=True)
    (both,) = torch.autograd.grad([y, z], leaf)
    return first, both


def accumulated_grad__tuple_of_roots(x: T) -> list[T]:
    """Both roots in one call, a leaf for each sum."""
    one, other = leaf_of(x), leaf_of(x)
    roots = 2 * one.dot(one), 2 * other.dot(other), other.sum()
    return list(torch.autograd.grad(roots, (one, other)))


def accumulated_grad__hooks(x: T) -> tuple[T, T]:
    """Each gradient is caught on its way, and added."""
    caught: list[T] = []
    leaf = leaf_of(x)
    leaf.register_hook(lambda grad: caught.append(grad.clone()))
    (2 * leaf.dot(leaf)).backward()
    leaf.sum().backward()
    return caught[0], caught[0] + caught[1]


def accumulated_grad__mapped(x: T) -> tuple[T, T]:
    """jacrev over two scalars, split."""
    matrix = torch.func.jacrev(lambda t: torch.stack([2 * t.dot(t), 2 * t.dot(t) + t.sum()]))(x.detach().clone())
    first, second = matrix.split(1)
    return first[0], second[0]


def sum_backward__weights(x: T) -> T:
    """A weight of one for each output."""
    leaf = leaf_of(x)
    (leaf * leaf).backward(torch.ones_like(leaf))
    return grad_of(leaf)


def sum_backward__einsum(x: T) -> T:
    """Another way to write the sum."""
    leaf = leaf_of(x)
    torch.einsum("i,i->", leaf, leaf).backward()
    return grad_of(leaf)


def sum_backward__elements(x: T) -> T:
    """Element by element, mapped."""
    slope = torch.func.vmap(torch.func.grad(lambda t: t * t))
    return slope(x.detach()) if len(x) else torch.zeros_like(x.detach())


def sum_backward__func(x: T) -> T:
    """The functional interface."""
    result: T = torch.func.grad(lambda t: t.square().sum())(x.detach())
    return result


def sum_backward__pushed(x: T) -> T:
    """Forward: the outputs do not mix, so one push is enough."""
    point = x.detach().clone()
    result: T = torch.func.jvp(torch.square, (point,), (torch.ones_like(point),))[1]
    return result


def two_backwards__two_leaves(f1: F, f2: F, x: T, zero_between: bool) -> tuple[T, T]:
    """Two leaves, and a sum where nothing is cleared."""
    one, other = leaf_of(x), leaf_of(x)
    torch.autograd.backward([f1(one), f2(other)], inputs=[one, other])
    first, second = grad_of(one), grad_of(other)
    return first, second if zero_between else first + second


def two_backwards__func(f1: F, f2: F, x: T, zero_between: bool) -> list[T]:
    """The functional interface, in a list."""
    point = x.detach().clone()
    first, second = torch.func.grad(f1)(point), torch.func.grad(f2)(point)
    return [first, second + 0 if zero_between else second + first]


def two_backwards__preset(f1: F, f2: F, x: T, zero_between: bool) -> Both:
    """Into zeros, and into a copy of what was there."""
    leaf = leaf_of(x)
    leaf.grad = torch.zeros_like(leaf)
    f1(leaf).backward()
    first = leaf.grad
    leaf.grad = torch.zeros_like(leaf) if zero_between else first.clone()
    f2(leaf).backward()
    return Both(first, leaf.grad)


def two_backwards__functional(f1: F, f2: F, x: T, zero_between: bool) -> tuple[T, T]:
    """torch.autograd.functional."""
    first, second = (torch.autograd.functional.jacobian(f, x.detach()) for f in (f1, f2))
    return first, second if zero_between else first + second


def two_backwards__tuple_of_roots(f1: F, f2: F, x: T, zero_between: bool) -> tuple[T, ...]:
    """All roots in one call, a leaf for each result."""
    one, other = leaf_of(x), leaf_of(x)
    roots = [f1(one), f2(other)] + ([] if zero_between else [f1(other)])
    return torch.autograd.grad(roots, [one, other])


def two_backwards__hooks(f1: F, f2: F, x: T, zero_between: bool) -> tuple[T, T]:
    """Each gradient is caught on its way."""
    caught: list[T] = []
    leaf = leaf_of(x)
    leaf.register_hook(lambda grad: caught.append(grad.clone()))
    f1(leaf).backward()
    f2(leaf).backward()
    return caught[0], caught[1] if zero_between else caught[0] + caught[1]


def clear_grads__optimizer(params: Sequence[T], set_to_none: bool) -> None:
    """An optimizer, where there is anything to optimize."""
    if params:
        torch.optim.SGD(list(params), lr=0.1).zero_grad(set_to_none=set_to_none)


def clear_grads__fill(params: Sequence[T], set_to_none: bool) -> None:
    """Filled with zeros where nothing is watched."""
    for param in params:
        if set_to_none:
            param.grad = None
        elif param.grad is not None:
            param.grad.requires_grad_(False) if param.grad.is_leaf else param.grad.detach_()
            with torch.no_grad():
                param.grad.fill_(0.0)


def clear_grads__data(params: Sequence[T], set_to_none: bool) -> None:
    """By copy_ from zeros."""
    held = [param for param in params if param.grad is not None]
    for param in held:
        if set_to_none:
            del param.grad
        else:
            grad_of(param).detach_().copy_(torch.zeros(param.shape))


def vector_backward__scalar(f: F, x: T, v: T | None) -> T:
    """The weighted sum as a scalar."""
    leaf = leaf_of(x)
    y = f(leaf)
    (y.sum() if v is None else (v.detach() * y).sum()).backward()
    return grad_of(leaf)


def vector_backward__vjp(f: F, x: T, v: T | None) -> T:
    """A pull-back."""
    pulling: Any = torch.func.vjp(f, x.detach().clone())
    y, pull = pulling
    result: T = pull(torch.ones_like(y) if v is None else v)[0]
    return result.clone()


def vector_backward__matrix(f: F, x: T, v: T | None) -> T:
    """The matrix, multiplied."""
    matrix = torch.autograd.functional.jacobian(f, x.detach().clone())
    weights = torch.ones(len(matrix), dtype=x.dtype) if v is None else v.detach()
    result: T = weights @ matrix
    return result


def vector_backward__grad(f: F, x: T, v: T | None) -> T:
    """torch.autograd.grad, copied: where f only adds, the gradient is v itself."""
    leaf = leaf_of(x)
    y = f(leaf)
    return torch.autograd.grad(y, leaf, torch.ones_like(y) if v is None else v)[0].clone()


def vector_backward__functional(f: F, x: T, v: T | None) -> T:
    """torch.autograd.functional's pull-back."""
    point = x.detach()
    weights = torch.ones_like(f(point)) if v is None else v.detach().clone()
    result: T = torch.autograd.functional.vjp(f, point, weights)[1]
    return result


# ---------------------------------------------------------------- chapter 4


def detached_product_grad__no_grad(x: T) -> T:
    """The constant is computed without a graph."""
    leaf = leaf_of(x)
    with torch.no_grad():
        u = leaf * leaf
    return torch.autograd.grad((u * leaf).sum(), leaf)[0]


def detached_product_grad__data(x: T) -> T:
    """The constant by .data."""
    leaf = leaf_of(x)
    (leaf * leaf).data.mul(leaf).sum().backward()
    return grad_of(leaf)


def detached_product_grad__argument(x: T) -> T:
    """The constant as another argument."""
    point = x.detach()
    result: T = torch.func.grad(lambda t, u: (u * t).sum())(point, point.square())
    return result


def detached_product_grad__weights(x: T) -> T:
    """The constant as the weights of a backward."""
    leaf = leaf_of(x)
    (leaf * 1).backward((leaf * leaf).detach())
    return grad_of(leaf)


def detached_product_grad__functional(x: T) -> T:
    """torch.autograd.functional with the constant outside."""
    u = x.detach().square()
    result: T = torch.autograd.functional.jacobian(lambda t: torch.dot(u, t), x.detach())
    return result


def frozen_factor_grad__plain(f: F, x: T) -> T:
    """The constant from a tensor that asks for nothing."""
    u = f(x.detach())
    leaf = leaf_of(x)
    torch.dot(u, leaf).backward()
    return grad_of(leaf)


def frozen_factor_grad__func(f: F, x: T) -> T:
    """detach within the functional interface."""
    result: T = torch.func.grad(lambda t: (f(t).detach() * t).sum())(x.detach().clone())
    return result


def frozen_factor_grad__numpy(f: F, x: T) -> T:
    """The constant through numpy."""
    leaf = leaf_of(x)
    u = torch.from_numpy(f(leaf).detach().numpy().copy())
    return torch.autograd.grad((u * leaf).sum(), [leaf])[0]


def frozen_factor_grad__in_place(f: F, x: T) -> T:
    """The history is taken off u itself."""
    leaf = leaf_of(x)
    u = f(leaf).detach_()
    (u * leaf).sum().backward()
    return grad_of(leaf)


def frozen_factor_grad__watched_by_nobody(f: F, x: T) -> T:
    """The constant is computed without a graph."""
    leaf = leaf_of(x)
    with torch.no_grad():
        u = f(leaf)
    return torch.autograd.grad((u * leaf).sum(), leaf)[0]


def frozen_factor_grad__weights(f: F, x: T) -> T:
    """The constant as the weights of a backward."""
    leaf = leaf_of(x)
    (leaf * 1).backward(f(leaf).detach())
    return grad_of(leaf)


def both_gradients__two_leaves(x: T) -> tuple[T, T]:
    """One run from one scalar, with a leaf for each factor."""
    one, other = leaf_of(x), leaf_of(x)
    y = one * one
    (y.sum() + (y.detach() * other).sum()).backward()
    return grad_of(one), grad_of(other)


def both_gradients__rows(x: T) -> list[T]:
    """Two rows of one batch, as a list of views of one tensor."""
    leaf = leaf_of(x)
    y = leaf * leaf
    scalars = torch.stack([y.sum(), (y.detach() * leaf).sum()])
    (rows,) = torch.autograd.grad(scalars, leaf, torch.eye(2, dtype=x.dtype), is_grads_batched=True)
    return [rows[0], rows[1]]


def both_gradients__alternating(x: T) -> Both:
    """Every second element of one new tensor."""
    leaf = leaf_of(x)
    y = leaf * leaf
    (second,) = torch.autograd.grad((y.detach() * leaf).sum(), leaf)
    (first,) = torch.autograd.grad(y.sum(), leaf)
    mixed = torch.empty(2 * len(x), dtype=x.dtype)
    mixed[::2], mixed[1::2] = first, second
    return Both(mixed[::2], mixed[1::2])


def both_gradients__hooks(x: T) -> tuple[T, ...]:
    """Read on the way, from one backward to one leaf."""
    caught: dict[int, T] = {}
    leaf = leaf_of(x)
    parts = [leaf * 1, leaf * 1]
    for i, part in enumerate(parts):
        part.register_hook(functools.partial(caught.__setitem__, i))
    y = parts[0] * parts[0]
    (y.sum() + (y.detach() * parts[1]).sum()).backward()
    return caught[0].clone(), caught[1].clone()


def both_gradients__func(x: T) -> tuple[T, T]:
    """The functional interface."""
    point = x.detach().clone()
    first: T = torch.func.grad(lambda t: t.square().sum())(point)
    return first, torch.func.grad(lambda t: (t.square().detach() * t).sum())(point)


def both_gradients__tuple_of_roots(x: T) -> tuple[T, ...]:
    """Both roots in one call, each with a leaf of its own."""
    one, other = leaf_of(x), leaf_of(x)
    return torch.autograd.grad((one.square().sum(), (one.square().detach() * other).sum()), (one, other))


def two_branch_detach__grad(x: T, y: T) -> Any:
    """torch.autograd.grad, in lists."""
    a, b = leaf_of(x), leaf_of(y)
    (da,) = torch.autograd.grad(0.5 * a**2 + 0.5 * (b**2).detach(), a)
    (db,) = torch.autograd.grad(0.5 * (a**2).detach() + 0.5 * b**2, b)
    return [[da, None], [da.clone(), db]]


def two_branch_detach__two_roots(x: T, y: T) -> Any:
    """Both outputs in one run; a leaf that is not reached by the first has None after it."""
    a, b = leaf_of(x), leaf_of(y)
    output3 = 0.5 * a**2 + 0.5 * (b**2).detach()
    output4 = 0.5 * (a**2).detach() + 0.5 * b**2
    torch.autograd.backward([output3, output4])
    return Pair((grad_of(a).clone(), None), (grad_of(a), grad_of(b)))


def two_branch_detach__read_each_time(x: T, y: T) -> Any:
    """Whatever .grad holds, copied after each pass."""
    leaves = [torch.nn.Parameter(one.detach().clone()) for one in (x, y)]

    def states() -> Iterator[T | None]:
        return (None if leaf.grad is None else leaf.grad.detach().clone() for leaf in leaves)

    a, b = leaves
    (0.5 * a**2 + 0.5 * (b**2).detach()).backward()
    first = tuple(states())
    (0.5 * (a**2).detach() + 0.5 * b**2).backward()
    return first, tuple(states())


def two_branch_detach__func(x: T, y: T) -> Any:
    """The functional interface, with the branches that are cut left out."""
    slope = torch.func.grad(lambda t: 0.5 * t**2)
    dx, dy = slope(x.detach()), slope(y.detach())
    return (dx, None), (dx.clone(), dy)


def two_branch_detach__tuple_of_roots(x: T, y: T) -> Any:
    """Both roots in one call."""
    a, b = leaf_of(x), leaf_of(y)
    roots = 0.5 * a**2 + 0.5 * (b**2).detach(), 0.5 * (a**2).detach() + 0.5 * b**2
    da, db = torch.autograd.grad(roots, (a, b))
    return Both((da, None), (da.clone(), db))  # type: ignore[arg-type]  # a pair by name


def two_branch_detach__hooks(x: T, y: T) -> Any:
    """Caught on the way."""
    caught: dict[str, T] = {}
    a, b = leaf_of(x), leaf_of(y)
    a.register_hook(functools.partial(caught.__setitem__, "a"))
    b.register_hook(functools.partial(caught.__setitem__, "b"))
    (0.5 * a**2 + 0.5 * (b**2).detach()).backward()
    first = caught["a"].clone(), caught.get("b")
    (0.5 * (a**2).detach() + 0.5 * b**2).backward()
    return first, (caught["a"].clone(), caught["b"].clone())


def snapshot__clone_first(t: T) -> T:
    """In the other order."""
    return t.clone().detach()


def snapshot__copy(t: T) -> T:
    """Into a new tensor."""
    kept = torch.empty_like(t, requires_grad=False)
    with torch.no_grad():
        kept.copy_(t)
    return kept


def snapshot__stacked(t: T) -> T:
    """By a stack of one."""
    return torch.stack([t.detach()])[0]


def snapshot__new_tensor(t: T) -> T:
    """By torch.empty and a slice of everything."""
    kept = torch.zeros(t.shape, dtype=t.dtype)
    kept[...] = t.data
    return kept


# ---------------------------------------------------------------- chapter 5


def backward_twice__grad(x: T) -> T:
    """torch.autograd.grad, added."""
    leaf = leaf_of(x)
    y = torch.dot(leaf, leaf)
    (first,) = torch.autograd.grad(y, leaf, retain_graph=True)
    (second,) = torch.autograd.grad(y, leaf)
    return first + second


def backward_twice__loop(x: T) -> T:
    """A loop that keeps the graph to the end."""
    leaf = leaf_of(x)
    y = torch.dot(leaf, leaf)
    for last in (False, True):
        torch.autograd.backward(y, retain_graph=not last)
    return grad_of(leaf)


def backward_twice__batched(x: T) -> T:
    """Both passes as rows of one batch."""
    leaf = leaf_of(x)
    (rows,) = torch.autograd.grad(torch.dot(leaf, leaf), leaf, torch.ones(2, dtype=x.dtype), is_grads_batched=True)
    return rows.sum(dim=0)


def backward_twice__two_roots(x: T) -> T:
    """The same root twice."""
    leaf = leaf_of(x)
    y = torch.dot(leaf, leaf)
    torch.autograd.backward([y, y])
    return grad_of(leaf)


def backward_twice__hooks(x: T) -> T:
    """Both passes caught by a hook."""
    caught: list[T] = []
    leaf = leaf_of(x)
    leaf.register_hook(lambda grad: caught.append(grad.clone()))
    y = leaf.dot(leaf)
    y.backward(retain_graph=True)
    y.backward()
    return caught[0] + caught[1]


def backward_twice__tuple_of_roots(x: T) -> T:
    """The same root twice, for torch.autograd.grad."""
    leaf = leaf_of(x)
    y = leaf.dot(leaf)
    return torch.autograd.grad((y, y), leaf)[0]


def backward_n_times__grad(f: F, x: T, n: int) -> tuple[T, T]:
    """torch.autograd.grad, added up."""
    leaf = leaf_of(x)
    y = f(leaf)
    passes = [torch.autograd.grad(y, leaf, retain_graph=i < n - 1)[0] for i in range(n)]
    return torch.stack(passes).sum(dim=0), y


def backward_n_times__repeat(f: F, x: T, n: int) -> list[T]:
    """All but the last from an iterator, as a list."""
    leaf = torch.nn.Parameter(x.detach().clone())
    y = f(leaf)
    for keep in itertools.chain(itertools.repeat(True, n - 1), [False]):
        y.backward(retain_graph=keep)
    return [grad_of(leaf).clone(), y]


def backward_n_times__batched(f: F, x: T, n: int) -> Both:
    """All passes as rows of one batch."""
    leaf = leaf_of(x)
    y = f(leaf)
    (rows,) = torch.autograd.grad(y, leaf, torch.ones(n, dtype=y.dtype), is_grads_batched=True)
    return Both(rows.sum(dim=0), y)


def backward_n_times__roots(f: F, x: T, n: int) -> tuple[T, T]:
    """The same root n times in one run."""
    leaf = leaf_of(x)
    y = f(leaf)
    torch.autograd.backward([y] * n)
    return grad_of(leaf), y


def backward_n_times__hooks(f: F, x: T, n: int) -> tuple[T, T]:
    """Each pass is caught by a hook and added."""
    caught: list[T] = []
    leaf = leaf_of(x)
    leaf.register_hook(lambda grad: caught.append(grad.clone()))
    y = f(leaf)
    for i in range(n):
        y.backward(retain_graph=i < n - 1)
    return torch.stack(caught).sum(dim=0), y
