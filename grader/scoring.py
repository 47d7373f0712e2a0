"""From verdicts to points. Pure."""

from collections.abc import Mapping, Sequence

from grader.authoring import Check
from grader.model import Verdict

# An exercise is as bad as its worst check: first what a person has to look at, then what stopped the code.
_WORST_FIRST = (
    Verdict.UNGRADED,
    Verdict.CRASHED,
    Verdict.TIMED_OUT,
    Verdict.ERRORED,
    Verdict.FAILED,
    Verdict.NOT_STARTED,
    Verdict.PASSED,
)


def points_of(checks: Sequence[Check], verdicts: Mapping[str, Verdict]) -> dict[str, int | None]:
    """The points of one exercise's checks by id; None where a check is ungraded.

    A witnessed check pays only where every computed check of the exercise passes.
    """
    right = all(verdicts[check.id] is Verdict.PASSED for check in checks if not check.witnessed)
    points: dict[str, int | None] = {}
    for check in checks:
        verdict = verdicts[check.id]
        pays = verdict is Verdict.PASSED and (right or not check.witnessed)
        points[check.id] = None if verdict is Verdict.UNGRADED else check.points * pays
    return points


def exercise_verdict(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict of an exercise: its worst check's; without any check it is ungraded."""
    return min(verdicts, key=_WORST_FIRST.index, default=Verdict.UNGRADED)
