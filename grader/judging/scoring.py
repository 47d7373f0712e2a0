"""From verdicts to points. Pure."""

from collections.abc import Mapping, Sequence

from grader.authoring import Check
from grader.records import Verdict

# An exercise is as bad as its worst check: first what a person has to look at, then what stopped the code.
_WORST_FIRST = (
    Verdict.UNGRADED,
    Verdict.CRASHED,
    Verdict.TIMED_OUT,
    Verdict.ERRORED,
    Verdict.FAILED,
    Verdict.NOT_STARTED,
    Verdict.DEFERRED,
    Verdict.PASSED,
)


UNKNOWN = frozenset({Verdict.UNGRADED, Verdict.DEFERRED})
"""Verdicts without a number of points."""


def points_of(checks: Sequence[Check], verdicts: Mapping[str, Verdict]) -> dict[str, int | None]:
    """The points of one exercise's checks by id; None where a check is ungraded or deferred.

    A witnessed check pays only where every computed check of the exercise passes. Where the points of one of those are
    unknown, so are its own.
    """
    computed = {verdicts[check.id] for check in checks if not check.witnessed}
    return {check.id: _points(check, verdicts[check.id], computed) for check in checks}


def _points(check: Check, verdict: Verdict, computed: set[Verdict]) -> int | None:
    if verdict is not Verdict.PASSED:
        return None if verdict in UNKNOWN else 0
    if not check.witnessed or computed == {Verdict.PASSED}:
        return check.points
    return None if computed <= {Verdict.PASSED, *UNKNOWN} else 0


def exercise_verdict(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict of an exercise: its worst check's; without any check it is ungraded."""
    return min(verdicts, key=_WORST_FIRST.index, default=Verdict.UNGRADED)


Worth = tuple[int, list[int]]


def worth(checks: Sequence[Check], verdicts: Mapping[str, Verdict]) -> Worth:
    """The worth of one run of an exercise beside another run: its points, then its verdicts, the worst first."""
    points = points_of(checks, verdicts)
    return sum(value or 0 for value in points.values()), sorted(_WORST_FIRST.index(one) for one in verdicts.values())
