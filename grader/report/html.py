"""A report as one HTML page: for a student to read, on any screen or on paper, and for a teacher to look things up.

The page asks for nothing: no script, no picture, no font. Its policy forbids a browser to load or run anything,
whatever a submission has put into a text. Template and style lie in `page/`; here stands which sentence goes where.
"""

import base64
import functools
import hashlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.inside.said import Listed, Said, say
from grader.records import Verdict, Visibility
from grader.report.coverage import partly
from grader.report.lines import labelled
from grader.report.record import CheckReport, ExerciseReport, Report
from grader.report.step import next_step
from grader.report.whose import whose
from grader.words import Language, own_language

if TYPE_CHECKING:
    from jinja2 import Template

_FOLDER = Path(__file__).with_name("page")
# Of these there is nothing to explain; their claims are folded.
_QUIET = frozenset({Verdict.PASSED, Verdict.NOT_STARTED, Verdict.DEFERRED})


def render_html(report: Report) -> str:
    """The page of a report, for the audience that the report is for."""
    template, style, policy = _template()
    return template.render(page=_Writer(own_language(report.language)).page(report), style=style, policy=policy)


@functools.cache
def _template() -> "tuple[Template, str, str]":
    """The template, the style, and the policy that allows nothing but this style."""
    # Here: most commands write no page, and would wait for this.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    style = (_FOLDER / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html"), style, policy


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marked:
    """Something with a verdict: a check's claim, an exercise in the list, or how many checks ended so."""

    verdict: Verdict
    text: str
    points: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Labelled:
    """A text of a submission's or of a value, and what it is."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finding:
    """Why some checks did not pass: those of one exercise that the same thing has stopped."""

    verdict: Verdict
    told: str
    rationale: str
    claims: Sequence[_Marked]
    evidence: Sequence[_Labelled]
    hint: str | None
    remarks: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Exercise:
    """One exercise with its findings, and the claims of which there is nothing to explain."""

    id: str
    line: _Marked
    source: str | None
    notes: Sequence[str]
    findings: Sequence[_Finding]
    quiet: Sequence[_Marked]
    output: Sequence[_Labelled]

    @property
    def is_loud(self) -> bool:
        """Is there something to explain?"""
        return self.line.verdict not in _QUIET


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chapter:
    """The exercises of a chapter as a list."""

    id: str
    points: str
    exercises: Sequence[_Exercise]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """Everything that the template lays out, in words."""

    language: str
    title: str
    name: str
    points: int
    max_points: int
    total: str
    whose: Sequence[str]
    partly: Sequence[str]
    tally: Sequence[_Marked]
    next: str | None
    next_id: str | None
    warnings: Sequence[str]
    labels: Mapping[str, str]
    notes: Sequence[_Labelled]
    chapters: Sequence[_Chapter]
    output: _Labelled | None
    footer: Sequence[str]

    @property
    def loud(self) -> Sequence[_Exercise]:
        """The exercises that have a card of their own."""
        return [exercise for chapter in self.chapters for exercise in chapter.exercises if exercise.is_loud]


class _Writer:
    """Puts a report into words of one language."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._told = language.say

    def page(self, report: Report) -> _Page:
        """The whole page."""
        submission, told = report.submission, self._told
        by_chapter = itertools.groupby(report.exercises, key=lambda exercise: exercise.chapter)
        return _Page(
            language=report.language,
            title=told(say("page.title", name=submission.name, points=report.points, max_points=report.max_points)),
            name=submission.name,
            points=report.points,
            max_points=report.max_points,
            total=told(say("page.total", points=report.points, max_points=report.max_points)),
            whose=[told(said) for said in whose(report)],
            partly=[told(said) for said in partly(report)],
            tally=[
                _Marked(verdict=verdict, text=told(say(f"tally.{verdict}", count=count)))
                for verdict in Verdict
                if (count := report.verdicts.get(verdict, 0))
            ],
            next=told(step) if (step := next_step(report)) else None,
            next_id=report.next,
            warnings=list(self._warnings(report)),
            labels={
                "notes": told(say("page.notes")),
                "exercises": told(say("page.exercises")),
                "should_hold": told(say("page.should_hold")),
                "hint": told(say("page.hint")),
            },
            notes=[
                _Labelled(label=note.file if note.line is None else f"{note.file}:{note.line}", text=note.text)
                for note in submission.notes
            ],
            chapters=[self._chapter(chapter, list(exercises), report) for chapter, exercises in by_chapter],
            output=_Labelled(label=told(say("page.printed_import")), text=submission.output)
            if submission.output
            else None,
            footer=list(self._footer(report)),
        )

    def _warnings(self, report: Report) -> Iterator[str]:
        if report.audience == "instructor":
            yield self._told(say("page.for_instructor"))
        if report.needs_review:
            yield self._told(say("page.needs_review"))
        yield from report.submission.unread

    def _footer(self, report: Report) -> Iterator[str]:
        versions = report.versions
        yield self._told(
            say(
                "page.graded",
                # In UTC, to the minute.
                created=report.created[:16].replace("T", " "),
                kit=versions.kit,
                torch=versions.torch,
                python=versions.python,
            )
        )
        if report.seed is not None:
            yield self._told(say("page.seed", seed=report.seed))
        if report.audience == "instructor":
            yield self._told(say("page.isolation", layers=Listed(things=report.isolation)))
        yield self._told(say("page.digest", digest=report.submission.digest))

    def _chapter(self, chapter: str, exercises: Sequence[ExerciseReport], report: Report) -> _Chapter:
        points = sum(exercise.points for exercise in exercises)
        return _Chapter(
            id=chapter,
            points=_of(points, sum(exercise.max_points for exercise in exercises)),
            exercises=[self._exercise(exercise, report) for exercise in exercises],
        )

    def _line(self, exercise: ExerciseReport) -> _Marked:
        return _Marked(
            verdict=exercise.verdict,
            text=exercise.title,
            points=_of(exercise.points, exercise.max_points),
            remark=self._told(say(f"verdict.{exercise.verdict}")),
        )

    def _exercise(self, exercise: ExerciseReport, report: Report) -> _Exercise:
        loud = [check for check in exercise.checks if check.verdict not in _QUIET]
        return _Exercise(
            id=exercise.id,
            line=self._line(exercise),
            source=exercise.source,
            # Why something was not begun is the same of every check.
            notes=tuple(dict.fromkeys((*exercise.notes, *_reasons(exercise.checks)))),
            findings=[self._finding(same, report) for same in _grouped(loud)],
            quiet=[_claim(check) for check in exercise.checks if check.verdict in _QUIET],
            output=[
                _Labelled(label=self._told(_printed(output.visibility)), text=output.text) for output in exercise.output
            ],
        )

    def _finding(self, checks: Sequence[CheckReport], report: Report) -> _Finding:
        first = checks[0]
        evidence = [_Labelled(label=label, text=text) for label, text in labelled(first.evidence, self._language)]
        return _Finding(
            verdict=first.verdict,
            told=self._told(say(f"page.{first.verdict}")),
            rationale=first.rationale,
            claims=[_claim(check) for check in checks],
            evidence=evidence,
            hint=first.hint,
            remarks=[self._told(said) for said in _remarks(first, report)],
        )


def _grouped(checks: Sequence[CheckReport]) -> Sequence[Sequence[CheckReport]]:
    """Checks that say the same of what went wrong, together: an error that stops a whole exercise is told once."""
    groups: dict[object, list[CheckReport]] = {}
    for check in checks:
        same = (check.verdict, check.rationale, check.hint, check.misconception, check.visibility, check.evidence)
        groups.setdefault(same, []).append(check)
    return list(groups.values())


def _reasons(checks: Sequence[CheckReport]) -> Iterator[str]:
    return (check.rationale for check in checks if check.verdict is Verdict.NOT_STARTED and check.rationale)


def _claim(check: CheckReport) -> _Marked:
    """The claim of a check; of one that holds and is not paid, or that nobody has asked about yet, why."""
    return _Marked(
        verdict=check.verdict,
        text=check.title,
        points=_of(check.points, check.max_points),
        remark=check.rationale if check.verdict in {Verdict.PASSED, Verdict.DEFERRED} else "",
    )


def _of(points: int | None, max_points: int) -> str:
    """Points as they are written everywhere; what is unknown is no number."""
    return f"{'?' if points is None else points}/{max_points}"


def _printed(visibility: Visibility) -> Said:
    return say("page.printed" if visibility is Visibility.VISIBLE else "page.printed_hidden")


def _remarks(check: CheckReport, report: Report) -> Iterator[Said]:
    if check.visibility is Visibility.HIDDEN and check.verdict is not Verdict.UNGRADED:
        yield say("page.hidden" if report.audience == "student" else "page.hidden_question")
    if check.misconception is not None and report.audience == "instructor":
        yield say("page.misconception", name=check.misconception)
