"""A report as text for a terminal."""

import io

from rich import markup
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from grader.model import Evidence, Verdict
from grader.plain import printable
from grader.report.record import CheckReport, ExerciseReport, Report

_MARKERS = {
    Verdict.PASSED: ("✓", "green"),
    Verdict.FAILED: ("✗", "red"),
    Verdict.ERRORED: ("!", "red"),
    Verdict.TIMED_OUT: ("⧗", "yellow"),
    Verdict.CRASHED: ("‼", "red"),
    Verdict.NOT_STARTED: ("·", "dim"),
    Verdict.UNGRADED: ("?", "magenta"),
}
_INDENT = 6


def escape(text: str) -> str:
    """A text of a submission's, as it stands: neither rich's markup nor a terminal's commands have an effect in it."""
    return markup.escape(printable(text))


def render_text(report: Report, *, width: int = 100, colour: bool = False) -> str:
    """Per exercise a marker, its points, and the first check that the marker stands for with its rationale and hint."""
    buffer = io.StringIO()
    console = Console(
        file=buffer,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
    )
    for note in report.submission.notes:
        place = note.file if note.line is None else f"{note.file}, line {note.line}"
        console.print(f"[yellow]note[/] {escape(place)}: {escape(note.text)}")
    chapter = None
    for exercise in report.exercises:
        if exercise.chapter != chapter:
            chapter = exercise.chapter
            console.print(f"\n[bold]{chapter}[/]")
        _exercise(console, exercise)
    console.print(f"\n[bold]{report.points} of {report.max_points} points[/]{_review(report)}{_next_step(report)}")
    # rich fills padded lines up to the width.
    return "".join(line.rstrip() + "\n" for line in buffer.getvalue().splitlines())


def _exercise(console: Console, exercise: ExerciseReport) -> None:
    mark, style = _MARKERS[exercise.verdict]
    score = f"{exercise.points:>3}/{exercise.max_points}"
    console.print(f"  [{style}]{mark}[/] {score:<6}  [bold]{exercise.id}[/]  [dim]{escape(exercise.title)}[/]")
    for note in exercise.notes:
        _line(console, f"[dim]{escape(note)}[/]")
    if exercise.verdict in (Verdict.PASSED, Verdict.NOT_STARTED):
        return
    # The one that the marker stands for, which need not be the first that did not pass.
    shown = next((check for check in exercise.checks if check.verdict is exercise.verdict), None)
    if shown is not None:
        _check(console, shown, style)
    not_passed = [check for check in exercise.checks if check.verdict is not Verdict.PASSED]
    if shown and (others := sum(not _is_the_same_error(check, shown) for check in not_passed if check is not shown)):
        more = f"and {others} more of its {len(exercise.checks)} checks; the JSON report has them all"
        _line(console, f"[dim]{more}[/]")


def _is_the_same_error(check: CheckReport, other: CheckReport) -> bool:
    """Is it what stopped the whole exercise, and told already?"""
    return check.verdict is other.verdict is Verdict.ERRORED and check.rationale == other.rationale


def _check(console: Console, check: CheckReport, style: str) -> None:
    # The claim apart from the verdict: "errored: it is so" would be read as if it were.
    verdict = check.verdict.replace("_", " ")
    _line(console, f"[dim]should hold:[/] {escape(check.title)}")
    _line(console, f"[{style}]{verdict}:[/] {escape(check.rationale)}")
    details = Table.grid(padding=(0, 1))
    details.add_column(min_width=9)
    details.add_column(overflow="fold")
    evidence = check.evidence or Evidence()
    for label in ("call", "actual", "expected", "detail"):
        if (text := getattr(evidence, label)) is not None:
            details.add_row(f"[dim]{label}:[/]", escape(text))
    if check.hint:
        details.add_row("[cyan]hint:[/]", escape(check.hint))
    if details.row_count:
        console.print(Padding(details, (0, 0, 0, _INDENT)))


def _line(console: Console, markup: str) -> None:
    console.print(Padding(markup, (0, 0, 0, _INDENT)))


def _review(report: Report) -> str:
    return "  [magenta](some checks could not be graded and need review)[/]" if report.needs_review else ""


def _next_step(report: Report) -> str:
    """Where to go on: the first exercise that is not complete."""
    for exercise in report.exercises:
        if exercise.verdict is not Verdict.PASSED:
            return f"   next: {exercise.id} in {escape(exercise.source or exercise.chapter + '.py')}"
    return ""
