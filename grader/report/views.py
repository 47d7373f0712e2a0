"""Who sees what: the owner everything, the student nothing that would tell a hidden question or its answer."""

import enum

from msgspec.structs import replace

from grader.model import Visibility
from grader.report.record import CheckReport, ExerciseReport, Report


class Audience(enum.StrEnum):
    """Whom a report is for."""

    INSTRUCTOR = "instructor"
    STUDENT = "student"


def for_audience(report: Report, audience: Audience) -> Report:
    """The report as this audience may see it.

    The student's holds no seed, and of hidden questions no input, actual or expected value, captured output or
    exception text. What the import printed stays: no question had been asked by then.
    """
    if audience is Audience.INSTRUCTOR:
        return report
    return replace(
        report,
        audience="student",
        seed=None,
        exercises=tuple(_exercise(exercise) for exercise in report.exercises),
    )


def _exercise(exercise: ExerciseReport) -> ExerciseReport:
    return replace(
        exercise,
        output=tuple(output for output in exercise.output if output.visibility is Visibility.VISIBLE),
        checks=tuple(_check(check) for check in exercise.checks),
    )


def _check(check: CheckReport) -> CheckReport:
    return check if check.visibility is Visibility.VISIBLE else replace(check, evidence=None)
