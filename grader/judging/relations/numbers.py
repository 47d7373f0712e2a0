"""Relations of wrong numbers to what is right, in arrays of one shape."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from grader.inside.said import say
from grader.inside.values import Place, Value
from grader.judging.relations.answers import CallAnswer, Path, at, paths
from grader.judging.relations.arrays import Array, array_of, near
from grader.judging.relations.found import Name, Related, Relation

# As close as a quotient of small differences comes.
_DIGITS = 5e-3
_PAIR = 2
_FACTORS = (2.0, 0.5, -2.0, -0.5, 3.0, 4.0, 0.25)


@dataclass(frozen=True, slots=True)
class Pair:
    """Numbers that came back and those that are right, of one shape; `parts` are the other parts of what is right."""

    mine: Array
    right: Array
    parts: tuple[tuple[Name, Value], ...]
    given: tuple[tuple[Name, Value], ...]
    old: tuple[tuple[Name, Value], ...]

    @property
    def wrong(self) -> int:
        """How many numbers are wrong: only these could tell against a relation."""
        numbers = zip(self.mine.each, self.right.each, strict=True)
        return sum(not near(one, right) for one, right in numbers)


def pair_of(answer: CallAnswer, path: Path) -> Pair | None:
    """The numbers in one part of an answer; None where there are none, or their shapes differ."""
    if not answer.has_parts() or path not in (ways := paths(answer.expected)):
        return None
    mine, right = array_of(at(answer.actual, path)), array_of(at(answer.expected, path))
    if mine is None or right is None or mine.shape != right.shape or not right.size:
        return None
    parts = tuple((Place(path=other), at(answer.expected, other)) for other in ways if other != path)
    before = [at(answer.expected, other) for other in ways[: ways.index(path)]][-1:]
    old = (*answer.old, (say("before.entry"), before[0] if before else None))
    return Pair(mine, right, parts, answer.given, old)


def plain(pair: Pair) -> Iterator[Related]:
    """Nothing but zeros, or ones."""
    for number, found in ((0.0, Relation.ZEROS), (1.0, Relation.ONES)):
        if all(one == number for one in pair.mine.numbers):
            yield Related(found)


def _same_as(pair: Pair) -> Iterator[Related]:
    """Something else that is at hand: an argument, or another part of what is right."""
    yield from (Related(Relation.GIVEN, thing=name) for name, value in pair.given if _is(pair.mine, value))
    yield from (Related(Relation.PART, thing=name) for name, value in pair.parts if _is(pair.mine, value))


def _left_over(pair: Pair) -> Iterator[Related]:
    """Something from before, added to what is right or in its place; where there was nothing, no more than that."""
    for name, value in pair.old:
        is_gradient = isinstance(name, Place)
        old = pair.right.times(0) if value is None else array_of(value)
        if old is None or old.shape != pair.right.shape:
            continue
        if near(pair.mine, pair.right.plus(old)):
            yield Related(Relation.PLUS_GRADIENT if is_gradient else Relation.PLUS_ANSWER, thing=name)
        if value is not None and near(pair.mine, old):
            yield Related(Relation.KEPT_GRADIENT if is_gradient else Relation.KEPT_ANSWER, thing=name)


def _factor(pair: Pair) -> Iterator[Related]:
    """The right numbers, all multiplied by one; with their count rather than with a number that happens to be it."""
    size = pair.right.size
    by_count = {Relation.TIMES_N: float(size), Relation.PER_N: 1 / size}
    if size > _PAIR:
        yield from (Related(name) for name, factor in by_count.items() if near(pair.mine, pair.right.times(factor)))
    if near(pair.mine, pair.right.times(-1)):
        yield Related(Relation.NEGATED)
    for factor in _FACTORS:
        if near(pair.mine, pair.right.times(factor)):
            yield Related(Relation.FACTOR, factor=factor)
    if size <= _PAIR:
        yield from (Related(name) for name, factor in by_count.items() if near(pair.mine, pair.right.times(factor)))


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
    if len(right.shape) > 1 and near(mine, right.repeated):
        yield Related(Relation.ROWS_EQUAL)


def _digits(pair: Pair) -> Iterator[Related]:
    """Nearly right."""
    numbers = zip(pair.mine.numbers, pair.right.numbers, strict=True)
    largest = max(map(abs, pair.right.numbers))
    if pair.mine.dtype.startswith("float") and all(
        math.isfinite(one) and abs(one - right) <= _DIGITS * largest for one, right in numbers
    ):
        yield Related(Relation.DIGITS)


FINDERS: tuple[Callable[[Pair], Iterator[Related]], ...] = (_same_as, _left_over, _factor, _each, _along, _digits)
"""From the simplest to what explains least."""


def _is(mine: Array, value: Value) -> bool:
    other = array_of(value)
    return other is not None and other.shape == mine.shape and near(mine, other)
