"""Comparing what came back with what is right. Returning means right; everything else ends in `fail`.

Kind, shape and dtype come before values. The rationale never holds a value: it may be shown for a hidden question. The
values go into the evidence.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NoReturn

from msgspec.structs import replace

from grader.inside.said import Listed, Said, count, say, sizes
from grader.inside.values import Items, NotRepresentable, Place, Raised, Table, TensorValue, Unfit, Value
from grader.words.values import shorten, show

Tolerance = tuple[float, float]
"""rtol and atol."""
TOLERANCES: dict[str, Tolerance] = {
    "float64": (1e-8, 1e-10),
    "float32": (1e-5, 1e-6),
    "float16": (1e-3, 1e-3),
    "bfloat16": (1.6e-2, 1e-5),
}
"""The tolerances by dtype; other dtypes are compared exactly."""
_EXACT: Tolerance = (0.0, 0.0)

What = Place | Said
"""The compared thing, as a rationale calls it."""
RESULT = Place()


class Failed(Exception):
    """Ends a judgement: the answer is wrong. `actual` and `expected` are for people, `compared` is both as they are.

    `asks` is a question that belongs to this failure, whatever the exercise is about.
    """

    def __init__(
        self,
        *rationale: Said,
        actual: str | None = None,
        expected: str | None = None,
        detail: Said | str | None = None,
        compared: tuple[Value, Value] | None = None,
        asks: Said | None = None,
    ) -> None:
        super().__init__(*rationale)
        self.rationale = rationale
        self.actual = actual
        self.expected = expected
        self.detail = detail
        self.compared = compared
        self.asks = asks


def fail(*rationale: Said, detail: str | None = None, asks: Said | None = None) -> NoReturn:
    """End the judgement: wrong, because of `rationale`, which must hold no value of a question.

    `asks` is a question that belongs to this failure; without it the exercise's own hint is shown.
    """
    raise Failed(*rationale, detail=detail, asks=asks)


def close(actual: Value, expected: Value, what: What = RESULT) -> None:
    """Require the same structure, shapes and dtypes, and values within the dtype's tolerance; NaN equals NaN.

    A list of the same length is accepted for a tuple. `what` names the compared thing in the rationale.
    """
    _Comparison(actual, expected, tolerant=True).compare(actual, expected, what)


def same(actual: Value, expected: Value, what: What = RESULT, *, asks: Said | None = None) -> None:
    """Require the same structure, shapes, dtypes and exactly the same values; NaN equals NaN.

    `asks` is a question that belongs to a failure here.
    """
    _Comparison(actual, expected, tolerant=False, asks=asks).compare(actual, expected, what)


def agree(one: Value, other: Value) -> bool:
    """Are two answers the same within tolerance, exceptions by type and phrasebook entry, or text where it has none?"""
    if isinstance(one, NotRepresentable) and isinstance(other, NotRepresentable):
        return one == other
    # Most pairs by far are of two tensors, or of different kinds; there, no comparing part by part is needed.
    if isinstance(one, TensorValue) and isinstance(other, TensorValue):
        return _agree_as_tensors(one, other)
    if type(one) is not type(other):
        return False
    try:
        # Each answer is compared with many others, so nothing is written that nobody reads.
        _Comparison(one, other, tolerant=True, shown=False).compare(one, other, RESULT)
    except Failed:
        return False
    return True


def _agree_as_tensors(one: TensorValue, other: TensorValue) -> bool:
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    return not any(_off(one, other, tolerance_of(one.dtype)))


def tolerance_of(dtype: str) -> Tolerance:
    """The tolerance with which numbers of a dtype are compared."""
    return TOLERANCES.get(dtype, _EXACT)


def is_near(actual: float, expected: float, tolerance: Tolerance) -> bool:
    """Is a number the expected one, within a tolerance? NaN equals NaN."""
    if actual == expected:
        return True
    if not (math.isfinite(actual) and math.isfinite(expected)):
        return math.isnan(actual) and math.isnan(expected)
    rtol, atol = tolerance
    return abs(actual - expected) <= atol + rtol * abs(expected)


def grows(one: Value, other: Value, factors: Sequence[float], place: Place = RESULT) -> Iterator[tuple[Place, bool]]:
    """The tensors of `one` that are not zero: is what `other` has in the place of each one of its multiples?"""
    match one:
        case TensorValue() if any(numbers := one.elements()):
            rtol, atol = tolerance_of(one.dtype)
            larger = other.elements() if isinstance(other, TensorValue) and other.shape == one.shape else ()
            yield (
                place,
                any(
                    len(larger) == len(numbers)
                    and all(
                        is_near(after, factor * before, (rtol, factor * atol))
                        for before, after in zip(numbers, larger, strict=True)
                    )
                    for factor in factors
                ),
            )
        case Items() | Table():
            parts = _parts_of(other)
            for step, part in _parts_of(one).items():
                yield from grows(part, parts.get(step), factors, replace(place, path=(*place.path, step)))
        case _:
            return


def kind_of(value: Value) -> Said:
    """The sort of a value, without its content: safe to show for a hidden question."""
    match value:
        case None:
            return say("kind.none")
        case TensorValue(dtype=dtype, shape=shape):
            return say("kind.tensor", dtype=dtype, shape=sizes(shape))
        case Items(kind=kind, items=items):
            return say(f"kind.{kind}", count=count(len(items)))
        case Table(entries=entries):
            return say("kind.dict", count=count(len(entries)))
        case NotRepresentable(reason=Unfit.OTHER_TYPE, kind=kind):
            return say("kind.other_type", type=kind)
        case NotRepresentable(reason=reason):
            return say(f"kind.{reason}")
        case Raised(exception=name):
            return say("kind.exception", exception=name)
        case _:
            return say("kind.python", type=type(value).__name__)


def phrase_of(raised: Raised) -> tuple[Said, ...]:
    """The phrasebook's words on an exception, if it knows it."""
    return (phrase(raised.phrase),) if raised.phrase else ()


def phrase(identity: str) -> Said:
    """The words of the phrasebook's entry with this id."""
    return say(f"phrase.{identity}")


def question_on(identity: str) -> Said:
    """The question of the phrasebook's entry with this id."""
    return say(f"ask_phrase.{identity}")


def _parts_of(value: Value) -> dict[int | str, Value]:
    """The parts of a container by index or key; of anything else none."""
    match value:
        case Items(items=items):
            return dict(enumerate(items))
        case Table(entries=entries):
            return dict(entries)
        case _:
            return {}


class _Comparison:
    """Compares part by part, and shows the whole of both where a part is wrong, unless it is not to be `shown`."""

    def __init__(
        self, actual: Value, expected: Value, *, tolerant: bool, shown: bool = True, asks: Said | None = None
    ) -> None:
        self._actual = actual
        self._expected = expected
        self._tolerant = tolerant
        self._shown = shown
        self._asks = asks

    def compare(self, actual: Value, expected: Value, what: What) -> None:
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
                if actual is not None:
                    self._ask(say("ask_compare.kind"))
                self._wrong(say("compare.kind", expected=kind_of(expected), what=what, actual=kind_of(actual)))
            case _:
                if not self._equal_plain(actual, expected):
                    self._wrong(say("compare.plain", what=what))

    def _wrong(self, *rationale: Said, detail: Said | str | None = None) -> NoReturn:
        if not self._shown:
            raise Failed(*rationale)
        raise Failed(
            *rationale,
            actual=shorten(show(self._actual)),
            expected=show(self._expected),
            detail=detail,
            compared=(self._actual, self._expected),
            asks=self._asks,
        )

    def _ask(self, question: Said) -> None:
        """Of another container, an exercise's own question says nothing."""
        self._asks = self._asks or question

    def _exceptions(self, actual: Raised, expected: Value, what: What) -> None:
        if isinstance(expected, Raised) and _same_error(actual, expected):
            return
        said = say("compare.raised", what=what, exception=actual.exception)
        self._asks = self._asks or (question_on(actual.phrase) if actual.phrase else None)
        self._wrong(said, *phrase_of(actual), detail=actual.message)

    def _items(self, actual: Items, expected: Items, what: What) -> None:
        if len(actual.items) != len(expected.items):
            told = count(len(actual.items))
            self._ask(say("ask_compare.count"))
            self._wrong(say("compare.count", expected=len(expected.items), what=what, actual=told))
        for index, (part, expected_part) in enumerate(zip(actual.items, expected.items, strict=True)):
            self.compare(part, expected_part, _part(what, index))

    def _tables(self, actual: Table, expected: Table, what: What) -> None:
        entries = dict(actual.entries)
        if entries.keys() != dict(expected.entries).keys():
            self._ask(say("ask_compare.keys"))
            self._wrong(say("compare.keys", what=what))
        for name, expected_part in expected.entries:
            self.compare(entries[name], expected_part, _part(what, name))

    def _equal_plain(self, actual: Value, expected: Value) -> bool:
        if isinstance(actual, float) and isinstance(expected, float):
            return is_near(actual, expected, self._tolerance("float64"))
        return actual == expected

    def _tensors(self, actual: TensorValue, expected: TensorValue, what: What) -> None:
        if actual.shape != expected.shape:
            wanted = Listed(things=expected.shape, kind="shape")
            self._wrong(say("compare.shape", expected=wanted, what=what, actual=sizes(actual.shape)))
        if actual.dtype != expected.dtype:
            self._wrong(say("compare.dtype", expected=expected.dtype, what=what, actual=actual.dtype))
        rtol, atol = self._tolerance(actual.dtype)
        off = dict(_off(actual, expected, (rtol, atol)))
        if not off:
            return
        largest = max(off.values())
        self._wrong(
            _how_many(list(off), actual.shape, what),
            # As a text where JSON has no such number.
            detail=say(
                "compare.largest",
                largest=float(largest) if math.isfinite(largest) else str(largest),
                atol=atol,
                rtol=rtol,
            ),
        )

    def _tolerance(self, dtype: str) -> Tolerance:
        return tolerance_of(dtype) if self._tolerant else _EXACT


def _same_error(one: Raised, other: Raised) -> bool:
    """Do two exceptions say the same? Of those that the phrasebook does not know, only the text tells."""
    alike = one.phrase == other.phrase if one.phrase else one.message == other.message
    return one.exception == other.exception and alike


def _off(actual: TensorValue, expected: TensorValue, tolerance: Tolerance) -> Iterator[tuple[int, float]]:
    """The wrong elements of a tensor of the expected shape and dtype: the place of each, and how far off it is."""
    if actual.data == expected.data:
        return
    for index, (one, other) in enumerate(zip(actual.elements(), expected.elements(), strict=True)):
        if not is_near(one, other, tolerance):
            yield index, abs(one - other)


def _how_many(off: list[int], shape: tuple[int, ...], what: What) -> Said:
    """How many values differ, and where the first one is."""
    if not shape:
        return say("compare.value", what=what)
    flat, position = off[0], []
    for size in reversed(shape):
        flat, index = divmod(flat, size)
        position.append(index)
    place = Listed(things=tuple(position[::-1]), kind="index")
    return say("compare.values", off=len(off), all=math.prod(shape), what=what, index=place)


def _part(what: What, step: int | str) -> What:
    """An entry of the compared thing."""
    if isinstance(what, Place):
        return replace(what, path=(*what.path, step))
    return say("thing.entry", of=what, step=step if isinstance(step, int) else repr(step))
