"""Relations of right numbers in the wrong kind: another container, dtype, shape or order, too few or too many."""

import functools
import math
from collections.abc import Iterator, Mapping, Sequence

from grader.authoring.compare import agree
from grader.inside.values import Items, NotRepresentable, Table, TensorValue, Unfit, Value
from grader.judging.relations.answers import at, paths
from grader.judging.relations.arrays import Array, array_of, near
from grader.judging.relations.found import Related, Relation

_PAIR = 2
_FEW = 2


def kinds(actual: Value, expected: Value) -> Iterator[Related]:
    """The relations by which one wrong answer holds what is right, the simplest first."""
    match actual, expected:
        case Items(items=(TensorValue() as only,)), TensorValue() if agree(only, expected):
            yield Related(Relation.ONE_ENTRY)
        case Items(items=mine), TensorValue() if any(agree(one, expected) for one in mine):
            yield Related(Relation.AMONG)
        case Items(items=mine), Items(items=right):
            yield from _lists(mine, right)
            yield from _groups(actual, expected)
            yield from _added(actual, expected)
        case Table(entries=mine), Table(entries=right):
            yield from _tables(dict(mine), dict(right))
            yield from _added(actual, expected)
        case Items(items=values), Table(entries=entries) if len(values) == len(entries):
            if all(agree(one, right) for one, (_, right) in zip(values, entries, strict=True)):
                yield Related(Relation.NO_NAMES)
        case NotRepresentable(held=None, reason=reason), _:
            yield from _objects(reason, expected)
        case (TensorValue(), None) | (None, TensorValue()):
            yield from _nothing(actual, expected)
        case _:
            yield from _added(actual, expected)
            yield from _arrays(actual, expected)


def _nothing(actual: Value, expected: Value) -> Iterator[Related]:
    """None and zeros, which are taken for each other."""
    match actual, expected:
        case TensorValue(), _ if not any(actual.elements()):
            yield Related(Relation.ZEROS_FOR_NONE)
        case _, TensorValue() if expected.data and not any(expected.elements()):
            yield Related(Relation.NONE_FOR_ZEROS)
        case _:
            pass


def _objects(reason: Unfit, expected: Value) -> Iterator[Related]:
    """Things that have no place on the wire: not what was asked for, whatever they hold."""
    is_object = reason in {Unfit.OWN_CLASS, Unfit.OTHER_TYPE}
    match expected:
        case Table() if reason is Unfit.OTHER_KEYS:
            yield Related(Relation.KEYS)
        case Items() if is_object:
            yield Related(Relation.NO_CONTAINER)
        case TensorValue() if is_object:
            yield Related(Relation.NO_TENSOR)
        case _:
            pass


def _lists(mine: Sequence[Value], right: Sequence[Value]) -> Iterator[Related]:
    """Two lists of the same length, or of different ones."""
    if len(mine) == len(right):
        yield from _same_in_all_parts(list(zip(mine, right, strict=True)))
        yield from _places(mine, right)
    else:
        yield from _counts(mine, right)


def _tables(mine: Mapping[str, Value], right: Mapping[str, Value]) -> Iterator[Related]:
    """Two dictionaries with the same names, or with different ones."""
    if mine.keys() == right.keys():
        yield from _same_in_all_parts([(value, right[name]) for name, value in mine.items()])
        yield from _places([mine[name] for name in right], list(right.values()))
    else:
        yield from _names(mine, right)


def _same_in_all_parts(parts: Sequence[tuple[Value, Value]]) -> Iterator[Related]:
    """The relations that all wrong parts have."""
    off = [list(kinds(one, right)) for one, right in parts if not agree(one, right)]
    if off:
        yield from (one for one in off[0] if all(one in other for other in off))


def _places(mine: Sequence[Value], right: Sequence[Value]) -> Iterator[Related]:
    """Are the entries the right ones in another order?"""
    rest = list(right)
    for one in mine:
        found = next((index for index, other in enumerate(rest) if agree(one, other)), None)
        if found is None:
            return
        del rest[found]
    yield Related(Relation.SWAPPED if len(right) == _PAIR else Relation.ORDER)


def _counts(mine: Sequence[Value], right: Sequence[Value]) -> Iterator[Related]:
    """Are the first or the last entries right, and others missing or too many?"""
    if not mine:
        return
    if all(map(agree, mine, right)):  # as far as the shorter one goes
        yield Related(Relation.TOO_FEW if len(mine) < len(right) else Relation.TOO_MANY)
    elif len(mine) < len(right) and all(map(agree, mine, right[-len(mine) :])):
        yield Related(Relation.LAST_ONLY)


def _names(mine: Mapping[str, Value], right: Mapping[str, Value]) -> Iterator[Related]:
    """Are names missing, too many, or others, and the values right?"""
    both = mine.keys() & right.keys()
    if both and all(agree(mine[name], right[name]) for name in both):
        if both == mine.keys():
            yield Related(Relation.TOO_FEW)
        elif both == right.keys():
            yield Related(Relation.TOO_MANY)
    if len(mine) == len(right) and all(map(agree, mine.values(), right.values())):
        yield Related(Relation.OTHER_NAMES)


def _added(actual: Value, expected: Value) -> Iterator[Related]:
    """Is every part of it the sum of all parts of what is right?"""
    parts = [array_of(at(expected, path)) for path in paths(expected)]
    known = [part for part in parts if part is not None]
    if len(known) < max(len(parts), _PAIR) or len({part.shape for part in known}) > 1:
        return
    total = functools.reduce(Array.plus, known)
    mine = [array_of(at(actual, path)) for path in paths(actual)]
    is_sum = all(map(math.isfinite, total.numbers))  # beside a NaN, every sum is one
    if is_sum and mine and all(one is not None and near(one, total) for one in mine):
        yield Related(Relation.PARTS_ADDED)


def _groups(actual: Items, expected: Items) -> Iterator[Related]:
    """Are the values in containers within containers the right ones, grouped in another way, or only some groups?"""
    groups = [one.items for one in expected.items if isinstance(one, Items)]
    if len(groups) < len(expected.items) or not groups:
        return
    mine = [at(actual, path) for path in paths(actual)]
    across = [one for group in zip(*groups, strict=False) for one in group]
    in_order = [at(expected, path) for path in paths(expected)]
    if len(mine) == len(in_order) and any(all(map(agree, mine, one)) for one in (in_order, across)):
        yield Related(Relation.GROUPED)
    for found, group in ((Relation.FIRST_ONLY, groups[0]), (Relation.LAST_ONLY, groups[-1])):
        if len(actual.items) == len(group) and all(map(agree, actual.items, group)):
            yield Related(found)


def _arrays(actual: Value, expected: Value) -> Iterator[Related]:
    mine, right = array_of(actual), array_of(expected)
    if mine is None or right is None:
        return
    if near(mine, right):
        yield Related(_other_kind(actual, expected))
    elif right.size and not any((*mine.numbers, *right.numbers)):
        yield Related(Relation.ZEROS_LIKE)
    elif mine.size == right.size:
        yield from _rearranged(mine, right)
        yield from _on_diagonal(mine, right)
    elif mine.size and right.size:
        yield from _on_diagonal(mine, right)
        yield from _reduced(mine, right)
        yield from _picked(mine, right)


def _other_kind(actual: Value, expected: Value) -> Relation:
    """The right numbers in the right shape, in a thing of another kind."""
    match actual:
        case TensorValue():
            return Relation.STACKED if isinstance(expected, Items) else Relation.DTYPE
        case Items():
            return Relation.LIST
        case NotRepresentable():
            return Relation.NUMPY
        case _:
            return Relation.NUMBER


def _on_diagonal(mine: Array, right: Array) -> Iterator[Related]:
    """The right numbers on the diagonal of a matrix of zeros, or the sums of a right matrix's columns."""
    if not mine.is_diagonal:
        return
    numbers = mine.diagonal
    if near(numbers, right):
        yield Related(Relation.ON_DIAGONAL)
    if len(right.shape) == _PAIR and right.size > 1:
        sums = right.summed(0)
        if near(numbers, Array(sums.dtype, numbers.shape, sums.numbers[: numbers.size])):
            yield Related(Relation.SUMS_ON_DIAGONAL)


def _rearranged(mine: Array, right: Array) -> Iterator[Related]:
    """The same numbers in another shape or order."""
    turned = len(right.shape) == _PAIR and near(mine.reshaped(right.shape[::-1]).transposed, right)
    if turned and mine.shape == right.shape[::-1]:
        yield Related(Relation.TRANSPOSED)
    if near(mine.reshaped(right.shape), right):
        if mine.squeezed == right.squeezed and len(mine.shape) != len(right.shape):
            yield Related(Relation.AXIS)
        else:
            yield Related(Relation.FLATTENED if len(mine.shape) == 1 else Relation.RESHAPED)
    if turned:
        yield Related(Relation.BY_COLUMNS)
    if mine.shape == right.shape:
        different = len(set(right.numbers))
        # Of a few numbers, any order could be right by chance.
        if near(mine.reversed, right) and different == right.size:
            yield Related(Relation.REVERSED)
        elif near(mine.sorted, right.sorted) and (different == right.size or different > _FEW):
            yield Related(Relation.ORDER)


def _reduced(mine: Array, right: Array) -> Iterator[Related]:
    """Sums and means of the right numbers; or numbers whose sum would be right."""
    if mine.size == 1 and near(mine.reshaped(()), right.total):
        yield Related(Relation.SUMMED)
    if mine.size == 1 and near(mine.reshaped(()), right.total.times(1 / right.size)):
        yield Related(Relation.AVERAGED)
    axes = (axis for axis, size in enumerate(right.shape) if size > 1)
    if len(right.shape) > 1 and any(near(mine.flat, right.summed(axis).flat) for axis in axes):
        yield Related(Relation.SUMMED_AXIS)
    if right.size == 1 and near(mine.total, right.reshaped(())):
        yield Related(Relation.NOT_SUMMED)


def _picked(mine: Array, right: Array) -> Iterator[Related]:
    """Some of the right numbers, and not all of them."""
    if mine.size > right.size:
        return
    for found, index in ((Relation.FIRST_ONLY, 0), (Relation.LAST_ONLY, -1)):
        if near(mine.flat, right.entry(index).flat):
            yield Related(found)
    for found, index in ((Relation.WITHOUT_FIRST, 0), (Relation.WITHOUT_LAST, -1)):
        if near(mine, right.without(index)):
            yield Related(found)
    if near(mine.flat, right.diagonal.flat):
        yield Related(Relation.DIAGONAL)
