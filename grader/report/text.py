"""A report as text for a terminal."""

import io
import itertools
from collections import defaultdict
from collections.abc import Sequence

from msgspec.structs import replace
from rich import markup
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from grader.inside.said import Listed, Said, say
from grader.records import Verdict, Visibility
from grader.report.choice import shown_check
from grader.report.coverage import partly
from grader.report.lines import labelled
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
_MISSING = ["undefined.missing"]
_MAX_PRINTED = 4
_MAX_PRINTED_COLUMNS = 200
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
        for chapter, exercises in itertools.groupby(report.exercises, key=lambda exercise: exercise.chapter):
            self._console.print(f"\n[bold]{chapter}[/]")
            self._chapter(list(exercises))
        total = self._told(say("page.total", points=report.points, max_points=report.max_points))
        partial = "".join(f"\n{self._told(said)}" for said in partly(report))
        review = f"  [magenta]{self._told(say('page.review'))}[/]" if report.needs_review else ""
        step = f"   {self._told(said)}" if (said := next_step(report)) else ""
        self._console.print(f"\n[bold]{total}[/]{review}{step}{partial}")

    def _chapter(self, exercises: Sequence[ExerciseReport]) -> None:
        missing: dict[Sequence[Said], list[ExerciseReport]] = defaultdict(list)
        for exercise in exercises:
            if (why := _why_missing(exercise)) is not None:
                missing[why].append(exercise)
        # One alone may be misspelt, and is told in full.
        together = {why: those for why, those in missing.items() if len(those) > 1}
        for exercise in exercises:
            if not any(exercise in those for those in together.values()):
                self._exercise(exercise)
        for why, those in together.items():
            self._missing(those, why)

    def _exercise(self, exercise: ExerciseReport) -> None:
        shown = shown_check(exercise)
        verdict = shown.verdict if shown is not None else exercise.verdict
        score = _scored(verdict, exercise.points, exercise.max_points)
        line = f"  {score}  [bold]{exercise.id}[/]  [dim]{escape(exercise.title)}[/]"
        if exercise.verdict is Verdict.PASSED and exercise.docs:
            line += f"  [dim]({self._told(say('page.read_on', page=exercise.docs))})[/]"
        self._console.print(line)
        for note in exercise.notes:
            self._line(f"[dim]{escape(note)}[/]")
        if exercise.verdict in (Verdict.PASSED, Verdict.NOT_STARTED):
            return
        if shown is not None:
            self._check(shown, _MARKERS[verdict][1], _printed(exercise))
        others = [
            check
            for check in exercise.checks
            if check.verdict is not Verdict.PASSED and check is not shown and not _is_the_same_error(check, shown)
        ]
        if shown and others:
            self._line(f"[dim]{self._told(say('page.more', count=len(others), all=len(exercise.checks)))}[/]")

    def _missing(self, exercises: Sequence[ExerciseReport], why: Sequence[Said]) -> None:
        """One line for the functions of a chapter that are missing, and the cause that they have in common."""
        names = Listed(things=tuple(exercise.id for exercise in exercises))
        score = _scored(Verdict.ERRORED, 0, sum(exercise.max_points for exercise in exercises))
        told = self._told(say("page.missing", exercises=names))
        self._console.print(Padding(f"{score}  [dim]{told}[/]", (0, 0, 0, 2)))
        shown = exercises[0].checks[0]
        if why:
            evidence = shown.evidence or EvidenceReport()
            # Its words are a course's, and stand in the report.
            rationale = shown.rationale.removeprefix(self._language.text(shown.said[:1])).lstrip()
            self._table(evidence, (), _MARKERS[Verdict.ERRORED][1], replace(shown, rationale=rationale))

    def _check(self, check: CheckReport, style: str, printed: Sequence[str]) -> None:
        """The call and what came of it, what is wrong with that, and a question."""
        # The claim apart from the verdict: "errored: it is so" would be read as if it were.
        self._line(f"[dim]{self._told(say('page.should_hold'))}[/] {escape(check.title)}")
        evidence = check.evidence or EvidenceReport()
        if evidence.call is not None:
            # In one line, however long: it is code to be pasted, and a terminal joins what it has wrapped itself.
            label = self._told(say("page.call")).ljust(_LABEL)
            self._console.print(f"{' ' * _INDENT}[dim]{label}[/] {escape(evidence.call)}", soft_wrap=True)
        self._table(evidence, printed, style, check)

    def _table(self, evidence: EvidenceReport, printed: Sequence[str], style: str, check: CheckReport) -> None:
        """The values, the lines that were printed, the reason and a question, each with its label."""
        table = Table.grid(padding=(0, 1))
        table.add_column(min_width=_LABEL)
        table.add_column(overflow="fold")
        for label, text in labelled(replace(evidence, call=None), self._language):
            table.add_row(f"[dim]{escape(label)}[/]", escape(text))
        if printed:
            table.add_row(f"[dim]{self._told(say('page.out'))}[/]", escape("\n".join(printed)))
        table.add_row(f"[{style}]{self._told(say(f'page.{check.verdict}'))}[/]", escape(check.rationale))
        if check.hint:
            table.add_row(f"[cyan]{self._told(say('page.hint'))}[/]", escape(check.hint))
        self._console.print(Padding(table, (0, 0, 0, _INDENT)))

    def _line(self, markup: str) -> None:
        self._console.print(Padding(markup, (0, 0, 0, _INDENT)))

    def _told(self, said: Said) -> str:
        return escape(self._language.say(said))


def _scored(verdict: Verdict, points: int, max_points: int) -> str:
    """The mark of a verdict and the points, in columns."""
    mark, style = _MARKERS[verdict]
    score = f"{points:>3}/{max_points}"
    return f"[{style}]{mark}[/] {score:<6}"


def _why_missing(exercise: ExerciseReport) -> Sequence[Said] | None:
    """Why there is no function of its name, as far as that is known; None where there is one."""
    reasons = {check.said[1:] for check in exercise.checks if [said.id for said in check.said[:1]] == _MISSING}
    is_all = all([said.id for said in check.said[:1]] == _MISSING for check in exercise.checks)
    return next(iter(reasons)) if is_all and len(reasons) == 1 and not exercise.notes else None


def _printed(exercise: ExerciseReport) -> Sequence[str]:
    """The first and the last lines that the function printed while visible questions were asked."""
    text = "".join(output.text for output in exercise.output if output.visibility is Visibility.VISIBLE)
    lines = [line[:_MAX_PRINTED_COLUMNS] for line in text.splitlines() if line.strip()]
    ends = _MAX_PRINTED // 2
    return lines if len(lines) <= _MAX_PRINTED else [*lines[:ends], "...", *lines[-ends:]]


def _is_the_same_error(check: CheckReport, other: CheckReport | None) -> bool:
    """Is it what stopped the whole exercise, and told already?"""
    return (
        other is not None and check.verdict is other.verdict is Verdict.ERRORED and check.rationale == other.rationale
    )
