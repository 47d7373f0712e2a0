"""A report as annotations of GitHub Actions: workflow commands, one a line.

The first check of each exercise that is begun and misses points is an error at the student's file. Its line is the one
that raised, or the one where the function begins. Our own fault is a warning that names no file. A last notice tells
the total, and how many exercises found no room.

Nothing of a submission can become a command: every line begins with one of ours, and a text has no line end in it. No
other text may be printed where GitHub reads this. Its runner takes a command also behind spaces, and `##[...]` anywhere
in a line that is no command yet (`ActionCommand.cs` of actions/runner).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from grader.inside.said import Argument, Listed, Said, say
from grader.inside.sizes import cut_text
from grader.records import Verdict
from grader.report.classroom import Standing, for_classroom, standing_of
from grader.report.lines import told_of, total_of
from grader.report.record import CheckReport, ExerciseReport, Report
from grader.words import Language, own_language

FOLDER = "SUBMISSION_FOLDER"
"""The name, in the environment, of the folder in which the submission's files are, seen from the repository's root."""
MAX_ANNOTATIONS = 10
"""GitHub shows so many errors, warnings and notices of a step each; together they are no more here."""
_MAX_MESSAGE_BYTES = 4000
"""GitHub states no limit; the whole of it is in the report."""
_MAX_TITLE_BYTES = 200
_CELL = re.compile(r"\[(?:text )?cell \d+\]$")
_IN_TEXT = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY = _IN_TEXT | str.maketrans({":": "%3A", ",": "%2C"})


def render_github(report: Report, environment: Mapping[str, str]) -> str:
    """The annotations of one submission."""
    shown, language = for_classroom(report), own_language(report.language)
    folder = environment.get(FOLDER, "")
    found = [
        _command(exercise, check, _Place.of(shown, exercise, check), folder, language)
        for exercise in shown.exercises
        if (check := _first(exercise)) is not None
    ]
    room = MAX_ANNOTATIONS - 1
    total = [total_of(shown, language)]
    if len(found) > room:
        total.append(language.say(say("page.more_exercises", count=len(found) - room)))
    return "\n".join([*found[:room], _line("notice", {}, "\n".join(total))]) + "\n"


def _first(exercise: ExerciseReport) -> CheckReport | None:
    """The check that is annotated; our own fault only where the student missed nothing."""
    begun = [check for check in exercise.checks if check.verdict is not Verdict.NOT_STARTED]
    for standing in (Standing.MISSED, Standing.OURS):
        for check in begun:
            if standing_of(check) is standing:
                return check
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a check is annotated, as far as it is known."""

    file: str
    line: int | None

    @classmethod
    def of(cls, report: Report, exercise: ExerciseReport, check: CheckReport) -> "_Place | None":
        """The line that the rationale names, or where the function begins, or else the chapter's own file."""
        for said in check.said:
            if (place := cls._named(said)) is not None:
                return place
        if exercise.source is not None:
            return cls(file=exercise.source, line=exercise.line)
        own = (file for file in report.submission.files if PurePosixPath(file).stem == exercise.chapter)
        return next((cls(file=file, line=_failure_in(file, report)) for file in own), None)

    @classmethod
    def _named(cls, argument: Argument) -> "_Place | None":
        match argument:
            case Said():
                file, line = argument.argument("file"), argument.argument("line")
                if isinstance(file, str) and isinstance(line, int):
                    return cls(file=file, line=line)
                inner = tuple(one for _, one in argument.arguments)
            case Listed():
                inner = argument.things
            case _:
                return None
        return next(filter(None, map(cls._named, inner)), None)

    def properties(self, folder: str) -> Mapping[str, str]:
        """The place as a command names it; the lines of a notebook are those of a cell, and no file's."""
        file = _CELL.sub("", self.file)
        known = {"file": str(PurePosixPath(folder, file))}
        if self.line is not None and self.line > 0 and not file.endswith(".ipynb"):
            known["line"] = str(self.line)
        return known


def _failure_in(file: str, report: Report) -> int | None:
    return next((note.line for note in report.submission.notes if note.failed and note.file == file), None)


def _command(
    exercise: ExerciseReport, check: CheckReport, place: _Place | None, folder: str, language: Language
) -> str:
    title = {"title": cut_text(f"{exercise.id}: {check.title}", _MAX_TITLE_BYTES)}
    text = cut_text("\n".join(told_of(check, language)), _MAX_MESSAGE_BYTES)
    if standing_of(check) is Standing.OURS:
        return _line("warning", title, text)
    return _line("error", {**(place.properties(folder) if place else {}), **title}, text)


def _line(command: str, properties: Mapping[str, str], text: str) -> str:
    written = ",".join(f"{name}={value.translate(_IN_PROPERTY)}" for name, value in properties.items())
    return f"::{' '.join(filter(None, (command, written)))}::{text.translate(_IN_TEXT)}"
