"""A class as a table: for people in CSV, for programs in JSON. Pure."""

import csv
import io
import unicodedata
from collections.abc import Sequence

import msgspec

from grader.batch.find import LeftOut
from grader.inside.values import Record
from grader.judging.scoring import UNKNOWN
from grader.records import Student, Verdict
from grader.report import ExerciseReport, Report
from grader.words import own_language

# Spreadsheets in East Asia take the wide forms for the same, which is what normalising makes of them.
_FORMULA_STARTS = ("=", "+", "-", "\u2212", "@")
_LINE_STARTS = ("\t", "\r", "\n")
# By this mark Excel knows that a CSV file is UTF-8; other programs take it for nothing.
_MARK = "\ufeff"


class TableLine(Record):
    """A submission's line in the tables. A batch keeps no more at hand.

    `exercises` are points by exercise; `unread` says in sentences what a person has to open. An exercise is not handed
    in where its stub is untouched or nothing of its chapter is there; None where that cannot be known.
    """

    identity: str
    points: int
    max_points: int
    exercises: dict[str, int]
    verdicts: dict[str, int]
    needs_review: bool
    digest: str
    handed_in: dict[str, bool | None]
    misconceptions: dict[str, tuple[str, ...]]
    unread: tuple[str, ...] = ()
    student: Student | None = None


class LeftOutLine(Record):
    """An entry of a class folder that is no submission, and why, in words."""

    name: str
    reason: str


class Summary(Record):
    """The content of `summary.json`: the seed, the exercises, and a line for each submission in the order of the class.

    `left_out` is whatever else the class folder holds.
    """

    schema: str
    seed: str | None
    submissions: tuple[TableLine, ...]
    left_out: tuple[LeftOutLine, ...]


def line_of(identity: str, report: Report) -> TableLine:
    """A submission's line."""
    return TableLine(
        identity=identity,
        points=report.points,
        max_points=report.max_points,
        exercises={exercise.id: exercise.points for exercise in report.exercises},
        verdicts=report.verdicts,
        needs_review=report.needs_review,
        digest=report.submission.digest,
        unread=report.submission.unread,
        student=report.submission.student,
        handed_in={exercise.id: _handed_in(exercise, report) for exercise in report.exercises},
        misconceptions={exercise.id: _misconceptions(exercise) for exercise in report.exercises},
    )


def _handed_in(exercise: ExerciseReport, report: Report) -> bool | None:
    """Is there something of it? Nobody knows where nothing was graded, or what was not read may hold it."""
    verdicts = {check.verdict for check in exercise.checks}
    if verdicts <= UNKNOWN or (exercise.source is None and report.submission.unread):
        return None
    return exercise.verdict is not Verdict.NOT_STARTED


def _misconceptions(exercise: ExerciseReport) -> tuple[str, ...]:
    """The misconceptions that were recognised, each once."""
    return tuple(dict.fromkeys(check.misconception for check in exercise.checks if check.misconception is not None))


def render_csv(lines: Sequence[TableLine]) -> str:
    """CSV with a header: identity, points, a column an exercise, counts by verdict, needs review.

    Then two columns an exercise: whether it was handed in, and the misconceptions. Last is what the student has said of
    themselves. New columns come behind the others, so that these stay where they were.

    Every field is quoted, and none is a formula to a spreadsheet. Lines end as RFC 4180 has it, and as Excel does.
    """
    exercises = [exercise for line in lines[:1] for exercise in line.exercises]
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    verdicts = [verdict.value for verdict in Verdict if verdict is not Verdict.DEFERRED]  # a batch asks everything
    asked = [f"{_harmless(exercise)}.{column}" for exercise in exercises for column in ("handed_in", "misconceptions")]
    about = [f"student.{field}" for field in Student.__struct_fields__]
    head = ["identity", "points", "max_points", *map(_harmless, exercises), *verdicts, "needs_review", *asked, *about]
    writer.writerow(head)
    for line in lines:
        writer.writerow(
            [
                _harmless(line.identity),
                line.points,
                line.max_points,
                *(line.exercises[exercise] for exercise in exercises),
                *(line.verdicts[verdict] for verdict in verdicts),
                "yes" if line.needs_review else "no",
                *(cell for exercise in exercises for cell in _asked(line, exercise)),
                *map(_harmless, msgspec.structs.astuple(line.student or Student())),
            ]
        )
    return _MARK + buffer.getvalue()


def _asked(line: TableLine, exercise: str) -> tuple[str, str]:
    """The cells about one exercise that a teacher looks at first; unknown is an empty one."""
    handed_in = {True: "yes", False: "no", None: ""}[line.handed_in[exercise]]
    return handed_in, _harmless(" ".join(line.misconceptions[exercise]))


def render_summary(lines: Sequence[TableLine], seed: str | None, left_out: Sequence[LeftOut] = ()) -> str:
    """The same as a JSON document, and what of the class folder is no submission."""
    summary = Summary(schema="gradlings/summary/v1", seed=seed, submissions=tuple(lines), left_out=written(left_out))
    return msgspec.json.format(msgspec.json.encode(summary), indent=2).decode() + "\n"


def written(left_out: Sequence[LeftOut]) -> tuple[LeftOutLine, ...]:
    """The entries that were left out, in words."""
    language = own_language()
    return tuple(LeftOutLine(name=entry.name, reason=language.say(entry.reason)) for entry in left_out)


def _harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula. Before a formula, blanks and invisible characters may stand."""
    plain = unicodedata.normalize("NFKC", text)
    begin = next((one for one in plain if one.isprintable() and not one.isspace()), "")
    return f"'{text}" if begin in _FORMULA_STARTS or text[:1] in _LINE_STARTS else text
