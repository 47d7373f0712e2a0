"""`grader render`: stored reports in another format, or for another audience."""

import os
import sys
from pathlib import Path

import click
import msgspec

from grader.errors import UsageError
from grader.files import read_whole
from grader.inside.said import say
from grader.options import Code, course_option, open_course
from grader.report import Audience, Report, for_audience
from grader.report.formats import CLASSROOMS, FORMATS, renderer
from grader.report.json import parse_json
from grader.terminal import TEXT, put_out, show_report

_PAGE = "html"


@click.command()
@click.argument("reports", metavar="REPORT...", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(FORMATS), default=TEXT, show_default=True, help="How.")
@click.option("--audience", type=click.Choice([audience.value for audience in Audience]), help="For whom.")
@course_option
def command(reports: tuple[Path, ...], form: str, audience: str | None, course_folder: Path | None) -> Code:
    """Write stored reports to standard output in another format, as they are or as a student may see them.

    A classroom's format is always as a student may see it. Nothing is graded. Exit code: 0, or 2 where a file is no
    report, or is not for this audience.
    """
    audience = Audience.STUDENT.value if form in CLASSROOMS else audience
    if form == _PAGE and len(reports) > 1:
        raise UsageError(say("usage.one_page"))
    stored = [_stored(path, audience, open_course(course_folder).folder) for path in reports]
    if form == TEXT:
        for report in stored:
            show_report(report, sys.stdout)
    else:
        write = renderer(form, os.environ)
        for report in stored:
            put_out(write(report))
    return Code.COMPLETE


def _stored(path: Path, audience: str | None, course: Path) -> Report:
    """A report from its file, for an audience; raises `UsageError` where that is not to be had."""
    try:
        report = parse_json(read_whole(path))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(say("usage.no_report", path=str(path))) from error
    if audience is None or audience == report.audience:
        return report
    if audience == Audience.INSTRUCTOR.value:
        raise UsageError(say("usage.students_report", path=str(path)))
    return for_audience(report, Audience.STUDENT, course)
