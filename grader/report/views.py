"""Who sees what: the owner everything, the student nothing that would tell a hidden question or its answer."""

import enum
import functools
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from grader.inside.said import Listed, say
from grader.kit import HOME
from grader.records import Visibility
from grader.report.record import ExerciseReport, NoteReport, Report
from grader.report.texts import as_one_text, with_texts
from grader.sandbox.layers import MINIMUM_LAYERS
from grader.words import own_language


class Audience(enum.StrEnum):
    """Whom a report is for."""

    INSTRUCTOR = "instructor"
    STUDENT = "student"


def for_audience(report: Report, audience: Audience, course: Path) -> Report:
    """The report as this audience may see it.

    The student's report holds no seed and no folder of the grading machine; `course` is the folder of the course. Of
    hidden questions it holds no input, actual or expected value, captured output or exception text. The text that the
    import printed stays: no question had been asked by then. Where the submission's code could look around on the
    machine, a first note says that the report is not to be handed on.
    """
    if audience is Audience.INSTRUCTOR:
        return report
    seen = without_hidden(report)
    submission = replace(seen.submission, notes=(*_warning(report), *seen.submission.notes))
    seen = replace(seen, audience="student", submission=submission)
    # Nearly always there is none, and the texts need not be gone through one by one.
    whole = as_one_text(seen)
    places = _places_of(course)
    return with_texts(seen, places.hidden) if places.are_in(whole) else seen


def without_hidden(report: Report) -> Report:
    """The report without its seed, and without values and output of hidden questions. Pure."""
    return replace(report, seed=None, exercises=tuple(_exercise(exercise) for exercise in report.exercises))


def _warning(report: Report) -> Iterator[NoteReport]:
    if missing := sorted(MINIMUM_LAYERS.difference(report.isolation)):
        said = say("note.do_not_hand_on", layers=Listed(things=tuple(map(str, missing))))
        text = own_language(report.language).say(said)
        yield NoteReport(file=".", line=None, text=text, failed=False, said=said)


class _Places:
    """Folders of the grading machine that Python and torch put into messages, and that code can print."""

    def __init__(self, course: Path) -> None:
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
            ("<course>", str(course)),
            ("<kit>", str(HOME)),
        ]
        # As written and as resolved: Python and torch tell of either.
        self._names: Mapping[str, str] = {
            path: name
            for name, place in written
            if Path(place).is_absolute()
            for path in (place.rstrip("/\\"), os.path.realpath(place))
            if Path(path).parent != Path(path)
        }
        longest_first = sorted(self._names, key=len, reverse=True)
        # Only whole names of folders.
        self._pattern = re.compile(f"(?:{'|'.join(map(re.escape, longest_first))})(?![\\w-])")
        self._in_json = frozenset(as_one_text(place)[1:-1] for place in self._names)

    def are_in(self, document: str) -> bool:
        """Is one of them in a text as JSON writes it?"""
        return any(place in document for place in self._in_json)

    def hidden(self, text: str) -> str:
        """A text with names in their places."""
        return self._pattern.sub(lambda found: self._names[found[0]], text)


# Read once: the environment is the grader's own.
_places_of = functools.cache(_Places)


def _exercise(exercise: ExerciseReport) -> ExerciseReport:
    return replace(
        exercise,
        output=tuple(output for output in exercise.output if output.visibility is Visibility.VISIBLE),
        checks=tuple(
            check if check.visibility is Visibility.VISIBLE else replace(check, evidence=None)
            for check in exercise.checks
        ),
    )
