"""Finds the simplest relation that holds in all answers to the questions of a check.

It is never one coincidence: of numbers, at least two have to be wrong in the same way, and none may be so in another.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from grader.inside.values import Items, Table
from grader.judging.relations.answers import CallAnswer, at, first_of
from grader.judging.relations.arrays import array_of
from grader.judging.relations.found import Related, Relation
from grader.judging.relations.instead import instead, lost
from grader.judging.relations.kinds import kinds
from grader.judging.relations.numbers import (
    FINDERS,
    PLAIN,
    Finder,
    Pair,
    cancelled,
    nan,
    no_nan,
    pair_of,
    proportional,
    uniform,
    zeros,
)
from grader.judging.relations.where import right_elsewhere, where

_ENOUGH = 2


def relation(answers: Sequence[CallAnswer]) -> Related | None:
    """The simplest relation between what came back and what is right, or None where none is true of all answers."""
    wrong = [answer for answer in answers if not answer.is_right]
    return (_as_a_whole(wrong) or _by_numbers(*_with_numbers(answers))) if wrong else None


def resemblance(answers: Sequence[CallAnswer]) -> Related | None:
    """A truth about all wrong numbers, though not about the right ones beside them, or None.

    It says less than a relation: something else may be behind it.
    """
    if all(answer.is_right for answer in answers):
        return None  # what is compared exactly may be off by less than a tolerance
    answers, wrong = _with_numbers(answers)
    pairs = list(_pairs(answers, wrong))
    off = [pair for pair in pairs if pair.wrong]
    return _first_of([*FINDERS, uniform], off) or proportional(pairs) or _of_the_first_part(wrong)


def _of_the_first_part(wrong: Sequence[CallAnswer]) -> Related | None:
    """A truth about the part that is told as wrong, where the parts have none in common."""
    first = first_of(wrong[0].off(), wrong[0].expected)
    pairs = [pair for answer in wrong if first is not None and (pair := pair_of(answer, first)) is not None]
    return _first_of([nan, no_nan, zeros, *PLAIN, *FINDERS, uniform], [pair for pair in pairs if pair.wrong])


def _as_a_whole(wrong: Sequence[CallAnswer]) -> Related | None:
    """Wrong answers as they are, whatever is true of the right ones."""
    return (
        _in_all([list(kinds(answer.actual, answer.expected)) for answer in _not_empty(wrong)])
        or (Related(Relation.NOT_ASKED) if all(answer.expected is None for answer in wrong) else None)
        or (Related(Relation.ONE_MEMORY) if all(_is_one_memory(answer) for answer in wrong) else None)
        or instead(wrong)
        or lost(wrong)
    )


def _with_numbers(answers: Sequence[CallAnswer]) -> tuple[Sequence[CallAnswer], Sequence[CallAnswer]]:
    """The answers that can be compared by numbers, and the wrong ones of these."""
    wrong = [answer for answer in answers if not answer.is_right]
    if _lacks(wrong[0]):  # it is None that has to be explained
        return answers, wrong
    kept = [answer for answer in answers if not _lacks(answer)]
    return kept, [answer for answer in kept if not answer.is_right]


def _by_numbers(answers: Sequence[CallAnswer], wrong: Sequence[CallAnswer]) -> Related | None:
    pairs = list(_pairs(answers, wrong))
    # They say what came back, and nothing of what is right: a right answer does not speak against them.
    off = [pair for pair in pairs if pair.wrong]
    # One such number is no coincidence, as any other may be.
    if found := _first_of([nan, no_nan, cancelled], off, enough=1) or _first_of([zeros], off):
        return replace(found, where=where(answers))
    if found := _first_of(PLAIN, pairs):
        return found
    if _is_constant(answers):
        return Related(Relation.CONSTANT)
    if found := _first_of(FINDERS, pairs):
        return found
    # A switch that is the wrong way round is simpler than what is true of half of the arguments.
    if flipped := right_elsewhere(answers, frozenset({Relation.FLIPPED})):
        return flipped
    if place := where(answers):
        resembled = _first_of(FINDERS, off)
        return place if resembled is None else replace(resembled, where=place)
    return right_elsewhere(answers, frozenset({Relation.EXCHANGED, Relation.ELSEWHERE}))


def _not_empty(wrong: Sequence[CallAnswer]) -> Sequence[CallAnswer]:
    """The answers that hold numbers: of nothing, one cannot say that it is right and stands in another shape."""
    arrays = [(answer, array_of(answer.actual)) for answer in wrong]
    return [answer for answer, array in arrays if array is None or array.size]


def _is_one_memory(answer: CallAnswer) -> bool:
    """Does every part that is wrong share its memory with another part?"""
    return bool(answer.off()) and answer.off() <= answer.one_memory


def _in_all(found: Sequence[Sequence[Related]]) -> Related | None:
    if not found:
        return None
    first, *others = found
    return next((one for one in first if all(one in other for other in others)), None)


def _lacks(answer: CallAnswer) -> bool:
    """Is something None where it should not be? Such an answer has no numbers that could tell against others."""
    return answer.actual is None or any(
        at(answer.actual, path) is None and at(answer.expected, path) is not None for path in answer.off()
    )


def _is_constant(answers: Sequence[CallAnswer]) -> bool:
    """Is it the same for every call, although something else is right for each? Of two calls that may be chance."""
    actual = answers[0].actual
    has_numbers = array_of(actual) is not None or isinstance(actual, Items | Table)
    is_one = all(answer.actual == actual for answer in answers)
    return has_numbers and is_one and len({answer.expected for answer in answers}) > _ENOUGH


def _pairs(answers: Sequence[CallAnswer], wrong: Sequence[CallAnswer]) -> Iterator[Pair]:
    """The numbers of all answers in the parts that are wrong in any of them; none where a wrong answer has none."""
    ways = [(answer, answer.off()) for answer in wrong]
    if any(pair_of(answer, path) is None for answer, off in ways for path in off or [()]):
        return
    off = sorted({path for _, own in ways for path in own}, key=str)
    for answer in answers:
        for path in off:
            if (pair := pair_of(answer, path)) is not None:
                yield pair


def _first_of(finders: Sequence[Finder], pairs: Sequence[Pair], enough: int = _ENOUGH) -> Related | None:
    if sum(len(pair.wrong) for pair in pairs) < enough:
        return None
    return next((found for find in finders if (found := _in_all([list(find(pair)) for pair in pairs]))), None)
