"""Inputs of questions: literal ones, and ones drawn from the seed."""

import hashlib
import random
from collections.abc import Sequence

from msgspec.structs import replace

from grader.inside.functions import Families
from grader.inside.values import FunctionSpec, Place, TensorValue, pack

# Drawn magnitudes stay away from 0 (kinks), and from 2, where 2x = x * x hides a mistake.
_SMALLEST, _LARGEST = 0.3, 1.7
# People read them, and paste them.
_DECIMALS = 4


def tensor(
    elements: float | Sequence[float],
    *,
    dtype: str = "float64",
    shape: tuple[int, ...] | None = None,
    requires_grad: bool = False,
    grad: TensorValue | None = None,
) -> TensorValue:
    """A tensor for a question: 0-dim from a number, 1-D from a sequence, or any `shape` from its elements in order."""
    flat = list(elements) if isinstance(elements, Sequence) else [elements]
    default = (len(flat),) if isinstance(elements, Sequence) else ()
    return TensorValue(
        dtype=dtype,
        shape=default if shape is None else shape,
        data=pack(dtype, flat),
        requires_grad=requires_grad,
        grad=grad,
    )


def computed(value: TensorValue) -> TensorValue:
    """The same numbers in a tensor that requires grad and is no leaf."""
    return replace(value, requires_grad=True, computed=True)


def spread(value: TensorValue) -> TensorValue:
    """The same numbers in a tensor that is not contiguous."""
    return replace(value, spread=True)


def once_more(argument: str) -> Place:
    """The very object that another argument is: both names are of one thing."""
    return Place(argument=argument)


ARANGE = tensor([0, 1, 2, 3], dtype="float32")
"""The vector that the topic's own example begins with."""


def function(name: str, *coefficients: float) -> FunctionSpec:
    """A function of the course's with given coefficients."""
    return FunctionSpec(name=name, coefficients=coefficients)


class Draw:
    """Draws the inputs of a case. They depend on the seed, the exercise, the case set and the case only."""

    def __init__(self, families: Families) -> None:
        self._families = families
        self._random = random.Random(0)  # noqa: S311  # has to be reproducible, not unforeseeable

    def restart(self, seed: str, exercise: str, case_set: str, case: int) -> None:
        """Begin a case."""
        text = "|".join((seed, exercise, case_set, str(case)))
        self._random.seed(hashlib.sha256(text.encode()).digest())

    def number(self) -> float:
        """A number of either sign, of magnitude 0.3 to 1.7."""
        return self._random.choice((-1, 1)) * round(self._random.uniform(_SMALLEST, _LARGEST), _DECIMALS)

    def scalar(self, *, dtype: str = "float64", grad: bool = False) -> TensorValue:
        """A 0-dim tensor; with `grad` a leaf that holds an old gradient."""
        old = self.scalar(dtype=dtype) if grad else None
        return tensor(self.number(), dtype=dtype, requires_grad=grad, grad=old)

    def vector(self, n: int, *, dtype: str = "float64", requires_grad: bool = False, grad: bool = False) -> TensorValue:
        """A tensor of shape (n,); with `grad` a leaf that holds an old gradient."""
        numbers = [self.number() for _ in range(n)]
        old = self.vector(n, dtype=dtype) if grad else None
        return tensor(numbers, dtype=dtype, requires_grad=requires_grad or grad, grad=old)

    def integers(self, n: int) -> TensorValue:
        """An int64 tensor of shape (n,), entries from 3 to 9."""
        return tensor([self._random.randint(3, 9) for _ in range(n)], dtype="int64")

    def matrix(self, m: int, n: int, *, dtype: str = "float64") -> TensorValue:
        """A tensor of shape (m, n)."""
        return tensor([self.number() for _ in range(m * n)], dtype=dtype, shape=(m, n))

    def function(self, name: str, coefficients: int | None = None) -> FunctionSpec:
        """A function of the family with coefficients of its own; families without a fixed number of them need one."""
        count = self._families[name].arity if coefficients is None else coefficients
        if count is None:
            raise ValueError(f"the family {name} needs a number of coefficients")
        return function(name, *(self.number() for _ in range(count)))

    def shuffled(self, count: int) -> tuple[int, ...]:
        """The numbers 0 to count - 1 in some order."""
        return tuple(self._random.sample(range(count), count))
