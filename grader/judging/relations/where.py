"""Where an answer is wrong: what is true of the arguments of each wrong answer, and of no right one.

It is never one coincidence: there are at least two wrong answers and two right ones, and one such truth only. One wrong
answer is enough where an argument holds nothing, or where it has a history and nothing else is true of it. The other
question is for which arguments all answers would be right.
"""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence

from grader.authoring.compare import agree
from grader.inside.said import say
from grader.inside.values import FunctionSpec, Items, Place, Table, TensorValue, Value
from grader.judging.relations.answers import CallAnswer, at, paths
from grader.judging.relations.arrays import array_of, near
from grader.judging.relations.found import Name, Related, Relation

_ENOUGH = 2
_SMALL = 1.0
_SHORT = {(), (0,), (1,)}
_OF_FLAGS = {
    frozenset({Relation.WHERE_FLAG, Relation.WHERE_OLD_GRADIENT}): Relation.WHERE_OLD_GRADIENT,
    frozenset({Relation.WHERE_FLAG, Relation.WHERE_NO_GRADIENT}): Relation.WHERE_FLAG,
}
_FIRST = {Relation.WHERE_EMPTY, Relation.WHERE_SAME}


def where(answers: Sequence[CallAnswer]) -> Related | None:
    """The one kind of arguments for which answers are wrong, or the one kind of entries; None where there is no one."""
    if found := _where_entries(answers):
        return found
    if found := _where_along(answers):
        return found
    answers = [one for answer in answers for one in _by_part(answer)]
    wrong = [answer for answer in answers if not answer.is_right]
    right = [answer for answer in answers if answer.is_right]
    if wrong and len(right) >= _ENOUGH:
        # Of what an argument is and how many results belong to it, the first is simpler.
        return _where_alone(wrong, right, _kinds_of) or _where_alone(wrong, right, _counts_of)
    return None


def _where_alone(
    wrong: Sequence[CallAnswer], right: Sequence[CallAnswer], kinds_of: Callable[[CallAnswer], frozenset[Related]]
) -> Related | None:
    """The one kind of which all wrong answers are, and no right one."""
    kinds = frozenset.intersection(*map(kinds_of, wrong)).difference(*map(kinds_of, right))
    # What has a flag has an old gradient, or none: the rarer tells more, and that there is none is not rare.
    if telling := _OF_FLAGS.get(frozenset(one.relation for one in kinds)):
        kinds = frozenset(one for one in kinds if one.relation is telling)
    # Whatever else is true of it: this is the first thing to look at.
    if first := [one for one in kinds if one.relation in _FIRST]:
        return first[0]
    is_enough = len(wrong) >= _ENOUGH or all(one.relation is Relation.WHERE_COMPUTED for one in kinds)
    return next(iter(kinds)) if len(kinds) == 1 and is_enough else None


def _where_along(answers: Sequence[CallAnswer]) -> Related | None:
    """Is always one end wrong, the first entry or the last one, and never another? Or everything but one end?"""
    wrong = [_off_along(answer) for answer in answers if not answer.is_right]
    if len(wrong) < _ENOUGH:
        return None
    ends = {Relation.WHERE_FIRST: slice(1), Relation.WHERE_LAST: slice(-1, None)}
    rests = {Relation.WHERE_LATER: slice(1, None), Relation.WHERE_EARLIER: slice(-1)}
    has_right_rest = any(_off_along(answer)[1] > 1 for answer in answers if answer.is_right)
    # Of two entries, a wrong one is an end: the rest comes after the ends.
    for found, places in (ends if has_right_rest else ends | rests).items():
        if all(size and off == [*range(size)][places] for off, size in wrong):
            return Related(found)
    return None


def _off_along(answer: CallAnswer) -> tuple[Sequence[int], int]:
    """The wrong entries along the first axis by their index, and how many entries there are; none where one is all."""
    mine, right = array_of(answer.actual), array_of(answer.expected)
    is_tensor = isinstance(answer.expected, TensorValue)  # the results in a container are not found in a loop
    if not is_tensor or mine is None or right is None or mine.shape != right.shape or right.shape[:1] in _SHORT:
        return [], 0
    size = right.shape[0] if right.size else 0
    return [index for index in range(size) if not near(mine.entry(index), right.entry(index))], size


def _by_part(answer: CallAnswer) -> Iterator[CallAnswer]:
    """The parts of an answer as answers, where each belongs to an entry of an argument; else the answer as a whole."""
    ways = paths(answer.expected)
    # Plain numbers are the question's own: no caller hands them over, one for each part.
    parts = [
        (name, value)
        for name, value in answer.given
        if ways != [()] and paths(value) == ways and all(isinstance(at(value, path), TensorValue) for path in ways)
    ]
    if not (parts and answer.has_parts()):
        yield answer
        return
    for path in ways:
        given = tuple((say("part.some_entry", of=name), at(value, path)) for name, value in parts)
        yield CallAnswer(actual=at(answer.actual, path), expected=at(answer.expected, path), given=given)


def right_elsewhere(answers: Sequence[CallAnswer], among: frozenset[Relation]) -> Related | None:
    """For which other arguments all answers would be right, of these kinds, or None where there are no such."""
    if sum(not answer.is_right for answer in answers) < _ENOUGH:
        return None
    first, *others = answers
    left = [found for found, right in first.elsewhere(among) if agree(first.actual, right)]
    for answer in others:
        if left:
            left = [found for found, right in answer.elsewhere(among) if found in left and agree(answer.actual, right)]
    return next(iter(left), None)


def _kinds_of(answer: CallAnswer) -> frozenset[Related]:
    return frozenset((*(one for name, value in answer.given for one in _kinds(name, value)), *_same(answer.given)))


def _same(given: Sequence[tuple[Name, Value]]) -> Iterator[Related]:
    """The arguments that are the very same as one before them: equal functions are one."""
    for (before, first), (name, value) in itertools.combinations(given, 2):
        is_function = isinstance(value, FunctionSpec) and value == first
        if (value == before or is_function) and (word := _code_of(before)):
            yield Related(Relation.WHERE_SAME, thing=name, word=word)


def _counts_of(answer: CallAnswer) -> frozenset[Related]:
    """Has what is computed on the way more numbers than an argument, or fewer?"""
    found: list[Related] = []
    for (code, value), (name, given) in itertools.product(answer.around, answer.given):
        made, taken, word = array_of(value), array_of(given), _code_of(name)
        # A single number without an axis has no entries to be counted.
        if made and taken and made.shape and word and code.endswith(f"({word})") and made.size != taken.size:
            kind = Relation.WHERE_MORE if made.size > taken.size else Relation.WHERE_FEWER
            found.append(Related(kind, thing=name, word=code))
    return frozenset(found)


def _code_of(name: Name) -> str:
    return (isinstance(name, Place) and not name.path and name.argument) or ""


def _kinds(name: Name, value: Value) -> Iterator[Related]:
    """The kinds to which an argument belongs."""
    match value:
        case TensorValue():
            yield from _kinds_of_tensor(name, value)
        case Items(items=()) | Table(entries=()):
            yield Related(Relation.WHERE_EMPTY, thing=name)
        case None:
            yield Related(Relation.WHERE_NONE, thing=name)
        case bool() | str() | int():
            yield Related(Relation.WHERE_IS, thing=name, word=repr(value))
        case _:
            pass


def _kinds_of_tensor(name: Name, value: TensorValue) -> Iterator[Related]:
    yield Related(Relation.WHERE_DTYPE, thing=name, word=value.dtype)
    shape = value.shape
    about = {
        Relation.WHERE_EMPTY: 0 in shape,
        Relation.WHERE_SCALAR: not shape,
        Relation.WHERE_SINGLE: 1 in shape,
        Relation.WHERE_FLAG: value.requires_grad,
        Relation.WHERE_COMPUTED: value.computed,
        Relation.WHERE_OLD_GRADIENT: value.grad is not None,
        Relation.WHERE_NO_GRADIENT: value.requires_grad and not value.computed and value.grad is None,
    }
    yield from (Related(one, thing=name) for one, holds in about.items() if holds)


def _where_entries(answers: Sequence[CallAnswer]) -> Related | None:
    """Is it wrong only in the places of an argument's entries of one kind, and there always?"""
    names = {name for name, value in answers[0].given if isinstance(value, TensorValue)}
    found = [one for name in sorted(names, key=str) if (one := _entries_of(answers, name))]
    return found[0] if len(found) == 1 else None


def _entries_of(answers: Sequence[CallAnswer], name: Name) -> Related | None:
    wrong: list[float] = []
    right: list[float] = []
    for answer in answers:
        entries = list(_by_entry(answer, dict(answer.given).get(name)))
        if not entries and not answer.is_right:
            return None
        for number, is_right in entries:
            (right if is_right else wrong).append(number)
    if len(wrong) < _ENOUGH or len(right) < _ENOUGH:
        return None
    kinds = {
        Relation.WHERE_MINUS_ZERO: lambda number: number == 0 and math.copysign(1, number) < 0,
        Relation.WHERE_ZERO: lambda number: number == 0,
        Relation.WHERE_INFINITE: math.isinf,
        Relation.WHERE_NEGATIVE: lambda number: number < 0,
        Relation.WHERE_POSITIVE: lambda number: number > 0,
    }
    for found, is_one in kinds.items():
        # A zero is rare, so that it says something where only some of them are wrong.
        others = found is Relation.WHERE_ZERO or not any(map(is_one, right))
        if all(map(is_one, wrong)) and others and not all(map(is_one, right)):
            return Related(found, thing=name)
    return Related(Relation.WHERE_SMALL, thing=name) if _are_small(wrong, right) else None


def _are_small(wrong: Sequence[float], right: Sequence[float]) -> bool:
    """Are these the numbers next to 0, which are not 0 themselves?"""
    largest = max(map(abs, wrong))
    return all(wrong) and largest < _SMALL and not any(0 < abs(number) <= largest for number in right)


def _by_entry(answer: CallAnswer, value: Value) -> Iterator[tuple[float, bool]]:
    """Each entry of an argument that is a vector, and whether what belongs to it in the answer is right."""
    given, mine, right = array_of(value), array_of(answer.actual), array_of(answer.expected)
    if given is None or mine is None or right is None or len(given.shape) != 1 or mine.shape != right.shape:
        return
    if right.shape[:1] == given.shape:
        for index, number in enumerate(given.numbers):
            yield number, near(mine.entry(index), right.entry(index))
