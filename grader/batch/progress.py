"""The progress of a batch for a person: a bar on a terminal, a plain line for each submission elsewhere."""

import contextlib
import sys
import unicodedata
from collections.abc import Collection
from typing import Protocol

import click
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column

from grader.inside.said import Said, say
from grader.report import Report
from grader.words import own_language
from grader.words.plain import encodable

_MAX_WIDTH = 32
# What the other columns of the bar take at most, and what a name has even where that leaves nothing.
_BAR_WIDTH = 80
_LEAST_WIDTH = 12


class Reporter(Protocol):
    """Is told of each submission that has been graded."""

    def done(self, identity: str, report: Report) -> None:
        """Count one more submission."""

    def close(self) -> None:
        """There are no more; says how to go on where some are left."""


def reporter(identities: Collection[str], before: int) -> Reporter:
    """The one for this standard error. `before` of the submissions were graded by an earlier run."""
    return _Bar(len(identities), before) if sys.stderr.isatty() else _Lines(identities, before)


def fitted(text: str, width: int) -> str:
    """A text in exactly so many columns of a terminal; of what is too long the end is shown, which tells most names.

    Wide characters take two columns, and a sequence of characters may take fewer than its parts. So the whole text is
    measured as it will be shown.
    """
    shown = text
    for start in range(1, len(text) + 1):
        if cell_len(shown) <= width:
            break
        # An accent without its letter would stand on the dots.
        if not unicodedata.category(text[start : start + 1] or "…").startswith("M"):
            shown = f"…{text[start:]}"
    while cell_len(shown) < width:
        shown += " "
    return shown


class _Lines:
    def __init__(self, identities: Collection[str], before: int) -> None:
        self._count = before
        self._total = len(identities)
        self._width = min(_MAX_WIDTH, max(map(cell_len, identities), default=0))
        if before:
            _say(say("command.going_on", count=before, total=self._total))

    def done(self, identity: str, report: Report) -> None:
        self._count += 1
        count = f"[{self._count:>{len(str(self._total))}}/{self._total}]"
        points = f"{report.points:>{len(str(report.max_points))}}/{report.max_points}"
        review = "  needs review" if report.needs_review else ""
        _say(say("text", text=f"{count} {fitted(identity, self._width)}  {points}{review}"))

    def close(self) -> None:
        _say_how_to_go_on(self._count, self._total)


class _Bar:
    """A bar with rate, the time that is left, how many need review, and who came last.

    Drawn by this thread: others would fork.
    """

    def __init__(self, total: int, before: int) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", table_column=_cut()),
            BarColumn(),
            MofNCompleteColumn(table_column=_cut()),
            TextColumn("{task.fields[rate]}", table_column=_cut()),
            TimeRemainingColumn(table_column=_cut()),
            TextColumn("{task.fields[review]}", table_column=_cut()),
            # Without markup: a name may hold brackets.
            TextColumn("{task.fields[name]}", style="dim", markup=False, table_column=_cut()),
            console=Console(stderr=True),
            auto_refresh=False,
            transient=True,
        )
        self._task = self._progress.add_task("starting", total=total, completed=before, rate="", review="", name="")
        self._count = before
        self._total = total
        self._review = 0
        self._width = min(_MAX_WIDTH, max(_LEAST_WIDTH, self._progress.console.width - _BAR_WIDTH))
        self._progress.start()
        self._progress.refresh()

    def done(self, identity: str, report: Report) -> None:
        self._count += 1
        self._review += report.needs_review
        review = f"[magenta]{self._review} need{'s' * (self._review == 1)} review[/]" if self._review else ""
        self._progress.advance(self._task)
        speed = self._progress.tasks[0].speed
        rate = f"{speed:.1f}/s" if speed else ""
        # Not that of standard error, in the place of which rich has put something without one.
        encoding = self._progress.console.encoding
        name = encodable(fitted(encodable(identity, encoding), self._width).rstrip(), encoding)
        self._progress.update(self._task, description="grading", rate=rate, review=review, name=name, refresh=True)

    def close(self) -> None:
        self._progress.stop()
        _say_how_to_go_on(self._count, self._total)


def _cut() -> Column:
    """A column that is cut where the terminal is too narrow, without the dots that a code page may lack."""
    return Column(no_wrap=True, overflow="crop")


def _say_how_to_go_on(count: int, total: int) -> None:
    if count < total:
        _say(say("command.goes_on", count=count, total=total))


def _say(said: Said) -> None:
    # Nobody may be listening any more, and grading is worth more than being told of it.
    with contextlib.suppress(OSError):
        click.echo(encodable(own_language().say(said), sys.stderr.encoding or "utf-8"), err=True)
