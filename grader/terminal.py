"""The ways out of a command: documents go to standard output, sentences for people to standard error."""

import os
import shutil
import sys
from typing import TextIO

import click

from grader.inside.said import Said
from grader.report import Report
from grader.words import own_language
from grader.words.plain import encodable, printable, without_commands

TEXT = "text"
"""The format of a report that is for a terminal; the others are documents."""


def say_to_person(said: Said) -> None:
    """Tell the person at the terminal; a name or a path in it may be anybody's."""
    print_text(f"{printable(own_language().say(said))}\n", sys.stderr)


def print_text(text: str, stream: TextIO) -> None:
    """Write a text for people in characters that the stream has: an old Windows console must not end the run."""
    try:
        click.echo(encodable(without_commands(text), stream.encoding or "utf-8"), file=stream, nl=False)
    except BrokenPipeError:
        raise
    except OSError:
        if stream is not sys.stderr:  # of that one nobody can be told, and the report is not lost with it
            raise


def show_report(report: Report, stream: TextIO) -> None:
    """Write a report as text for people."""
    from grader.report.text import render_text

    print_text(render_text(report, width=width(), colour=has_colour(stream)), stream)


def put_out(document: str) -> None:
    """Write a document to standard output."""
    # It is UTF-8, whatever this terminal's code page is.
    click.echo(document.encode(), nl=False)


def width() -> int:
    """The columns that a text may take."""
    return min(100, shutil.get_terminal_size((100, 24)).columns)


def has_colour(stream: TextIO) -> bool:
    """Does the stream show colours, and does its reader want any?"""
    return stream.isatty() and "NO_COLOR" not in os.environ
