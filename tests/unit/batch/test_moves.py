"""Whose mark moves when answers are judged again, and how that is told."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from grader.batch.moves import Move, move_of, told
from grader.records import Verdict
from grader.report import CheckReport, Report
from grader.words import own_language
from tests.unit.records import check_report, report_of

CHECK = replace(check_report(Verdict.FAILED), id="gradient.c", rationale="It was wrong.")
HOLDS = replace(check_report(Verdict.PASSED), id="gradient.c")


def report(*checks: CheckReport, needs_review: bool = False) -> Report:
    """A report of one exercise with these checks."""
    exercise = replace(report_of(Verdict.FAILED).exercises[0], checks=checks)
    points = sum(check.points or 0 for check in checks)
    max_points = sum(check.max_points for check in checks)
    return replace(
        report_of(Verdict.FAILED),
        exercises=(exercise,),
        points=points,
        max_points=max_points,
        needs_review=needs_review,
    )


def lines(old: Report, new: Report) -> Sequence[str]:
    """What is told of a move."""
    move = move_of("ana", old, new)
    assert isinstance(move, Move)
    return [own_language().say(said) for said in told(move)]


@pytest.mark.parametrize(
    "new",
    [
        CHECK,
        replace(CHECK, rationale="It is wrong otherwise."),
        replace(CHECK, title="Another title."),
        replace(CHECK, verdict=Verdict.ERRORED),
    ],
    ids=["the same", "a rationale", "a title", "a verdict that pays as little"],
)
def test_no_mark_moves_where_every_check_pays_the_same(new: CheckReport) -> None:
    """Words change more often than marks, and would hide them."""
    assert move_of("ana", report(CHECK), report(new)) is None


def test_a_move_is_told_with_the_check_and_the_reason() -> None:
    """The mark now and so far; then each check that is judged otherwise, and why."""
    again = replace(HOLDS, id="gradient.d", points=0, rationale="It is not paid.")
    assert lines(report(CHECK, again), report(HOLDS, replace(again, points=2, rationale=""))) == [
        "ana: 4 of 4 points, 0 of 4 so far",
        "    gradient.c: passed, 2 of 2; so far failed, 0 of 2",
        "        so far: It was wrong.",
        "    gradient.d: passed, 2 of 2; so far passed, 0 of 2",
        "        so far: It is not paid.",
    ]


def test_other_maximal_points_are_a_move() -> None:
    """The mark is a part of them. A check that nothing has changed in is not told."""
    dearer, holds = replace(CHECK, max_points=5), replace(HOLDS, id="gradient.d")
    assert lines(report(CHECK, holds), report(dearer, holds)) == [
        "ana: 2 of 7 points, 2 of 4 so far",
        "    gradient.c: failed, 0 of 5; so far failed, 0 of 2",
    ]


def test_a_check_that_comes_or_goes_is_a_move() -> None:
    """It has only one of both."""
    assert lines(report(HOLDS), report(replace(HOLDS, id="gradient.d"))) == [
        "ana: 2 of 2 points, 2 of 2 so far",
        "    gradient.c: not asked; so far passed, 2 of 2",
        "    gradient.d: passed, 2 of 2; so far not asked",
    ]


def test_what_is_unknown_is_no_number() -> None:
    """A check that cannot be judged any more, so that a person has to look."""
    unknown = replace(CHECK, verdict=Verdict.UNGRADED, points=None, rationale="It was not asked.")
    assert lines(report(CHECK), report(unknown, needs_review=True)) == [
        "ana: 0 of 2 points, 0 of 2 so far",
        "    it needs review, and did not so far",
        "    gradient.c: ungraded, ? of 2; so far failed, 0 of 2",
        "        now: It was not asked.",
        "        so far: It was wrong.",
    ]
    assert lines(report(unknown, needs_review=True), report(CHECK))[1] == "    it needs no review any more"


def test_a_review_alone_is_a_move() -> None:
    """Somebody has to look, or has not to any more."""
    assert len(lines(report(CHECK), report(CHECK, needs_review=True))) == 2
