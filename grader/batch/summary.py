"""A class as a table: for people in CSV, for programs in JSON. Pure."""

import csv
import io
from collections.abc import Sequence

import msgspec

from grader.model import Record, Verdict
from grader.report import Report

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Line(Record):
    """What the tables say of one submission; `exercises` are points by exercise. A batch keeps no more at hand."""

    identity: str
    points: int
    max_points: int
    exercises: dict[str, int]
    verdicts: dict[str, int]
    needs_review: bool
    digest: str


class Summary(Record):
    """`summary.json`: what was graded with which seed, and a line for each submission in the order of the class."""

    schema: str
    seed: str | None
    submissions: tuple[Line, ...]


def line_of(identity: str, report: Report) -> Line:
    """A submission's line."""
    return Line(
        identity=identity,
        points=report.points,
        max_points=report.max_points,
        exercises={exercise.id: exercise.points for exercise in report.exercises},
        verdicts=report.verdicts,
        needs_review=report.needs_review,
        digest=report.submission.digest,
    )


def render_csv(lines: Sequence[Line]) -> str:
    """CSV with a header: identity, points, a column an exercise, counts by verdict, needs review.

    Every field is quoted, and none is a formula to a spreadsheet.
    """
    exercises = [exercise for line in lines[:1] for exercise in line.exercises]
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\n")
    verdicts = [verdict.value for verdict in Verdict]
    writer.writerow(["identity", "points", "max_points", *exercises, *verdicts, "needs_review"])
    for line in lines:
        writer.writerow(
            [
                _harmless(line.identity),
                line.points,
                line.max_points,
                *(line.exercises[exercise] for exercise in exercises),
                *(line.verdicts[verdict] for verdict in verdicts),
                "yes" if line.needs_review else "no",
            ]
        )
    return buffer.getvalue()


def render_summary(lines: Sequence[Line], seed: str | None) -> str:
    """The same as a JSON document."""
    summary = Summary(schema="gradlings/summary/v1", seed=seed, submissions=tuple(lines))
    return msgspec.json.format(msgspec.json.encode(summary), indent=2).decode() + "\n"


def _harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
