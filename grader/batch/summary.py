"""A class as a table for people: one line a submission. Pure."""

import csv
import io
from collections.abc import Sequence

from grader.errors import GraderError
from grader.model import Record, Verdict
from grader.report import Report

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Line(Record):
    """One submission: its identity, and its report or why there is none."""

    identity: str
    outcome: Report | GraderError


def render_summary(lines: Sequence[Line]) -> str:
    """CSV with a header: identity, points, a column an exercise, counts by verdict, needs review, what went wrong.

    The columns are those of the first report; every field is quoted, and none is a formula to a spreadsheet.
    """
    reports = [line.outcome for line in lines if isinstance(line.outcome, Report)]
    exercises = [exercise.id for exercise in reports[0].exercises] if reports else []
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\n")
    verdicts = [verdict.value for verdict in Verdict]
    writer.writerow(["identity", "points", "max_points", *exercises, *verdicts, "needs_review", "error"])
    for line in lines:
        writer.writerow([_harmless(line.identity), *_cells(line.outcome, exercises, verdicts)])
    return buffer.getvalue()


def _cells(outcome: Report | GraderError, exercises: Sequence[str], verdicts: Sequence[str]) -> list[str]:
    if isinstance(outcome, GraderError):
        return ["", "", *[""] * len(exercises), *[""] * len(verdicts), "yes", _harmless(str(outcome))]
    points = {exercise.id: str(exercise.points) for exercise in outcome.exercises}
    return [
        str(outcome.points),
        str(outcome.max_points),
        *(points[exercise] for exercise in exercises),
        *(str(outcome.verdicts[verdict]) for verdict in verdicts),
        "yes" if outcome.needs_review else "no",
        "",
    ]


def _harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
