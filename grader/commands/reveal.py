"""`grader reveal`: the exam of a finished batch, for students to replay."""

import contextlib
from pathlib import Path

import click

from grader.errors import UsageError
from grader.files import read_whole, write_whole
from grader.inside.said import say
from grader.options import Code, course_option, limits_of, open_course
from grader.records import Limits
from grader.sandbox import confined_launcher
from grader.terminal import say_to_person


@click.command()
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--to",
    "target",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where the exam is written.",
)
@course_option
def command(out: Path, target: Path, course_folder: Path | None) -> Code:
    """Write the whole exam of the finished batch in OUT: its hidden questions, and what is right.

    A student who has this file gets the batch's questions and marks from `grader check --exam FILE`. So give it to
    nobody who may still hand in work with this seed.
    """
    from grader.batch import load_batch, require_asked, require_finished
    from grader.exam import LiveExam, recorded

    if not target.parent.is_dir():
        raise UsageError(say("usage.no_folder_for", output=str(target), parent=str(target.parent)))
    course = open_course(course_folder)
    with load_batch(out) as history:
        require_finished(history, out)
        limits = limits_of(history.settings.question_seconds)
        with contextlib.closing(confined_launcher(limits, course.equipment)) as launcher:
            exam = LiveExam(course, history.settings.seed, history.settings.only, launcher, limits)
            require_asked(history, out, exam)
            _write_new(target, recorded(exam))
    seconds = limits.question_seconds
    option = "" if seconds == Limits().question_seconds else f" --timeout {seconds:g}"
    say_to_person(say("command.revealed", file=str(target), option=option))
    return Code.COMPLETE


def _write_new(target: Path, data: bytes) -> None:
    """Write the file where there is none; one that is the same already may stay."""
    if not target.exists():
        write_whole(target, data)
    elif read_whole(target) != data:
        raise UsageError(say("usage.other_content", path=str(target)))
