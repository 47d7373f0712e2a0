"""Finds the simplest relation that holds in all answers to the questions of a check.

It is never one coincidence: of numbers, at least two have to be wrong in the same way, and none may be so in another.
"""

from collections.abc import Iterator, Sequence

from grader.inside.values import Items, Table
from grader.judging.relations.answers import CallAnswer, at
from grader.judging.relations.arrays import array_of
from grader.judging.relations.found import Related, Relation
from grader.judging.relations.kinds import kinds
from grader.judging.relations.numbers import FINDERS, PLAIN, Finder, Pair, pair_of
from grader.judging.relations.where import where

_ENOUGH = 2


def relation(answers: Sequence[CallAnswer]) -> Related | None:
    """The simplest relation between what came back and what is right, or None where none is true of all answers."""
    wrong = [answer for answer in answers if not answer.is_right]
    if not wrong:
        return None
    if all(answer.expected is None for answer in wrong):
        return Related(Relation.NOT_ASKED)
    if found := _in_all([list(kinds(answer.actual, answer.expected)) for answer in wrong]):
        return found
    if all(answer.off() and answer.off() <= answer.one_memory for answer in wrong):
        return Related(Relation.ONE_MEMORY)
    if not _lacks(wrong[0]):  # else it is None that has to be explained
        answers = [answer for answer in answers if not _lacks(answer)]
        wrong = [answer for answer in answers if not answer.is_right]
    pairs = list(_pairs(answers, wrong))
    if found := _first_of(PLAIN, pairs):
        return found
    if _is_constant(answers):
        return Related(Relation.CONSTANT)
    return _first_of(FINDERS, pairs) or where(answers)


def _in_all(found: Sequence[Sequence[Related]]) -> Related | None:
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


def _first_of(finders: Sequence[Finder], pairs: Sequence[Pair]) -> Related | None:
    if sum(pair.wrong for pair in pairs) < _ENOUGH:
        return None
    return next((found for find in finders if (found := _in_all([list(find(pair)) for pair in pairs]))), None)
