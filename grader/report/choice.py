"""Which check of an exercise is shown where there is room for one."""

from grader.records import Verdict
from grader.report.record import CheckReport, ExerciseReport

# The sentences that say more than how an answer differs.
_EXPLAINS = ("relation.", "slip.", "phrase.", "cause.")


def shown_check(exercise: ExerciseReport) -> CheckReport | None:
    """The check that the exercise's verdict stands for: of several, the first whose cause is known.

    Where some calls raised, a check that failed before them may tell the cause: what was asked first is seen first.
    """
    verdicts = {exercise.verdict} | ({Verdict.FAILED} if exercise.verdict is Verdict.ERRORED else set())
    explained = (check for check in exercise.checks if check.verdict in verdicts and _is_explained(check))
    told = (check for check in exercise.checks if check.verdict is exercise.verdict)
    return next(explained, None) or next(told, None)


def _is_explained(check: CheckReport) -> bool:
    return check.misconception is not None or any(said.id.startswith(_EXPLAINS) for said in check.said)
