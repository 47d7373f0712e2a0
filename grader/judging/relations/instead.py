"""Finds answers that are another value in the place of the right one: y instead of its gradient, or nothing at all."""

from collections.abc import Iterator, Sequence

from grader.authoring.compare import agree
from grader.inside.values import Place, Value
from grader.judging.relations.answers import CallAnswer, Path, at, part_of, paths
from grader.judging.relations.arrays import array_of, near
from grader.judging.relations.found import Related, Relation

_ENOUGH = 2


def instead(wrong: Sequence[CallAnswer]) -> Related | None:
    """The value that stands in all wrong answers wherever they are wrong; never one number that happens to be it."""
    if sum(_count(answer) for answer in wrong) < _ENOUGH:
        return None
    codes = [code for code, _ in wrong[0].around]
    return next(
        (Related(Relation.INSTEAD, word=code) for code in codes if all(_is(answer, code) for answer in wrong)), None
    )


def lost(wrong: Sequence[CallAnswer]) -> Related | None:
    """The part of the right answer that should still be there where nothing is."""
    if len(wrong) < _ENOUGH or any(part is not None for answer in wrong for _, part in _wrong_parts(answer)):
        return None
    others = [set(_equal_parts(answer)) for answer in wrong]
    return next((Related(Relation.LOST, thing=place) for place in sorted(set.intersection(*others), key=str)), None)


def _equal_parts(answer: CallAnswer) -> Iterator[Place]:
    """The parts that are right, and would be in every place that is wrong."""
    off = answer.off()
    for path in paths(answer.expected):
        value = at(answer.expected, path)
        if path not in off and off and all(agree(at(answer.expected, other), value) for other in off):
            yield Place(path=path)


def _wrong_parts(answer: CallAnswer) -> Iterator[tuple[Path, Value]]:
    """The parts that are wrong; all of it where its containers are."""
    yield from ((path, at(answer.actual, path)) for path in sorted(answer.off(), key=str) or [()])


def _count(answer: CallAnswer) -> int:
    found = [array_of(part) for _, part in _wrong_parts(answer)]
    return sum(one.size for one in found if one is not None)


def _is(answer: CallAnswer, code: str) -> bool:
    """Is every part that is wrong the value of some code, or the same part of it?"""
    value = dict(answer.around).get(code)
    ways = paths(answer.expected)
    for path, part in _wrong_parts(answer):
        mine, other = array_of(part), array_of(part_of(value, path, ways))
        if mine is None or other is None or not near(mine, other):
            return False
    return True
