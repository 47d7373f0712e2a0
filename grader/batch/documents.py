"""The documents that a batch writes of each submission, for the instructor and for the student.

A format has a folder of its own, and the student's documents lie in `student/`. Reports (`json`) and pages (`html`) are
always written. A document for a client that shows it to the student is written for the student alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from grader.course import Course
from grader.files import make_folder, remove_parts, write_whole
from grader.report import Audience, Report, for_audience
from grader.report.formats import CLASSROOMS, SUFFIXES, Renderer, renderer
from grader.report.json import parse_json, render_json

REPORTS = "reports"
PAGES = "pages"
STUDENT = "student"
NAME = "{name}"
"""Stands for the submission in variables of the environment that a format reads."""
# The report comes last: one that is as it should be says that the other documents are there, too.
_ALWAYS = ("html", "json")
_FOLDERS = {"html": PAGES, "json": REPORTS}


class _Document(NamedTuple):
    """A format of one audience, and where its documents lie."""

    form: str
    folder: Path

    def path(self, identity: str) -> Path:
        return self.folder / f"{identity}.{SUFFIXES[self.form]}"


class Documents:
    """The documents of one batch: `formats` beside reports and pages.

    Raises `UsageError` where the environment lacks what one of the formats needs.
    """

    def __init__(self, out: Path, course: Course, formats: Iterable[str], environment: Mapping[str, str]) -> None:
        self.out = out
        self.course = course
        self.formats = tuple(sorted({*formats}.difference(_ALWAYS)))
        self._environment = environment
        self._of = {
            audience: tuple(_documents(folder, audience, (*self.formats, *_ALWAYS)))
            for audience, folder in ((Audience.INSTRUCTOR, out), (Audience.STUDENT, out / STUDENT))
        }
        for form in self.formats:
            self._renderer(form, NAME)

    def report(self, identity: str) -> Report | None:
        """The report that the instructor has now; None where it is gone, or cannot be read."""
        *_, last = self._of[Audience.INSTRUCTOR]
        try:
            return parse_json(last.path(identity).read_bytes())
        except (OSError, ValueError, RecursionError):
            return None

    def make_ready(self) -> None:
        """Make the folders, without what an earlier batch has left half-written."""
        for folder in (self.out, *(document.folder for of_one in self._of.values() for document in of_one)):
            make_folder(folder)
            remove_parts(folder)

    def write(self, identity: str, report: Report) -> None:
        """Write a submission's documents where they are not there yet."""
        for audience, documents in self._of.items():
            seen = for_audience(report, audience, self.course.folder)
            text = render_json(seen)
            *others, last = documents
            if all(document.path(identity).exists() for document in others) and _holds(last.path(identity), text):
                continue
            for document in others:
                write_whole(document.path(identity), self._renderer(document.form, identity)(seen))
            write_whole(last.path(identity), text)

    def _renderer(self, form: str, identity: str) -> Renderer:
        return renderer(form, {key: value.replace(NAME, identity) for key, value in self._environment.items()})


def _documents(folder: Path, audience: Audience, formats: Iterable[str]) -> Iterator[_Document]:
    for form in formats:
        if audience is Audience.STUDENT or form not in CLASSROOMS:
            yield _Document(form, folder / _FOLDERS.get(form, form))


def _holds(path: Path, text: str) -> bool:
    try:
        return path.read_bytes() == text.encode()
    except OSError:
        return False
