"""The teacher's own part of the tests, the same under every peer: inputs, what is right, and the claims.

What is right comes from torch.autograd.functional. The inputs are of the kinds that the kit asks about: as many cases,
the same shapes and dtypes, functions with random coefficients, and a caller's tensor that is a leaf with an old
gradient.
"""

import contextlib
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from comparing import same
from torch.autograd.functional import jacobian

# Any: a student's function takes and returns whatever its exercise says.
Function = Callable[..., Any]

torch.manual_seed(0)


@dataclass(frozen=True)
class Task:
    """An exercise: the arguments of each call, what is right for them, and how often autograd has to run."""

    cases: Callable[[], list[tuple[Any, ...]]]
    expected: Callable[..., Any]
    runs: int = 1


# ---------------------------------------------------------------- inputs


def number() -> float:
    """A number of either sign that is far from 0."""
    return float(torch.empty(()).uniform_(0.3, 1.7)) * (1 if torch.rand(()) < 0.5 else -1)


def vector(
    n: int, dtype: torch.dtype = torch.float64, *, requires_grad: bool = False, grad: bool = False
) -> torch.Tensor:
    """A tensor of shape (n,); with `grad` a leaf that holds an old gradient."""
    x = torch.tensor([number() for _ in range(n)], dtype=dtype).requires_grad_(requires_grad or grad)
    if grad:
        x.grad = torch.tensor([number() for _ in range(n)], dtype=dtype)
    return x


def scalar(dtype: torch.dtype = torch.float64, *, grad: bool = False) -> torch.Tensor:
    """A 0-dim tensor; with `grad` a leaf that holds an old gradient."""
    x = torch.tensor(number(), dtype=dtype).requires_grad_(grad)
    if grad:
        x.grad = torch.tensor(number(), dtype=dtype)
    return x


def twice_dot(x: torch.Tensor) -> torch.Tensor:
    """2 x.x."""
    return 2 * x.dot(x)


def cubes() -> Function:
    """R^n -> R."""
    a, b = number(), number()
    return lambda x: (a * x**3 + b * x).sum()


def waves() -> Function:
    """R^n -> R."""
    a, b = number(), number()
    return lambda x: (a * (b * x).sin()).sum()


def scaled_dot() -> Function:
    """R^n -> R."""
    a, b = number(), number()
    return lambda x: a * x.dot(x) + b * x.sum()


def scaled_sum() -> Function:
    """R^n -> R, linear."""
    a = number()
    return lambda x: (a * x).sum()


def mix(m: int, n: int) -> Function:
    """R^n -> R^m."""
    matrix = [[number() for _ in range(n)] for _ in range(m)]
    return lambda x: x.new_tensor(matrix) @ (x * x)


def fan(m: int) -> Function:
    """R -> R^m."""
    factors = [number() for _ in range(m)]
    return lambda x: x.new_tensor(factors) * x * x


def smooth() -> Function:
    """R -> R."""
    a, b = number(), number()
    return lambda x: a * x * x + b * x


def wave() -> Function:
    """R -> R."""
    a, b = number(), number()
    return lambda x: a * (b * x).sin()


def kinks() -> dict[str, Function]:
    """R -> R, with a kink at 0."""
    a, b, c, d, e, g = (number() for _ in range(6))
    return {
        "abs": lambda x: a * x.abs(),
        "relu": lambda x: b * x.relu(),
        "clamp": lambda x: c * x.clamp(min=0),
        "maximum": lambda x: d * torch.maximum(x, x.new_zeros(())),
        "where": lambda x: e * torch.where(x > 0, x, g * x),
        "root of the square": lambda x: a * (x * x).sqrt(),
        "smooth": smooth(),
    }


def vectors() -> list[tuple[torch.Tensor]]:
    """For a function of a vector alone."""
    return [
        (torch.arange(4.0),),
        (vector(4, torch.float32),),
        (vector(5),),
        (vector(4, torch.float32, grad=True),),
        (vector(1),),
        (torch.empty(0, dtype=torch.float64),),
    ]


# ---------------------------------------------------------------- exercises


def _kink_cases() -> list[tuple[Any, ...]]:
    functions = kinks()
    return [
        ({"square": torch.square, "wave": wave()}, torch.tensor(2.0)),
        ({"square": torch.square, "wave": wave()}, scalar(torch.float32)),
        (functions, torch.tensor(0.0, dtype=torch.float64)),
        (functions, scalar(grad=True)),
        ({"one": smooth(), "two": wave()}, scalar(torch.float32, grad=True)),
    ]


def _slopes(kind: str, x: torch.Tensor) -> torch.Tensor:
    function = torch.abs if kind == "abs" else torch.relu
    sides = [jacobian(lambda t: function(t).sum(), x.detach() + step) for step in (-0.1, 0.1)]
    return torch.stack(sides, dim=1)


def _matrix(f: Function, x: torch.Tensor) -> torch.Tensor:
    return jacobian(f, x.detach()).reshape(f(x.detach()).numel(), x.numel())


def _two_gradients(f1: Function, f2: Function, x: torch.Tensor, zero_between: bool) -> tuple[torch.Tensor, ...]:
    first, second = jacobian(f1, x.detach()), jacobian(f2, x.detach())
    return first, second if zero_between else first + second


def _weighted(f: Function, x: torch.Tensor, v: torch.Tensor | None) -> torch.Tensor:
    rows = jacobian(f, x.detach())
    return rows.sum(dim=0) if v is None else v @ rows


def _frozen_square(x: torch.Tensor) -> torch.Tensor:
    factor = x.detach() ** 2
    return jacobian(lambda t: (factor * t).sum(), x.detach())


TASKS = {
    "subdifferential_interval": Task(
        cases=lambda: [
            ("abs", torch.tensor([-3.0, 5.0, 7.0])),
            ("abs", vector(3, torch.float32)),
            ("abs", torch.tensor([abs(number()), 0.0, -abs(number()), -0.0], dtype=torch.float64)),
            ("relu", torch.tensor([abs(number()), 0.0, -abs(number()), -0.0], dtype=torch.float64)),
            ("relu", torch.tensor([0.0, -1.0, 1.0, 0.0, 2.0], requires_grad=True)),
            ("abs", torch.empty(0, dtype=torch.float64)),
            ("abs", torch.tensor([1e30, -1e30, 0.0, -0.0], dtype=torch.float64)),
            ("relu", torch.tensor([1e30, -1e30, 0.0, -0.0], dtype=torch.float64)),
        ],
        expected=_slopes,
    ),
    "kink_gradients": Task(
        cases=_kink_cases, expected=lambda fs, x: {name: jacobian(f, x.detach()) for name, f in fs.items()}
    ),
    "numerator_layout": Task(
        cases=lambda: [
            (twice_dot, torch.tensor([1.0, 2.0])),
            (twice_dot, vector(2, torch.float32)),
            (mix(3, 5), vector(5)),
            (fan(3), scalar(torch.float32, grad=True)),
            (mix(1, 5), vector(5, grad=True)),
            (cubes(), vector(0)),
            (mix(2, 0), vector(0)),
            (smooth(), scalar()),
            (cubes(), vector(3, torch.float32, requires_grad=True)),
        ],
        expected=_matrix,
    ),
    "jacobian_2xtx": Task(cases=vectors, expected=lambda x: jacobian(twice_dot, x.detach())),
    "gradient": Task(
        cases=lambda: [
            (twice_dot, torch.arange(4.0)),
            (twice_dot, vector(4, torch.float32)),
            (cubes(), vector(5)),
            (cubes(), vector(5, grad=True)),
            (scaled_dot(), vector(0)),
            (scaled_dot(), vector(3, torch.float32)),
            (scaled_sum(), vector(1, requires_grad=True)),
        ],
        expected=lambda f, x: jacobian(f, x.detach()),
    ),
    "zero_then_grad": Task(
        cases=vectors, expected=lambda x: _two_gradients(twice_dot, torch.sum, x, zero_between=True), runs=2
    ),
    "two_backwards": Task(
        cases=lambda: [
            (twice_dot, torch.sum, torch.arange(4.0), False),
            (twice_dot, torch.sum, vector(4, torch.float32), False),
            (cubes(), waves(), vector(4), True),
            (cubes(), waves(), vector(4), True),
            (cubes(), waves(), vector(0), True),
            (waves(), scaled_dot(), vector(3, torch.float32, grad=True), False),
            (scaled_dot(), cubes(), vector(1, grad=True), True),
        ],
        expected=_two_gradients,
        runs=2,
    ),
    "vector_backward": Task(
        cases=lambda: [
            (torch.square, torch.arange(4.0), None),
            (torch.square, vector(4, torch.float32), None),
            (mix(3, 5), vector(5), vector(3)),
            (mix(3, 5), vector(5), vector(3)),
            (mix(2, 0), vector(0), vector(2)),
            (mix(4, 2), vector(2, torch.float32, grad=True), vector(4, torch.float32)),
            (mix(2, 4), vector(4), None),
            (mix(1, 3), vector(3, requires_grad=True), vector(1)),
        ],
        expected=_weighted,
    ),
    "detached_product_grad": Task(cases=vectors, expected=_frozen_square),
    "both_gradients": Task(
        cases=vectors,
        expected=lambda x: (jacobian(lambda t: (t * t).sum(), x.detach()), _frozen_square(x)),
        runs=2,
    ),
    "backward_twice": Task(cases=vectors, expected=lambda x: 2 * jacobian(lambda t: t.dot(t), x.detach()), runs=2),
}
"""All exercises but `clear_grads`, which returns nothing."""

BY_AUTOGRAD = tuple(name for name in TASKS if name != "subdifferential_interval")


# ---------------------------------------------------------------- claims about a result


def is_right(function: Function, name: str) -> None:
    """The values, shapes and dtypes are those of torch.autograd.functional."""
    for arguments in TASKS[name].cases():
        expected = TASKS[name].expected(*arguments)
        same(function(*arguments), expected)


def autograd_ran(function: Function, name: str) -> None:
    """The numbers come from autograd."""
    for arguments in TASKS[name].cases():
        with counting() as runs:
            function(*arguments)
        assert len(runs) >= TASKS[name].runs, f"autograd ran {len(runs)} times"


def caller_untouched(function: Function, name: str) -> None:
    """The caller's tensors are left as they were."""
    for arguments in TASKS[name].cases():
        before = [
            (t, t.detach().clone(), t.requires_grad, t.grad, None if t.grad is None else t.grad.clone())
            for t in tensors(arguments)
        ]
        function(*arguments)
        for tensor, values, requires_grad, grad, grad_values in before:
            same(tensor.detach(), values)
            assert tensor.requires_grad == requires_grad
            assert tensor.grad is grad
            if grad_values is not None:
                same(tensor.grad, grad_values)


def stands_alone(function: Function, name: str) -> None:
    """The result carries no graph and shares no memory."""
    for arguments in TASKS[name].cases():
        results = tensors(function(*arguments))
        assert not any(result.requires_grad for result in results)
        owners = [t for argument in tensors(arguments) for t in (argument, argument.grad) if t is not None]
        places = [t.untyped_storage().data_ptr() for t in (*owners, *results) if t.numel()]
        own = [t.untyped_storage().data_ptr() for t in results if t.numel()]
        assert all(places.count(place) == 1 for place in own), "memory is shared"


# ---------------------------------------------------------------- claims about clear_grads


@dataclass(frozen=True)
class Cleared:
    """Parameters before and after a call of `clear_grads`."""

    params: list[torch.Tensor]
    values: list[torch.Tensor]
    grads: list[torch.Tensor | None]
    set_to_none: bool


def _clear(function: Function) -> Iterator[Cleared]:
    for set_to_none, broken in ((False, 0.0), (True, math.inf), (False, math.nan)):
        params = [vector(3, grad=True), vector(2, torch.float32, requires_grad=True), vector(3, grad=True)]
        params[2].grad = torch.tensor([broken, 1.0, 2.0], dtype=torch.float64)
        params.append(vector(4, requires_grad=True))
        params[3].grad = vector(4, requires_grad=True) * 1
        values, grads = [param.detach().clone() for param in params], [param.grad for param in params]
        assert function(params, set_to_none) is None
        yield Cleared(params=params, values=values, grads=grads, set_to_none=set_to_none)


def clears_every_gradient(function: Function) -> None:
    """Every .grad is None or zeros, as set_to_none says."""
    for case in _clear(function):
        for param, old in zip(case.params, case.grads, strict=True):
            if old is None or case.set_to_none:
                assert param.grad is None
            else:
                same(param.grad, torch.zeros_like(old))


def keeps_the_tensors(function: Function) -> None:
    """With set_to_none=False the gradient tensors stay the same ones."""
    for case in _clear(function):
        if not case.set_to_none:
            assert all(param.grad is old for param, old in zip(case.params, case.grads, strict=True))


def cuts_the_graphs(function: Function) -> None:
    """A cleared gradient carries no graph."""
    for case in _clear(function):
        assert not any(param.grad is not None and param.grad.requires_grad for param in case.params)


def leaves_the_parameters(function: Function) -> None:
    """The parameters keep their values and still require grad."""
    for case in _clear(function):
        for param, values in zip(case.params, case.values, strict=True):
            same(param.detach(), values)
            assert param.requires_grad


# ---------------------------------------------------------------- what they need


def tensors(value: object) -> list[torch.Tensor]:
    """All tensors in tuples, lists and dictionaries."""
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, dict):
        return [tensor for entry in value.values() for tensor in tensors(entry)]
    if isinstance(value, tuple | list):
        return [tensor for entry in value for tensor in tensors(entry)]
    return []


@contextlib.contextmanager
def counting() -> Iterator[Sequence[str]]:
    """A list that grows whenever autograd runs."""
    runs: list[str] = []
    originals = {name: getattr(torch.autograd, name) for name in ("backward", "grad")}

    def wrap(name: str) -> Function:
        def counted(*args: Any, **kwargs: Any) -> Any:
            runs.append(name)
            return originals[name](*args, **kwargs)

        return counted

    for name in originals:
        setattr(torch.autograd, name, wrap(name))
    try:
        yield runs
    finally:
        for name, original in originals.items():
            setattr(torch.autograd, name, original)
