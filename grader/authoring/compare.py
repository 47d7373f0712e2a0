"""Comparing what came back with what is right. Returning means right; everything else ends in `fail`.

Kind, shape and dtype come before values. The rationale never holds a value: it may be shown for a hidden question. The
values go into the evidence.
"""

import math
from typing import NoReturn, Protocol

from grader.display import describe_kind, show
from grader.model import Items, NotRepresentable, Raised, Table, TensorValue, Value
from grader.phrasebook import look_up

TOLERANCES = {"float64": (1e-8, 1e-10), "float32": (1e-5, 1e-6), "float16": (1e-3, 1e-3)}
"""rtol and atol by dtype; other dtypes are compared exactly."""


class _Wrong(Protocol):
    def __call__(self, rationale: str, detail: str | None = None) -> NoReturn: ...


class Failed(Exception):
    """Ends a judgement: the answer is wrong."""

    def __init__(
        self, rationale: str, actual: Value, expected: Value, detail: str | None, compared: bool
    ) -> None:
        super().__init__(rationale)
        self.rationale = rationale
        self.actual = show(actual) if compared else None
        self.expected = show(expected) if compared else None
        self.detail = detail


def fail(rationale: str, *, detail: str | None = None) -> NoReturn:
    """End the judgement: wrong, because of `rationale`, which must hold no value of a question."""
    raise Failed(rationale, None, None, detail, compared=False)


def close(actual: Value, expected: Value, what: str = "the result") -> None:
    """Require the same structure, shapes and dtypes, and values within the dtype's tolerance; NaN equals NaN.

    A list of the same length is accepted for a tuple. `what` names the compared thing in the rationale.
    """
    _compare(actual, expected, what, actual, expected, tolerant=True)


def same(actual: Value, expected: Value, what: str = "the result") -> None:
    """Require the same structure, shapes, dtypes and exactly the same values; NaN equals NaN."""
    _compare(actual, expected, what, actual, expected, tolerant=False)


def agree(one: Value, other: Value) -> bool:
    """Are two answers the same within tolerance, exceptions by type and phrasebook entry?"""
    if isinstance(one, Raised) and isinstance(other, Raised):
        return one.exception == other.exception and look_up(one) == look_up(other)
    if isinstance(one, NotRepresentable) and isinstance(other, NotRepresentable):
        return one == other
    try:
        close(one, other)
    except Failed:
        return False
    return True


def _compare(
    actual: Value, expected: Value, what: str, whole: Value, whole_expected: Value, *, tolerant: bool
) -> None:
    def wrong(rationale: str, detail: str | None = None) -> NoReturn:
        raise Failed(rationale, whole, whole_expected, detail, compared=True)

    def inside(part: Value, part_expected: Value, label: str) -> None:
        _compare(part, part_expected, label, whole, whole_expected, tolerant=tolerant)

    match actual, expected:
        case Raised(exception=name), _:
            phrase = look_up(actual)
            wrong(f"Finding out about {what} raised {name}. " + (phrase.says if phrase else ""), actual.message)
        case TensorValue(), TensorValue():
            _compare_tensors(actual, expected, what, wrong, tolerant=tolerant)
        case Items(items=parts), Items(items=expected_parts):
            if len(parts) != len(expected_parts):
                wrong(f"Expected {len(expected_parts)} values in {what}, but there are {len(parts)}.")
            for index, pair in enumerate(zip(parts, expected_parts, strict=True)):
                inside(*pair, f"{what}[{index}]")
        case Table(entries=entries), Table(entries=expected_entries):
            if dict(entries).keys() != dict(expected_entries).keys():
                wrong(f"The keys of {what} are not the expected ones.")
            for name, part in expected_entries:
                inside(dict(entries)[name], part, f"{what}[{name!r}]")
        case (bool(), bool()) | (int(), int()) | (float(), float()) | (str(), str()) | (None, None):
            if not _equal_plain(actual, expected, tolerant=tolerant):
                wrong(f"The value of {what} is not the expected one.")
        case _:
            wrong(f"Expected {describe_kind(expected)} as {what}, but it is {describe_kind(actual)}.")


def _equal_plain(actual: Value, expected: Value, *, tolerant: bool) -> bool:
    if type(actual) is not type(expected):
        return False
    if isinstance(actual, float) and isinstance(expected, float):
        rtol, atol = TOLERANCES["float64"] if tolerant else (0.0, 0.0)
        return _near(actual, expected, rtol, atol)
    return actual == expected


def _compare_tensors(actual: TensorValue, expected: TensorValue, what: str, wrong: _Wrong, *, tolerant: bool) -> None:
    if actual.shape != expected.shape:
        wrong(f"Expected shape {expected.shape} for {what}, but it has {actual.shape}.")
    if actual.dtype != expected.dtype:
        wrong(f"Expected dtype {expected.dtype} for {what}, but it has {actual.dtype}.")
    rtol, atol = TOLERANCES.get(actual.dtype, (0.0, 0.0)) if tolerant else (0.0, 0.0)
    pairs = list(zip(actual.elements(), expected.elements(), strict=True))
    off = [index for index, pair in enumerate(pairs) if not _near(*pair, rtol, atol)]
    if off:
        largest = max(abs(pairs[index][0] - pairs[index][1]) for index in off)
        first = _position(off[0], actual.shape)
        where = f", the first at index {first}" if first else ""
        count = f"{len(off)} of {len(pairs)} values of {what} differ{where}" if actual.shape else f"The value of {what} differs"
        wrong(f"{count}.", f"largest difference {largest:.6g}, tolerance {atol:g} + {rtol:g} * |expected|")


def _near(actual: float, expected: float, rtol: float, atol: float) -> bool:
    if math.isnan(actual) or math.isnan(expected):
        return math.isnan(actual) and math.isnan(expected)
    if math.isinf(actual) or math.isinf(expected):
        return actual == expected
    return abs(actual - expected) <= atol + rtol * abs(expected)


def _position(flat: int, shape: tuple[int, ...]) -> str:
    position = []
    for size in reversed(shape):
        flat, index = divmod(flat, size)
        position.append(str(index))
    return ", ".join(reversed(position))
