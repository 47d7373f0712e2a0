"""Which check of an exercise is shown where there is room for one."""

from grader.records import Verdict, Visibility
from grader.report.record import CheckReport, ExerciseReport

# The sentences that say more than how an answer differs.
_EXPLAINS = ("relation.", "slip.", "phrase.", "cause.")
# The checks on how the numbers were found: where nobody knows what is wrong with these, that tells more.
_ON_THE_WAY = frozenset({"autograd_ran", "no_shortcut"})


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
    return check.verdict is Verdict.FAILED and check.id.rpartition(".")[2] in _ON_THE_WAY
