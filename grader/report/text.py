"""A report as text for a terminal."""

import io

from rich import markup
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from grader.inside.said import Said, say
from grader.records import Verdict
from grader.report.choice import shown_check
from grader.report.coverage import partly
from grader.report.record import CheckReport, EvidenceReport, ExerciseReport, Report
from grader.report.step import next_step
from grader.report.whose import whose
from grader.words import Language, own_language
from grader.words.plain import printable

_MARKERS = {
    Verdict.PASSED: ("✓", "green"),
    Verdict.FAILED: ("✗", "red"),
    Verdict.ERRORED: ("!", "red"),
    Verdict.TIMED_OUT: ("⧗", "yellow"),
    Verdict.CRASHED: ("‼", "red"),
    Verdict.NOT_STARTED: ("·", "dim"),
    Verdict.DEFERRED: ("◷", "cyan"),
    Verdict.UNGRADED: ("?", "magenta"),
}
_INDENT = 6
_LABEL = 9


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
        force_jupyter=False,  # in a notebook, rich would show the text there and then
        highlight=False,
    )
    _Page(console, own_language(report.language)).report(report)
    # rich fills padded lines up to the width.
    return "".join(line.rstrip() + "\n" for line in buffer.getvalue().splitlines())


class _Page:
    """Writes a report on a console in its language."""

    def __init__(self, console: Console, language: Language) -> None:
        self._console = console
        self._language = language

    def report(self, report: Report) -> None:
        """Notes, exercises by chapter, and a last line."""
        for line in whose(report):
            self._console.print(self._told(line))
        for note in report.submission.notes:
            place = say("cause.in", file=note.file)
            if note.line is not None:
                place = say("cause.at", file=note.file, line=note.line)
            self._console.print(f"[yellow]{self._told(say('page.note'))}[/] {self._told(place)}: {escape(note.text)}")
        chapter = None
        for exercise in report.exercises:
            if exercise.chapter != chapter:
                chapter = exercise.chapter
                self._console.print(f"\n[bold]{chapter}[/]")
            self._exercise(exercise)
        total = self._told(say("page.total", points=report.points, max_points=report.max_points))
        partial = "".join(f"\n{self._told(said)}" for said in partly(report))
        review = f"  [magenta]{self._told(say('page.review'))}[/]" if report.needs_review else ""
        step = f"   {self._told(said)}" if (said := next_step(report)) else ""
        self._console.print(f"\n[bold]{total}[/]{review}{step}{partial}")

    def _exercise(self, exercise: ExerciseReport) -> None:
        mark, style = _MARKERS[exercise.verdict]
        score = f"{exercise.points:>3}/{exercise.max_points}"
        line = f"  [{style}]{mark}[/] {score:<6}  [bold]{exercise.id}[/]  [dim]{escape(exercise.title)}[/]"
        self._console.print(line)
        for note in exercise.notes:
            self._line(f"[dim]{escape(note)}[/]")
        if exercise.verdict in (Verdict.PASSED, Verdict.NOT_STARTED):
            return
        shown = shown_check(exercise)
        if shown is not None:
            self._check(shown, style)
        others = [
            check
            for check in exercise.checks
            if check.verdict is not Verdict.PASSED and check is not shown and not _is_the_same_error(check, shown)
        ]
        if shown and others:
            self._line(f"[dim]{self._told(say('page.more', count=len(others), all=len(exercise.checks)))}[/]")

    def _check(self, check: CheckReport, style: str) -> None:
        # The claim apart from the verdict: "errored: it is so" would be read as if it were.
        self._line(f"[dim]{self._told(say('page.should_hold'))}[/] {escape(check.title)}")
        self._line(f"[{style}]{self._told(say(f'page.{check.verdict}'))}[/] {escape(check.rationale)}")
        evidence = check.evidence or EvidenceReport()
        if evidence.call is not None:
            # In one line, however long: it is code to be pasted, and a terminal joins what it has wrapped itself.
            label = self._told(say("page.call")).ljust(_LABEL)
            self._console.print(f"{' ' * _INDENT}[dim]{label}[/] {escape(evidence.call)}", soft_wrap=True)
        details = Table.grid(padding=(0, 1))
        details.add_column(min_width=_LABEL)
        details.add_column(overflow="fold")
        for label in ("actual", "expected", "detail"):
            if (text := getattr(evidence, label)) is not None:
                details.add_row(f"[dim]{self._told(say(f'page.{label}'))}[/]", escape(text))
        if check.hint:
            details.add_row(f"[cyan]{self._told(say('page.hint'))}[/]", escape(check.hint))
        if details.row_count:
            self._console.print(Padding(details, (0, 0, 0, _INDENT)))

    def _line(self, markup: str) -> None:
        self._console.print(Padding(markup, (0, 0, 0, _INDENT)))

    def _told(self, said: Said) -> str:
        return escape(self._language.say(said))


def _is_the_same_error(check: CheckReport, other: CheckReport | None) -> bool:
    """Is it what stopped the whole exercise, and told already?"""
    return (
        other is not None and check.verdict is other.verdict is Verdict.ERRORED and check.rationale == other.rationale
    )
