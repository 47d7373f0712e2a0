"""Which check of an exercise is shown where there is room for one."""

from grader.records import Verdict, Visibility
from grader.report.record import CheckReport, ExerciseReport

# The sentences that say more than how an answer differs.
_EXPLAINS = ("relation.", "slip.", "phrase.", "cause.")
# They say less of wrong numbers than a claim on how these were found: how they differ, what became of other things, and
# how often a function was called.
_DIFFERS = ("compare.", "judged.")
_BESIDE = frozenset(
    {
        *("claim.changed", "claim.graph", "claim.shared", "claim.not_kept"),
        *("claim.called_often", "claim.not_called", "claim.changing"),
    }
)


def shown_check(exercise: ExerciseReport) -> CheckReport | None:
    """The check that the exercise's verdict stands for: of several, the first whose cause is known.

    Where some calls raised, a check that failed before them may tell the cause: what was asked first is seen first.
    Where no cause is known, a claim on how the numbers were found comes first, then a visible failure, then an error.
    """
    verdicts = {exercise.verdict} | ({Verdict.FAILED} if exercise.verdict is Verdict.ERRORED else set())
    those = [check for check in exercise.checks if check.verdict in verdicts]
    own = [check for check in those if check.verdict is exercise.verdict]
    hidden_error = bool(own) and exercise.verdict is Verdict.ERRORED and own[0].visibility is Visibility.HIDDEN
    seen = [check for check in those if hidden_error and check.visibility is Visibility.VISIBLE]
    return next((check for check in (*filter(_is_explained, those), *filter(_tells_how, those), *seen, *own)), None)


def _is_explained(check: CheckReport) -> bool:
    return check.misconception is not None or any(said.id.startswith(_EXPLAINS) for said in check.said)


def _tells_how(check: CheckReport) -> bool:
    """Is it a claim about how the numbers were found? Where nobody knows what is wrong with them, that tells more."""
    said = [one.id for one in check.said if not one.id.startswith(_DIFFERS)]
    return check.verdict is Verdict.FAILED and bool(said) and _BESIDE.isdisjoint(said)
