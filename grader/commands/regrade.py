"""`grader regrade`: judge the stored answers of a batch again."""

import contextlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.inside.said import Said, say
from grader.options import Code, course_option, limits_of, open_course
from grader.sandbox import confined_launcher
from grader.terminal import print_text, say_to_person
from grader.words import own_language
from grader.words.plain import printable

if TYPE_CHECKING:
    from grader.batch import Regraded


@click.command()
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--explain", is_flag=True, help="List whose mark moves, by which check and why. Without --yes, only that."
)
@click.option("--yes", is_flag=True, help="Write without asking. A terminal is asked where marks move.")
@course_option
def command(out: Path, course_folder: Path | None, *, explain: bool, yes: bool) -> Code:
    """Judge the answers that a batch has stored in OUT again, after points, tolerances or messages have changed.

    No code of a submission runs. All documents and tables are written anew. Exit code: as of `grader batch`, and 0
    where nothing was to be written.
    """
    from grader.batch import Documents, load_batch, observed_of, regrade_batch
    from grader.exam import LiveExam
    from grader.grading import Grader
    from grader.results import say_results

    course = open_course(course_folder)
    asks = not (explain or yes) and sys.stdin.isatty() and sys.stderr.isatty()
    with contextlib.ExitStack() as open_now:
        history = open_now.enter_context(load_batch(out))
        documents = Documents(out, course, history.formats, os.environ)
        limits = limits_of(history.settings.question_seconds)
        launcher = open_now.enter_context(contextlib.closing(confined_launcher(limits, course.equipment)))
        exam = LiveExam(course, history.settings.seed, history.settings.only, launcher, limits)
        grader = open_now.enter_context(Grader(exam, launcher, limits))
        again = open_now.enter_context(
            regrade_batch(history, documents, lambda entry: grader.regrade(observed_of(entry)))
        )
        moved = _show_moves(again, len(history)) if explain or asks else 0
        if (explain and not yes) or (asks and moved and not _agreed()):
            say_to_person(say("move.unwritten", out=str(out)))
            return Code.COMPLETE
        result = again.write()
    say_results(result, out)
    return Code.OUR_FAULT if result.needs_review else Code.COMPLETE


def _show_moves(again: "Regraded", count: int) -> int:
    """List them on standard output; how many there are."""
    from grader.batch import told

    moved = 0
    for move in again.moves():
        moved += 1
        _show(told(move))
    _show([say("move.some", count=moved, all=count) if moved else say("move.none")])
    return moved


def _show(sentences: Iterable[Said]) -> None:
    for said in sentences:
        print_text(f"{printable(own_language().say(said))}\n", sys.stdout)


def _agreed() -> bool:
    return click.confirm(own_language().say(say("move.question")), err=True)
