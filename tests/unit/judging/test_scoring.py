"""From verdicts to points."""

import itertools

import pytest

from grader.judging.scoring import Worth, exercise_verdict, points_of, worth
from grader.records import Verdict
from tests.unit.records import case_set, check_of

PASSED, FAILED, UNGRADED = Verdict.PASSED, Verdict.FAILED, Verdict.UNGRADED
CASES = case_set()
Points = tuple[int | None, ...]


def points(computed: list[Verdict], witnessed: list[Verdict]) -> Points:
    """The points of computed checks and of witnessed ones, two for each."""
    verdicts = {f"gradient.c{index}": verdict for index, verdict in enumerate(computed)}
    verdicts |= {f"gradient.w{index}": verdict for index, verdict in enumerate(witnessed)}
    checks = [check_of(CASES, name.split(".")[1], witnessed=".w" in name) for name in verdicts]
    return tuple(points_of(checks, verdicts).values())


@pytest.mark.parametrize(
    ("computed", "witnessed", "paid"),
    [
        (PASSED, PASSED, (2, 2)),
        (PASSED, FAILED, (2, 0)),
        (FAILED, PASSED, (0, 0)),
        (UNGRADED, PASSED, (None, None)),
        (Verdict.DEFERRED, PASSED, (None, None)),
        (PASSED, Verdict.DEFERRED, (2, None)),
        (UNGRADED, FAILED, (None, 0)),
        (PASSED, UNGRADED, (2, None)),
        (FAILED, UNGRADED, (0, None)),
        (Verdict.NOT_STARTED, PASSED, (0, 0)),
    ],
)
def test_side_effects_pay_only_for_right_numbers(computed: Verdict, witnessed: Verdict, paid: Points) -> None:
    """A witnessed check pays where the computed ones pass; an ungraded or deferred check has no points, not zero."""
    assert points([computed], [witnessed]) == paid


def test_every_computed_check_counts() -> None:
    """One wrong number is enough to pay nothing for side effects, even beside a check that is ungraded."""
    assert points([PASSED, FAILED], [PASSED]) == (2, 0, 0)
    assert points([PASSED, UNGRADED], [PASSED]) == (2, None, None)
    assert points([UNGRADED, FAILED], [PASSED]) == (None, 0, 0)


def test_a_failed_side_effect_takes_nothing_from_another() -> None:
    """Witnessed checks do not depend on one another."""
    assert points([PASSED], [FAILED, PASSED]) == (2, 0, 2)


@pytest.mark.parametrize("verdicts", list(itertools.product(Verdict, repeat=2)))
def test_only_a_pass_is_paid(verdicts: tuple[Verdict, Verdict]) -> None:
    """Whatever else the verdict is, it is zero, or unknown where nobody graded it; never more than its maximum."""
    for verdict, paid in zip(verdicts, points([verdicts[0]], [verdicts[1]]), strict=True):
        assert paid in ({PASSED: (0, 2, None), UNGRADED: (None,), Verdict.DEFERRED: (None,)}.get(verdict, (0,)))


def test_an_exercise_is_as_bad_as_its_worst_check() -> None:
    """Our own fault shows first, then what stopped the code, then what was wrong."""
    order = ["ungraded", "crashed", "timed_out", "errored", "failed", "not_started", "passed"]
    for index, worst in enumerate(order):
        assert exercise_verdict([Verdict(verdict) for verdict in reversed(order[index:])]) == worst


def test_an_exercise_without_checks_is_ungraded() -> None:
    """Nothing was found out about it."""
    assert exercise_verdict([]) is UNGRADED


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ((Verdict.PASSED, Verdict.CRASHED), (Verdict.FAILED, Verdict.PASSED)),
        ((Verdict.FAILED, Verdict.FAILED), (Verdict.FAILED, Verdict.ERRORED)),
        ((Verdict.ERRORED, Verdict.FAILED), (Verdict.TIMED_OUT, Verdict.FAILED)),
        ((Verdict.TIMED_OUT, Verdict.FAILED), (Verdict.CRASHED, Verdict.FAILED)),
        ((Verdict.FAILED, Verdict.FAILED), (Verdict.FAILED, Verdict.UNGRADED)),
        ((Verdict.FAILED, Verdict.PASSED), (Verdict.FAILED, Verdict.FAILED)),
    ],
)
def test_of_two_runs_the_one_with_more_points_is_worth_more(
    better: tuple[Verdict, ...], worse: tuple[Verdict, ...]
) -> None:
    """Then the one whose worst verdict is better, and so on; a run that nobody could grade is worth least."""
    checks = [check_of(case_set(), "one"), check_of(case_set(), "two", points=1, witnessed=True)]

    def worth_of(verdicts: tuple[Verdict, ...]) -> Worth:
        return worth(checks, {check.id: verdict for check, verdict in zip(checks, verdicts, strict=True)})

    assert worth_of(better) > worth_of(worse)
    assert worth_of(worse) == worth_of(worse)
