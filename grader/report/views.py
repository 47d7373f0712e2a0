"""Who sees what: the owner everything, the student nothing that would tell a hidden question or its answer."""

import enum
import functools
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from grader.catalog import ROOT
from grader.model import Visibility
from grader.report.record import ExerciseReport, Report
from grader.report.texts import as_one_text, with_texts
from grader.sandbox.layers import MINIMUM_LAYERS
from grader.wire import Note


class Audience(enum.StrEnum):
    """Whom a report is for."""

    INSTRUCTOR = "instructor"
    STUDENT = "student"


def for_audience(report: Report, audience: Audience) -> Report:
    """The report as this audience may see it.

    The student's report holds no seed and no folder of the grading machine. Of hidden questions it holds no input,
    actual or expected value, captured output or exception text. The text that the import printed stays: no question had
    been asked by then. Where the submission's code could look around on the machine, a first note says that the report
    is not to be handed on.
    """
    if audience is Audience.INSTRUCTOR:
        return report
    seen = replace(
        report,
        audience="student",
        seed=None,
        submission=replace(report.submission, notes=(*_warning(report), *report.submission.notes)),
        exercises=tuple(_exercise(exercise) for exercise in report.exercises),
    )
    # Nearly always there is none, and the texts need not be gone through one by one.
    whole = as_one_text(seen)
    return with_texts(seen, _without_places) if any(place in whole for place in _as_in_json()) else seen


def _warning(report: Report) -> Iterator[Note]:
    if missing := sorted(MINIMUM_LAYERS.difference(report.isolation)):
        text = (
            "Do not hand this report on: the code ran without all layers of confinement, so what it printed may tell"
            f" of the machine and of hidden questions. Not active: {', '.join(missing)}."
        )
        yield Note(file=".", line=None, text=text)


@functools.cache
def _places() -> Mapping[str, str]:
    """Folders of the grading machine that Python and torch put into messages, and that code can print."""
    # Later ones stand for what several are.
    written = [
        # Not `Path.home()`, which raises where there is none.
        ("<home>", os.path.expanduser("~")),  # noqa: PTH111
        *(("<temporary>", os.environ.get(name, "")) for name in ("TMPDIR", "TEMP", "TMP")),
        *(
            ("<libraries>", path)
            for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
            for path in os.environ.get(name, "").split(os.pathsep)
        ),
        ("<python>", sys.prefix),
        ("<python>", sys.base_prefix),
        ("<kit>", str(ROOT)),
    ]
    # As written and as resolved: Python and torch tell of either.
    return {
        path: name
        for name, place in written
        if Path(place).is_absolute()
        for path in (place.rstrip("/\\"), os.path.realpath(place))
        if Path(path).parent != Path(path)
    }


def _as_in_json() -> frozenset[str]:
    return frozenset(as_one_text(place)[1:-1] for place in _places())


@functools.cache
def _place() -> re.Pattern[str]:
    longest_first = sorted(_places(), key=len, reverse=True)
    # Only whole names of folders.
    return re.compile(f"(?:{'|'.join(map(re.escape, longest_first))})(?![\\w-])")


def _without_places(text: str) -> str:
    return _place().sub(lambda found: _places()[found[0]], text)


def _exercise(exercise: ExerciseReport) -> ExerciseReport:
    return replace(
        exercise,
        output=tuple(output for output in exercise.output if output.visibility is Visibility.VISIBLE),
        checks=tuple(
            check if check.visibility is Visibility.VISIBLE else replace(check, evidence=None)
            for check in exercise.checks
        ),
    )
