"""Comparing what came back with what is right. Returning means right; everything else ends in `fail`.

Kind, shape and dtype come before values. The rationale never holds a value: it may be shown for a hidden question. The
values go into the evidence.
"""

import math
from typing import NoReturn

from grader.display import describe_kind, shorten, show, show_count, show_shape
from grader.model import Items, NotRepresentable, Raised, Table, TensorValue, Value
from grader.phrasebook import look_up

TOLERANCES = {"float64": (1e-8, 1e-10), "float32": (1e-5, 1e-6), "float16": (1e-3, 1e-3)}
"""rtol and atol by dtype; other dtypes are compared exactly."""


class Failed(Exception):
    """Ends a judgement: the answer is wrong. `actual` and `expected` are as people read them."""

    def __init__(
        self, rationale: str, actual: str | None = None, expected: str | None = None, detail: str | None = None
    ) -> None:
        super().__init__(rationale)
        self.rationale = rationale
        self.actual = actual
        self.expected = expected
        self.detail = detail


def fail(rationale: str, *, detail: str | None = None) -> NoReturn:
    """End the judgement: wrong, because of `rationale`, which must hold no value of a question."""
    raise Failed(rationale, detail=detail)


def close(actual: Value, expected: Value, what: str = "the result") -> None:
    """Require the same structure, shapes and dtypes, and values within the dtype's tolerance; NaN equals NaN.

    A list of the same length is accepted for a tuple. `what` names the compared thing in the rationale.
    """
    _Comparison(actual, expected, tolerant=True).compare(actual, expected, what)


def same(actual: Value, expected: Value, what: str = "the result") -> None:
    """Require the same structure, shapes, dtypes and exactly the same values; NaN equals NaN."""
    _Comparison(actual, expected, tolerant=False).compare(actual, expected, what)


def agree(one: Value, other: Value) -> bool:
    """Are two answers the same within tolerance, exceptions by type and phrasebook entry, or text where it has none?"""
    if isinstance(one, NotRepresentable) and isinstance(other, NotRepresentable):
        return one == other
    try:
        # Each answer is compared with many others, so nothing is written that nobody reads.
        _Comparison(one, other, tolerant=True, shown=False).compare(one, other, "")
    except Failed:
        return False
    return True


class _Comparison:
    """Compares part by part, and shows the whole of both where a part is wrong, unless it is not to be `shown`."""

    def __init__(self, actual: Value, expected: Value, *, tolerant: bool, shown: bool = True) -> None:
        self._actual = actual
        self._expected = expected
        self._tolerant = tolerant
        self._shown = shown

    def compare(self, actual: Value, expected: Value, what: str) -> None:
        match actual, expected:
            case Raised(), _:
                self._exceptions(actual, expected, what)
            case TensorValue(), TensorValue():
                self._tensors(actual, expected, what)
            case Items(), Items():
                self._items(actual, expected, what)
            case Table(), Table():
                self._tables(actual, expected, what)
            case _ if type(actual) is not type(expected) or isinstance(actual, NotRepresentable):
                self._wrong(f"Expected {describe_kind(expected)} as {what}, but it is {describe_kind(actual)}.")
            case _:
                if not self._equal_plain(actual, expected):
                    self._wrong(f"The value of {what} is not the expected one.")

    def _wrong(self, rationale: str, detail: str | None = None) -> NoReturn:
        if not self._shown:
            raise Failed(rationale)
        raise Failed(rationale, shorten(show(self._actual)), show(self._expected), detail)

    def _exceptions(self, actual: Raised, expected: Value, what: str) -> None:
        phrase = look_up(actual)
        if isinstance(expected, Raised) and _same_error(actual, expected):
            return
        said = f"Finding out about {what} raised {actual.exception}."
        self._wrong(f"{said} {phrase.says}" if phrase else said, actual.message)

    def _items(self, actual: Items, expected: Items, what: str) -> None:
        if len(actual.items) != len(expected.items):
            self._wrong(
                f"Expected {len(expected.items)} values in {what}, but there are {show_count(len(actual.items))}."
            )
        for index, (part, expected_part) in enumerate(zip(actual.items, expected.items, strict=True)):
            self.compare(part, expected_part, f"{what}[{index}]")

    def _tables(self, actual: Table, expected: Table, what: str) -> None:
        entries = dict(actual.entries)
        if entries.keys() != dict(expected.entries).keys():
            self._wrong(f"The keys of {what} are not the expected ones.")
        for name, expected_part in expected.entries:
            self.compare(entries[name], expected_part, f"{what}[{name!r}]")

    def _equal_plain(self, actual: Value, expected: Value) -> bool:
        if isinstance(actual, float) and isinstance(expected, float):
            return _near(actual, expected, self._tolerance("float64"))
        return actual == expected

    def _tensors(self, actual: TensorValue, expected: TensorValue, what: str) -> None:
        if actual.shape != expected.shape:
            self._wrong(f"Expected shape {expected.shape} for {what}, but it has {show_shape(actual.shape)}.")
        if actual.dtype != expected.dtype:
            self._wrong(f"Expected dtype {expected.dtype} for {what}, but it has {actual.dtype}.")
        if actual.data == expected.data:
            return
        tolerance = self._tolerance(actual.dtype)
        pairs = list(zip(actual.elements(), expected.elements(), strict=True))
        off = [index for index, (one, other) in enumerate(pairs) if not _near(one, other, tolerance)]
        if not off:
            return
        rtol, atol = tolerance
        largest = max(abs(pairs[index][0] - pairs[index][1]) for index in off)
        self._wrong(
            _how_many(off, actual.shape, what),
            f"largest difference {largest:.6g}, tolerance {atol:g} + {rtol:g} * |expected|",
        )

    def _tolerance(self, dtype: str) -> tuple[float, float]:
        return TOLERANCES.get(dtype, (0.0, 0.0)) if self._tolerant else (0.0, 0.0)


def _same_error(one: Raised, other: Raised) -> bool:
    """Do two exceptions say the same? Of those that the phrasebook does not know, only the text tells."""
    known = look_up(one)
    alike = known == look_up(other) if known else one.message == other.message
    return one.exception == other.exception and alike


def _near(actual: float, expected: float, tolerance: tuple[float, float]) -> bool:
    if math.isnan(actual) or math.isnan(expected):
        return math.isnan(actual) and math.isnan(expected)
    if math.isinf(actual) or math.isinf(expected):
        return actual == expected
    rtol, atol = tolerance
    return abs(actual - expected) <= atol + rtol * abs(expected)


def _how_many(off: list[int], shape: tuple[int, ...], what: str) -> str:
    """How many values differ, and where the first one is."""
    if not shape:
        return f"The value of {what} differs."
    flat, position = off[0], []
    for size in reversed(shape):
        flat, index = divmod(flat, size)
        position.append(str(index))
    return f"{len(off)} of {math.prod(shape)} values of {what} differ, the first at index {', '.join(position[::-1])}."
