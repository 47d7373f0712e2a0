"""Who sees what: the owner everything, the student nothing that would tell a hidden question or its answer."""

import enum
import re
import sys
from pathlib import Path

from msgspec.structs import replace

from grader.catalog import ROOT
from grader.model import Evidence, Visibility
from grader.report.record import CapturedOutput, CheckReport, ExerciseReport, Report
from grader.wire import Note

# Folders of the grading machine that Python and torch put into messages and what is printed.
_PLACES = {str(ROOT): "<kit>", sys.prefix: "<python>", sys.base_prefix: "<python>", str(Path.home()): "<home>"}
_PLACE = re.compile("|".join(re.escape(place) for place in sorted(_PLACES, key=len, reverse=True) if len(place) > 1))


class Audience(enum.StrEnum):
    """Whom a report is for."""

    INSTRUCTOR = "instructor"
    STUDENT = "student"


def for_audience(report: Report, audience: Audience) -> Report:
    """The report as this audience may see it.

    The student's holds no seed, no folder of the grading machine, and of hidden questions no input, actual or expected
    value, captured output or exception text. What the import printed stays: no question had been asked by then.
    """
    if audience is Audience.INSTRUCTOR:
        return report
    return replace(
        report,
        audience="student",
        seed=None,
        submission=replace(
            report.submission,
            notes=tuple(_note(note) for note in report.submission.notes),
            output=_without_places(report.submission.output),
        ),
        exercises=tuple(_exercise(exercise) for exercise in report.exercises),
    )


def _without_places(text: str) -> str:
    return _PLACE.sub(lambda found: _PLACES[found[0]], text)


def _note(note: Note) -> Note:
    return replace(note, text=_without_places(note.text))


def _exercise(exercise: ExerciseReport) -> ExerciseReport:
    return replace(
        exercise,
        output=tuple(
            CapturedOutput(visibility=output.visibility, text=_without_places(output.text))
            for output in exercise.output
            if output.visibility is Visibility.VISIBLE
        ),
        checks=tuple(_check(check) for check in exercise.checks),
    )


def _check(check: CheckReport) -> CheckReport:
    evidence = check.evidence
    if evidence is None or check.visibility is not Visibility.VISIBLE:
        return replace(check, evidence=None)
    parts = {name: _without_places(text) for name in Evidence.__struct_fields__ if (text := getattr(evidence, name))}
    return replace(check, evidence=Evidence(**parts))
