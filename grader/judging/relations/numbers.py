"""Relations of wrong numbers to what is right, in arrays of one shape."""

import functools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from grader.inside.said import say
from grader.inside.values import FLOATS, Place, Value
from grader.judging.relations.answers import CallAnswer, Path, at, part_of, paths
from grader.judging.relations.arrays import Array, array_of, near
from grader.judging.relations.found import Name, Related, Relation

# As close as a quotient of small differences comes.
_DIGITS = 5e-3
# Beside a larger number, anything is nearly right.
_HUGE = 1e6
# As much of a float64 as may be lost in one step.
_ROUNDING = 2.0**-52
_PAIR = 2
_CLOSE = 1e-3
_FACTORS = tuple(
    sorted(
        {sign * above / below for sign in (1, -1) for above in range(1, 7) for below in range(1, 5)} - {1.0, -1.0},
        key=lambda factor: (factor < 0, abs(factor)),
    )
)
_SEVERAL = {
    Relation.KEPT_GRADIENT: Relation.KEPT_GRADIENTS,
    Relation.PLUS_GRADIENT: Relation.PLUS_GRADIENTS,
}

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Numbers that came back and those that are right, in one shape.

    Where None is right, zeros stand for it. `before` and `after` are the other parts of what is right, in their order.
    """

    mine: Array
    right: Array
    is_none: bool
    before: tuple[tuple[Place, Value], ...]
    after: tuple[tuple[Place, Value], ...]
    given: tuple[tuple[Name, Value], ...]
    old: tuple[tuple[Name, Value], ...]
    gradients: tuple[tuple[str, Value], ...]

    @property
    def parts(self) -> tuple[tuple[Place, Value], ...]:
        """All other parts of what is right."""
        return self.before + self.after

    @property
    def wrong(self) -> list[tuple[float, float]]:
        """The numbers that are wrong, each with the right one: only these could tell against a relation."""
        numbers = zip(self.mine.each, self.right.each, strict=True)
        return [(one.numbers[0], right.numbers[0]) for one, right in numbers if not near(one, right)]

    def in_shape(self, named: Iterable[tuple[T, Value]]) -> Iterator[tuple[T, Array]]:
        """The numbers of those values that have as many of them in the same shape."""
        for name, value in named:
            numbers = array_of(value)
            if numbers is not None and numbers.shape == self.right.shape:
                yield name, numbers


def pair_of(answer: CallAnswer, path: Path) -> Pair | None:
    """The numbers in one part of an answer; None where there are none, or their shapes differ."""
    if not answer.has_parts() or path not in (ways := paths(answer.expected)):
        return None
    expected = at(answer.expected, path)
    mine, right = array_of(at(answer.actual, path)), array_of(expected)
    if mine is not None and any(mine.numbers) and expected is None:
        right = mine.times(0)
    if mine is None or right is None or mine.shape != right.shape or not right.size:
        return None
    parts = tuple((Place(path=way), at(answer.expected, way)) for way in ways)
    place = ways.index(path)
    before = parts[:place]
    return Pair(
        mine=mine,
        right=right,
        is_none=expected is None,
        before=before,
        after=parts[place + 1 :],
        given=answer.given,
        old=(*answer.old, (say("before.entry"), before[-1][1] if before else None)),
        gradients=tuple((code, part_of(value, path, ways)) for code, value in answer.gradients),
    )


def nan(pair: Pair) -> Iterator[Related]:
    """No number where another one should be."""
    if all(math.isnan(one) for one, _ in pair.wrong):
        yield Related(Relation.NAN)


def no_nan(pair: Pair) -> Iterator[Related]:
    """A number where none should be."""
    if all(math.isnan(right) for _, right in pair.wrong):
        yield Related(Relation.NO_NAN)


def cancelled(pair: Pair) -> Iterator[Related]:
    """As near as one comes who adds a far larger part, or entry, and takes it away again."""
    for name, part in pair.in_shape(pair.parts):
        if _is_lost_beside(pair, part):
            yield Related(Relation.CANCELLED, thing=name)
    rows = range(pair.right.shape[0]) if len(pair.right.shape) > 1 else ()
    if any(_is_lost_beside(pair, pair.right.repeated(row)) for row in rows):
        yield Related(Relation.CANCELLED, thing=say("part.another_entry"))


def _is_lost_beside(pair: Pair, part: Array) -> bool:
    numbers = zip(pair.mine.numbers, pair.right.numbers, part.numbers, strict=True)
    return all(
        one == right or abs(one - right) <= _ROUNDING * abs(large) or (math.isinf(large) and math.isnan(one))
        for one, right, large in numbers
    )


def zeros(pair: Pair) -> Iterator[Related]:
    """Nothing but zeros."""
    if not any(pair.mine.numbers):
        yield Related(Relation.ZEROS)


def _ones(pair: Pair) -> Iterator[Related]:
    """One in every place, where that is right for nothing else that was asked for."""
    others = (*_same(pair, pair.parts), *_same(pair, pair.gradients))
    if all(one == 1 for one in pair.mine.numbers) and not others:
        yield Related(Relation.ONES)


def _with_part(pair: Pair) -> Iterator[Related]:
    """Another part of what is right, added or taken away; nothing is added to None."""
    if pair.is_none:
        return
    parts = list(pair.in_shape(pair.parts))
    for name, part in parts:
        if any(part.numbers) and near(pair.mine, pair.right.plus(part)):
            yield Related(Relation.PLUS_PART, thing=name)
        if any(part.numbers) and near(pair.mine, pair.right.plus(part.times(-1))):
            yield Related(Relation.LESS_PART, thing=name)
    is_of_all = parts and len(parts) == len(pair.parts)
    if is_of_all and near(pair.mine, functools.reduce(Array.plus, (part for _, part in parts), pair.right)):
        yield Related(Relation.PARTS_ADDED)


def _given(pair: Pair) -> Iterator[Related]:
    """An argument, which may be the gradient of something as well; nothing of that in the place of None."""
    if not pair.is_none:
        codes = list(_same(pair, pair.gradients))
        for name in _same(pair, pair.given):
            yield from (Related(Relation.GIVEN_OR_GRADIENT, thing=name, word=code) for code in codes)
            yield Related(Relation.GIVEN, thing=name)


def _other_part(pair: Pair) -> Iterator[Related]:
    """Another part of what is right."""
    yield from (Related(Relation.OVERWRITTEN, thing=name) for name in _same(pair, reversed(pair.after)))
    yield from (Related(Relation.PART, thing=name) for name in _same(pair, pair.before))


def _same(pair: Pair, named: Iterable[tuple[T, Value]]) -> Iterator[T]:
    return (name for name, numbers in pair.in_shape(named) if near(pair.mine, numbers))


def _left_over(pair: Pair) -> Iterator[Related]:
    """Something from before in the place of what is right, or added to it; where there was nothing, no more than that.

    Parts of an answer may each have a thing of their own: then no name is common to all.
    """
    found = [one for name, value in pair.old for one in _left_of(pair, name, value)]
    yield from found
    kinds = {one.relation for one in found}
    yield from (Related(several) for one, several in _SEVERAL.items() if one in kinds)


def _left_of(pair: Pair, name: Name, value: Value) -> Iterator[Related]:
    is_gradient = isinstance(name, Place)
    old = pair.right.times(0) if value is None else array_of(value)
    if old is not None and pair.right.shape == (1, *old.shape):
        old = old.reshaped(pair.right.shape)
    if old is None or old.shape != pair.right.shape:
        return
    if value is not None and near(pair.mine, old):
        yield Related(Relation.KEPT_GRADIENT if is_gradient else Relation.KEPT_ANSWER, thing=name)
    if near(pair.mine, pair.right.plus(old)):
        yield Related(Relation.PLUS_GRADIENT if is_gradient else Relation.PLUS_ANSWER, thing=name)


def _gradient(pair: Pair) -> Iterator[Related]:
    """The gradient of something else."""
    yield from (Related(Relation.GRADIENT_OF, word=code) for code in _same(pair, pair.gradients))


def _with_gradient(pair: Pair) -> Iterator[Related]:
    """The right one, and the gradient of something else added to it."""
    for code, other in pair.in_shape(pair.gradients):
        if any(other.numbers) and near(pair.mine, pair.right.plus(other)):
            yield Related(Relation.PLUS_GRADIENT_OF, word=code)


def uniform(pair: Pair) -> Iterator[Related]:
    """One number in every place."""
    if len(set(pair.mine.numbers)) == 1:
        yield Related(Relation.UNIFORM, factor=pair.mine.numbers[0])


def _factor(pair: Pair) -> Iterator[Related]:
    """The right numbers, all multiplied by one; with their count rather than with a number that happens to be it."""
    size = pair.right.size
    by_count = {Relation.TIMES_N: float(size), Relation.PER_N: 1 / size}
    if size > _PAIR:
        yield from (Related(name) for name, factor in by_count.items() if _is_times(pair, factor))
    if _is_times(pair, -1):
        yield Related(Relation.NEGATED)
    yield from (Related(Relation.FACTOR, factor=factor) for factor in _factors(pair))
    if size <= _PAIR:
        yield from (Related(name) for name, factor in by_count.items() if _is_times(pair, factor))


def _is_times(pair: Pair, factor: float) -> bool:
    return near(pair.mine, pair.right.times(factor))


def _factors(pair: Pair) -> Iterator[float]:
    """The simple factors by which all numbers are off; every one of them where all are 0."""
    largest = max(range(pair.right.size), key=lambda index: abs(pair.right.numbers[index]))
    if not pair.right.numbers[largest]:
        yield from () if any(pair.mine.numbers) else _FACTORS
        return
    factor = pair.mine.numbers[largest] / pair.right.numbers[largest]
    yield from (one for one in _FACTORS if abs(one - factor) < _CLOSE and _is_times(pair, one))


def _counted(pair: Pair) -> Iterator[Related]:
    """As large as if a count among the arguments were another one."""
    for name, value in pair.given:
        if type(value) is int and value > 0:
            others = {
                Relation.ONE_MORE: value + 1,
                Relation.ONE_LESS: value - 1,
                Relation.ONLY_ONE: 1,
                # 1, 2, 3 and so on up to the count, all added up
                Relation.ADDED_AGAIN: value * (value + 1) / 2,
                Relation.TIMES_COUNT: value * value,
            }
            yield from (Related(one, thing=name) for one, other in others.items() if _is_times(pair, other / value))


def _each(pair: Pair) -> Iterator[Related]:
    """The right numbers, changed one by one."""
    if near(pair.mine, pair.right.each_as(abs)):
        yield Related(Relation.SIGN)
    if near(pair.mine, pair.right.each_as(lambda one: one * one)):
        yield Related(Relation.SQUARE)


def _along(pair: Pair) -> Iterator[Related]:
    """The right numbers, put together or left out along an axis."""
    mine, right = pair.mine, pair.right
    if not right.shape:
        return
    if near(mine, right.running):
        yield Related(Relation.RUNNING)
    if near(mine, right.each_as(lambda _: sum(right.numbers))):
        yield Related(Relation.EACH_SUMMED)
    for found, index in ((Relation.ONLY_FIRST, 0), (Relation.ONLY_LAST, -1)):
        if near(mine, right.alone(index)):
            yield Related(found)
    if len(right.shape) > 1:
        for found, index in ((Relation.ROWS_EQUAL, 0), (Relation.ROWS_AS_LAST, -1)):
            if near(mine, right.repeated(index)):
                yield Related(found)


def proportional(pairs: Sequence[Pair]) -> Related | None:
    """Are all numbers of a pair off by one factor, whichever it is? One number is so always: a wrong pair has more.

    Of zeros, no factor can be told.
    """
    counts = [(pair, _in_proportion(pair)) for pair in pairs if any(pair.right.numbers)]
    largest = max((count for pair, count in counts if pair.wrong), default=0)
    return Related(Relation.PROPORTIONAL) if largest > _PAIR and all(count for _, count in counts) else None


def _in_proportion(pair: Pair) -> int:
    """How many numbers are off by one factor; none where others are off by another one."""
    largest = max(range(pair.right.size), key=lambda index: abs(pair.right.numbers[index]))
    right = pair.right.numbers[largest]
    if (
        not right
        or not all(map(math.isfinite, (right, *pair.mine.numbers)))
        or not near(pair.mine, pair.right.times(pair.mine.numbers[largest] / right))
    ):
        return 0
    return sum(map(bool, pair.right.numbers))


def _whole(pair: Pair) -> Iterator[Related]:
    """The right numbers without their fractions."""
    numbers = list(zip(pair.mine.numbers, pair.right.numbers, strict=True))
    if all(one == right or (math.isfinite(one) and one == int(one) and abs(one - right) < 1) for one, right in numbers):
        yield Related(Relation.WHOLE)


def _rounded(pair: Pair) -> Iterator[Related]:
    """As near as numbers of float32 come: what is a float32 is right then, and what has more digits need not be."""
    if near(pair.mine.of("float32"), pair.right.of("float32")):
        yield Related(Relation.ROUNDED)


def _digits(pair: Pair) -> Iterator[Related]:
    """Nearly right."""
    numbers = zip(pair.mine.numbers, pair.right.numbers, strict=True)
    largest = max(map(abs, pair.right.numbers))
    if not (pair.mine.dtype in FLOATS and largest < _HUGE):
        return
    if all(abs(one - right) <= _DIGITS * largest for one, right in numbers):
        yield Related(Relation.DIGITS)


Finder = Callable[[Pair], Iterator[Related]]
PLAIN: tuple[Finder, ...] = (_with_part, _ones)
"""They come before it is asked whether an answer is the same for every call."""
FINDERS: tuple[Finder, ...] = (
    _given,
    _other_part,
    _left_over,
    _gradient,
    _with_gradient,
    _counted,
    _factor,
    _each,
    _along,
    _rounded,
    _digits,
    _whole,
)
"""From the simplest to what explains least."""
