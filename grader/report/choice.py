"""Which check of an exercise is shown where there is room for one."""

from grader.report.record import CheckReport, ExerciseReport

# The sentences that say more than how an answer differs.
_EXPLAINS = ("relation.", "slip.", "phrase.", "cause.")


def shown_check(exercise: ExerciseReport) -> CheckReport | None:
    """The check that the exercise's verdict stands for: of several, the first whose cause is known."""
    told = [check for check in exercise.checks if check.verdict is exercise.verdict]
    return next((check for check in told if _is_explained(check)), next(iter(told), None))


def _is_explained(check: CheckReport) -> bool:
    return check.misconception is not None or any(said.id.startswith(_EXPLAINS) for said in check.said)
