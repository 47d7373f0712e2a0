"""`grader check`: grade one submission, and show where it stands."""

import contextlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from grader.course import Course
from grader.errors import UsageError
from grader.files import read_whole, write_whole
from grader.inside.layers import Layer
from grader.inside.said import Listed, Said, say
from grader.kit import INSTALLED
from grader.options import Code, grading_options, limits_of, limits_of_check, open_course
from grader.report import Audience, Report, for_audience
from grader.report.classroom import nothing_was_graded
from grader.report.formats import CLASSROOMS, FORMATS, Renderer, renderer
from grader.report.github import FOLDER
from grader.report.json import render_json
from grader.sandbox import confined_launcher, missing_layers, quick_launcher
from grader.submission import read_own, read_submission
from grader.terminal import TEXT, put_out, say_to_person, show_report

REPORT_FILE = "report.json"


@click.command()
@click.argument("path", type=click.Path(path_type=Path), required=False)
@grading_options
@click.option(
    "--exam",
    "exam_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Ask the questions of this exam, with the limits of a batch: a file that `grader reveal` has written.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="What standard output carries.  [default: json in a pipe; on a terminal, the report goes to report.json]",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="Write the JSON report to this file, too; `-` is standard output.",
)
@click.option(
    "--audience",
    type=click.Choice([audience.value for audience in Audience]),
    default=Audience.INSTRUCTOR.value,
    show_default=True,
    help="For a student, nothing about hidden questions is in the report, and the code runs fully confined.",
)
def command(
    path: Path | None,
    course_folder: Path | None,
    only: tuple[str, ...],
    seed: str | None,
    timeout: float | None,
    exam_file: Path | None,
    form: str | None,
    output: Path | None,
    audience: str,
) -> Code:
    """Grade one submission: a folder, a .py, .ipynb, .zip or .tar.gz file. Without PATH, the exercises of this folder.

    The name of an exercise or a chapter in the place of PATH is short for `--only`.

    Exit code: 0 full marks, 1 below full marks, 2 wrong usage, 3 the grader's own fault.

    The formats classroom50, exercism, github, gradescope, legacy-reporter and prairielearn are for a client that shows
    them to the student. The audience is a student, nothing is shown beside the document, and the exit code is 0
    whatever the points are. It is 3 only where the grader's own fault has left nothing graded.
    """
    destination = _destination(form, output)
    if exam_file is not None and seed is not None:
        raise UsageError(say("usage.seed_and_exam"))
    recording = None if exam_file is None else read_whole(exam_file)
    for_client = form in CLASSROOMS
    view = Audience.STUDENT if for_client else Audience(audience)
    course = open_course(course_folder)
    if path is not None and not path.exists() and course.catalog.knows(str(path)):
        path, only = None, (str(path), *only)
    only = course.catalog.ids_of(only)
    place = _exercises(course) if path is None else path
    write = _writer(destination.stdout, place)
    tree = read_own(place) if path is None else read_submission(place)
    limits = limits_of_check(timeout) if recording is None else limits_of(timeout)
    # What a student gets must not tell of this machine, nor of hidden questions: only a confined worker knows neither.
    start = confined_launcher if view is Audience.STUDENT else quick_launcher
    with contextlib.closing(start(limits, course.equipment)) as launcher:
        from grader.exam import open_exam, replayed
        from grader.grading import Grader

        if missing := missing_layers(launcher):
            say_to_person(_unconfined(missing, view))
        if recording is None:
            exam = open_exam(course, seed, only, launcher, limits)
        else:
            exam = replayed(course, recording, only)
        with Grader(exam, launcher, limits, smallest=recording is None) as grader:
            report = for_audience(grader.grade(tree).report, view, course.folder)
    if not for_client:  # a text of the student's could be a command there
        show_report(report, sys.stdout if destination.stdout == TEXT else sys.stderr)
    if destination.file is not None:
        write_whole(destination.file, render_json(report))
        say_to_person(say("command.full_report", file=str(destination.file)))
    if write is not None:
        put_out(write(report))
    return _code_for_client(report) if for_client else _code(report)


def _exercises(course: Course) -> Path:
    """The stubs of the course, or of this folder where the course's own are not to be edited: they were installed."""
    if course.folder != INSTALLED:
        return course.stubs
    here = Path(course.stubs.name)
    if not here.is_dir():
        raise UsageError(say("usage.no_exercises", folder=str(here), stubs=str(course.stubs)))
    return here


@dataclass(frozen=True, slots=True, kw_only=True)
class _Destination:
    """Where the parts of a report go."""

    stdout: str | None
    file: Path | None


def _destination(form: str | None, output: Path | None) -> _Destination:
    """The destination that `--format` and `--output` ask for; raises `UsageError` where that cannot be."""
    if output == Path("-"):
        if form not in {None, "json"}:
            raise UsageError(say("usage.two_on_stdout", form=form))
        return _Destination(stdout="json", file=None)
    if output is not None and not output.parent.is_dir():
        raise UsageError(say("usage.no_folder_for", output=str(output), parent=str(output.parent)))
    match form:
        case str():
            return _Destination(stdout=form, file=output)
        case _ if output is not None:
            return _Destination(stdout=None, file=output)
        case _ if sys.stdout.isatty():
            return _Destination(stdout=None, file=Path(REPORT_FILE))
        case _:
            return _Destination(stdout="json", file=None)


def _writer(form: str | None, place: Path) -> Renderer | None:
    """The function that writes the document; raises `UsageError` where its environment lacks something."""
    if form is None or form == TEXT:
        return None
    return renderer(form, {FOLDER: _folder_in_repository(place), **os.environ})


def _folder_in_repository(place: Path) -> str:
    """The folder of the submission's files, seen from the root of the repository; empty where it is not in there."""
    folder = (place if place.is_dir() else place.parent).resolve()
    root = Path(os.environ.get("GITHUB_WORKSPACE", "")).resolve()
    return folder.relative_to(root).as_posix() if folder.is_relative_to(root) else ""


def _unconfined(missing: Sequence[Layer], audience: Audience) -> Said:
    names = Listed(things=tuple(layer.name.value for layer in missing))
    is_student = audience is Audience.STUDENT
    return say("command.unconfined_student" if is_student else "command.unconfined", layers=names)


def _code_for_client(report: Report) -> Code:
    return Code.OUR_FAULT if nothing_was_graded(report) else Code.COMPLETE


def _code(report: Report) -> Code:
    if report.needs_review:
        return Code.OUR_FAULT
    return Code.COMPLETE if report.is_complete else Code.INCOMPLETE
