"""The other side of `helper`: a process that keeps an exam and a launcher, and grades one wish after the other."""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from grader.errors import GraderError
from grader.notebook.helper import Marked, MarkedOrRefused, Refused, Wish
from grader.options import limits_of_check, open_course
from grader.report.views import without_hidden
from grader.sandbox import confined_launcher


def main() -> None:
    """Serve until the kernel closes its end."""
    orders, answers = _own_streams()
    signal.signal(signal.SIGTERM, _stop)
    try:
        _serve(Path(sys.argv[1]), orders, answers)
    except GraderError as error:
        _answer(answers, Refused(said=error.said))


def _serve(folder: Path, orders: BinaryIO, answers: BinaryIO) -> None:
    course = open_course(folder)
    limits = limits_of_check()
    # One that starts a program: a fork would not do later, when this process holds what is secret.
    with contextlib.closing(confined_launcher(limits, course.equipment, warm=True)) as launcher:
        from grader.exam import open_exam
        from grader.grading import Grader

        exam = open_exam(course, None, (), launcher, limits)
        with Grader(exam, launcher, limits, smallest=True) as grader:
            for wish in _wishes(orders):
                # A handout of a part asks nothing else, though its lessons are whole.
                asked = [one for one in wish.exercises if one in exam.catalog.exercise_ids]
                report = grader.grade(wish.tree, asked or wish.exercises).report
                _answer(answers, Marked(report=without_hidden(report)))


def _wishes(orders: BinaryIO) -> Iterator[Wish]:
    for line in orders:
        yield msgspec.json.decode(line, type=Wish)


def _answer(answers: BinaryIO, answer: MarkedOrRefused) -> None:
    with contextlib.suppress(BrokenPipeError):  # the kernel has gone
        answers.write(msgspec.json.encode(answer) + b"\n")
        answers.flush()


def _stop(*_: object) -> None:
    """End as after the last wish, so that no worker is left."""
    raise SystemExit


def _own_streams() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output under other numbers: whatever else prints, prints to standard error."""
    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return orders, answers
