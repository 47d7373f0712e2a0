"""Things that several commands share: exit codes, options, and the values that are made of these."""

import os
import sys
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from grader.course import Course
from grader.kit import own_course
from grader.records import Limits

# Any: click decorates functions of any signature.
_Command = Callable[..., Any]


class Code(IntEnum):
    """The exit codes."""

    COMPLETE = 0
    INCOMPLETE = 1
    USAGE = 2
    OUR_FAULT = 3
    INTERRUPTED = 130
    STOPPED = 143


def course_option(command: _Command) -> _Command:
    """The option of every command that reads a course."""
    return click.option(
        "--course",
        "course_folder",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="GRADER_COURSE",
        metavar="DIR",
        help="The folder of the course, if it is not this kit's own.",
    )(command)


def open_course(folder: Path | None) -> Course:
    """The course that `--course` names, or the kit's own."""
    return Course.open(own_course() if folder is None else folder)


def only_option(command: _Command) -> _Command:
    """The option of every command that may be about a part of a course."""
    return click.option(
        "--only",
        multiple=True,
        envvar="GRADER_ONLY",
        metavar="NAME",
        help="This exercise or chapter only; repeatable.",
    )(command)


def grading_options(command: _Command) -> _Command:
    """The options that every command shares which grades."""
    options = (
        only_option,
        click.option("--seed", metavar="N", help="Draw the same hidden inputs as the report with this seed."),
        click.option(
            "--timeout",
            type=click.FloatRange(min=0, min_open=True, max=3600),
            metavar="S",
            help=f"Seconds of computing and waiting for one question.  [default: {Limits().question_seconds:g}]",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return course_option(command)


def limits_of(timeout: float | None) -> Limits:
    """The limits that `--timeout` asks for."""
    return Limits() if timeout is None else Limits(question_seconds=timeout)


def limits_of_check(timeout: float | None = None) -> Limits:
    """Somebody waits for a check, so a statement that does not end is given up sooner than in a class."""
    return replace(limits_of(timeout), import_seconds=6.0)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
