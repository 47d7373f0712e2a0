"""What a person sees while a batch runs: a bar on a terminal, a plain line for each submission elsewhere."""

import sys
from typing import Protocol

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from grader.batch.entry import Entry


class Reporter(Protocol):
    """Is told of each submission that has been graded."""

    def done(self, entry: Entry) -> None:
        """One more."""

    def close(self) -> None:
        """There are no more."""


def reporter(total: int, before: int) -> Reporter:
    """The one for this standard error. `before` submissions of `total` were graded by an earlier run."""
    return _Bar(total, before) if sys.stderr.isatty() else _Lines(total, before)


class _Lines:
    def __init__(self, total: int, before: int) -> None:
        self._total = total
        self._count = before

    def done(self, entry: Entry) -> None:
        self._count += 1
        review = "  needs review" if entry.report.needs_review else ""
        points = f"{entry.report.points}/{entry.report.max_points}"
        click.echo(f"[{self._count}/{self._total}] {entry.identity:<32} {points}{review}", err=True)

    def close(self) -> None:
        return


class _Bar:
    """A bar with rate, the time that is left, and who needs review so far. Drawn by this thread: others would fork."""

    def __init__(self, total: int, before: int) -> None:
        self._progress = Progress(
            TextColumn("grading"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[review]}"),
            console=Console(stderr=True),
            auto_refresh=False,
            transient=True,
        )
        self._task = self._progress.add_task("", total=total, completed=before, rate="", review="")
        self._review = 0
        self._progress.start()
        self._progress.refresh()

    def done(self, entry: Entry) -> None:
        self._review += entry.report.needs_review
        review = f"[magenta]{self._review} need review[/]" if self._review else ""
        self._progress.advance(self._task)
        speed = self._progress.tasks[0].speed
        rate = f"{speed:.1f}/s" if speed else ""
        self._progress.update(self._task, rate=rate, review=review, refresh=True)

    def close(self) -> None:
        self._progress.stop()
