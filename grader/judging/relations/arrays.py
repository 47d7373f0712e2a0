"""Numbers in a shape, to be compared with others: the tensors of answers without torch."""

import functools
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from grader.authoring.compare import is_near, tolerance_of
from grader.inside.values import Items, NotRepresentable, TensorValue, Value


@dataclass(frozen=True)
class Array:
    """Numbers in row-major order. Transformations give another one of the same dtype."""

    dtype: str
    shape: tuple[int, ...]
    numbers: tuple[float, ...]

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return len(self.numbers)

    @property
    def squeezed(self) -> tuple[int, ...]:
        """The shape without axes of size 1."""
        return tuple(size for size in self.shape if size != 1)

    @property
    def flat(self) -> "Array":
        """The same numbers in one axis."""
        return self.reshaped((self.size,))

    @property
    def each(self) -> Iterator["Array"]:
        """Its numbers one by one."""
        return (Array(self.dtype, (), (number,)) for number in self.numbers)

    @property
    def total(self) -> "Array":
        """The sum of its numbers."""
        return Array(self.dtype, (), (sum(self.numbers),))

    @property
    def reversed(self) -> "Array":
        """The same shape, with the numbers from the last to the first."""
        return self._with(self.numbers[::-1])

    @property
    def sorted(self) -> "Array":
        """The same shape, with the numbers from the smallest to the largest."""
        return self._with(sorted(self.numbers))

    @property
    def transposed(self) -> "Array":
        """A matrix with rows and columns exchanged."""
        rows, columns = self.shape
        numbers = tuple(self.numbers[row * columns + column] for column in range(columns) for row in range(rows))
        return Array(self.dtype, (columns, rows), numbers)

    @property
    def diagonal(self) -> "Array":
        """The diagonal of a matrix of several rows and columns; nothing of anything else."""
        if len(self.shape) != 2 or min(self.shape) < 2:
            return Array(self.dtype, (0,), ())
        numbers = self.numbers[:: self.shape[1] + 1][: min(self.shape)]
        return Array(self.dtype, (len(numbers),), numbers)

    @property
    def is_diagonal(self) -> bool:
        """Is it a matrix with nothing but zeros beside its diagonal?"""
        has_one = self.diagonal.size > 1 or self.shape == (1, 1)
        return has_one and sum(map(bool, self.numbers)) == sum(map(bool, self.diagonal.numbers))

    @property
    def running(self) -> "Array":
        """Running sums along the first axis."""
        width = math.prod(self.shape[1:])
        numbers = list(self.numbers)
        for index in range(width, len(numbers)):
            numbers[index] += numbers[index - width]
        return self._with(numbers)

    def repeated(self, index: int) -> "Array":
        """One entry along the first axis in the place of every entry."""
        return self._with(self.entry(index).numbers * self.shape[0])

    def entry(self, index: int) -> "Array":
        """An entry along the first axis, also counted from the end."""
        if not self.shape:
            return self
        width = math.prod(self.shape[1:])
        start = (index % self.shape[0]) * width
        return Array(self.dtype, self.shape[1:], self.numbers[start : start + width])

    def without(self, index: int) -> "Array":
        """All entries along the first axis but one, the first or the last."""
        if not self.shape or not self.shape[0]:
            return self
        width = math.prod(self.shape[1:])
        numbers = self.numbers[width:] if index == 0 else self.numbers[: self.size - width]
        return Array(self.dtype, (self.shape[0] - 1, *self.shape[1:]), numbers)

    def alone(self, index: int) -> "Array":
        """Zeros but for one entry along the first axis."""
        width = math.prod(self.shape[1:])
        start = (index % self.shape[0]) * width
        return self._with([one if start <= at < start + width else 0.0 for at, one in enumerate(self.numbers)])

    def summed(self, axis: int) -> "Array":
        """Sums along an axis, which is gone then."""
        shape = self.shape[:axis] + self.shape[axis + 1 :]
        sums = dict.fromkeys(itertools.product(*map(range, shape)), 0.0)
        for place, number in zip(itertools.product(*map(range, self.shape)), self.numbers, strict=True):
            sums[place[:axis] + place[axis + 1 :]] += number
        return Array(self.dtype, shape, tuple(sums.values()))

    def of(self, dtype: str) -> "Array":
        """The same numbers, to be compared as those of another dtype."""
        return Array(dtype, self.shape, self.numbers)

    def reshaped(self, shape: tuple[int, ...]) -> "Array":
        """The same numbers in another shape of the same size."""
        return Array(self.dtype, shape, self.numbers)

    def plus(self, other: "Array") -> "Array":
        """The sums of two arrays of one shape, number by number."""
        return self._with([one + added for one, added in zip(self.numbers, other.numbers, strict=True)])

    def times(self, factor: float) -> "Array":
        """All its numbers times one."""
        return self.each_as(lambda one: one * factor)

    def each_as(self, change: Callable[[float], float]) -> "Array":
        """All its numbers, changed one by one."""
        return self._with([change(one) for one in self.numbers])

    def _with(self, numbers: Sequence[float]) -> "Array":
        return Array(self.dtype, self.shape, tuple(numbers))


def near(one: Array, other: Array) -> bool:
    """Have they the same shape and numbers, as near as the coarser of their dtypes can tell? NaN equals NaN."""
    if one.shape != other.shape:
        return False
    tolerance = max(tolerance_of(one.dtype), tolerance_of(other.dtype))
    return all(is_near(mine, right, tolerance) for mine, right in zip(one.numbers, other.numbers, strict=True))


@functools.lru_cache(maxsize=4096)
def array_of(value: Value) -> Array | None:
    """The numbers of a tensor, of a Python number, or of lists of them that have a shape; None of anything else."""
    match value:
        case TensorValue(dtype=dtype, shape=shape):
            return Array(dtype, shape, tuple(map(float, value.elements())))
        case NotRepresentable(held=TensorValue() as held):
            return array_of(held)
        case bool():
            return None
        case int() | float():
            return Array("float64", (), (float(value),))
        case Items(items=items) if items:
            parts = [array_of(item) for item in items]
            known = [part for part in parts if part is not None]
            if len(known) < len(parts) or len({part.shape for part in known}) > 1:
                return None
            numbers = tuple(number for part in known for number in part.numbers)
            return Array(known[0].dtype, (len(parts), *known[0].shape), numbers)
        case _:
            return None
