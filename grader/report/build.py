"""Puts a report together from what was observed, judged and recognised. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.authoring import Check, Judgement
from grader.catalog import Catalog, Chapter, Exercise
from grader.misconceptions import Misconception
from grader.model import Outcome, Question, Row, Verdict, Visibility
from grader.observed import Observed
from grader.plain import printable
from grader.report.record import (
    SCHEMA,
    CapturedOutput,
    CheckReport,
    ExerciseReport,
    Report,
    SubmissionReport,
    Versions,
)
from grader.report.texts import as_one_text, with_texts
from grader.room import cut_text
from grader.scoring import exercise_verdict, points_of

# Of so short a text, escapes may be shown in full.
_SHORT_BYTES = 400

_UNPAID = "This holds, and earns its points as soon as the numbers are right, too."
_UNKNOWN = "This holds, and earns its points if the numbers are right, which could not be graded."


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything that is known of a submission when it has been graded. Mappings are by check id."""

    observed: Observed
    judgements: Mapping[str, Judgement]
    misconceptions: Mapping[str, Misconception]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """When, with what and how it was graded."""

    seed: str
    created: str
    duration_seconds: float
    versions: Versions
    isolation: tuple[str, ...]


def build_report(catalog: Catalog, checks: Sequence[Check], findings: Findings, circumstances: Circumstances) -> Report:
    """The instructor's report."""
    exercises = tuple(
        _exercise(chapter, exercise, [check for check in checks if check.cases.exercise == exercise.id], findings)
        for chapter in catalog.chapter
        for exercise in chapter.exercise
    )
    verdicts = Counter(check.verdict for exercise in exercises for check in exercise.checks)
    points = sum(exercise.points for exercise in exercises)
    max_points = sum(exercise.max_points for exercise in exercises)
    report = Report(
        schema=SCHEMA,
        audience="instructor",
        seed=circumstances.seed,
        created=circumstances.created,
        duration_seconds=round(circumstances.duration_seconds, 3),
        versions=circumstances.versions,
        isolation=circumstances.isolation,
        submission=SubmissionReport(
            name=findings.observed.name,
            digest=findings.observed.digest,
            files=findings.observed.files,
            notes=findings.observed.notes,
            output=findings.observed.import_output,
            unread=findings.observed.unread,
        ),
        points=points,
        max_points=max_points,
        # With full marks there is nothing that a person could find in what was not read.
        needs_review=any(exercise.verdict is Verdict.UNGRADED for exercise in exercises)
        or (bool(findings.observed.unread) and points < max_points),
        verdicts={verdict.value: verdicts[verdict] for verdict in Verdict},
        exercises=exercises,
    )
    # Here, and nowhere else: whatever a text came from, no view and no format of it disturbs its reader.
    return report if _is_fit_to_be_read(report) else with_texts(report, _fit_to_be_read)


def _is_fit_to_be_read(report: Report) -> bool:
    try:
        whole = as_one_text(report)
    except UnicodeEncodeError:
        return False
    return whole.isprintable() and "\\u" not in whole


def _fit_to_be_read(text: str) -> str:
    """A text that disturbs nobody. Escapes take no more room than the text had, so that it keeps to its limit."""
    plain = printable(text)
    return plain if plain is text else cut_text(plain, max(_SHORT_BYTES, len(text.encode(errors="replace"))))


def _exercise(chapter: Chapter, exercise: Exercise, checks: Sequence[Check], findings: Findings) -> ExerciseReport:
    verdicts = {check.id: findings.judgements[check.id].outcome.verdict for check in checks}
    points = points_of(checks, verdicts)
    source = findings.observed.sources[exercise.id]
    return ExerciseReport(
        id=exercise.id,
        chapter=chapter.id,
        title=exercise.title,
        verdict=exercise_verdict(list(verdicts.values())),
        points=sum(value or 0 for value in points.values()),
        max_points=sum(check.points for check in checks),
        source=source.file,
        notes=source.notes,
        output=tuple(_output(exercise.id, findings.observed.rows)),
        checks=tuple(_check(check, exercise, points[check.id], findings) for check in checks),
    )


def _check(check: Check, exercise: Exercise, points: int | None, findings: Findings) -> CheckReport:
    outcome = findings.judgements[check.id].outcome
    misconception = findings.misconceptions.get(check.id)
    return CheckReport(
        id=check.id,
        title=check.title,
        verdict=outcome.verdict,
        points=points,
        max_points=check.points,
        visibility=outcome.visibility,
        witnessed=check.witnessed,
        rationale=_rationale(outcome, points, check),
        hint=_hint(outcome, exercise, misconception),
        misconception=misconception.reported_id if misconception else None,
        evidence=outcome.evidence,
    )


def _rationale(outcome: Outcome, points: int | None, check: Check) -> str:
    if outcome.verdict is not Verdict.PASSED or points == check.points:
        return outcome.rationale
    return _UNKNOWN if points is None else _UNPAID


def _hint(outcome: Outcome, exercise: Exercise, misconception: Misconception | None) -> str | None:
    """The most particular question there is; none where nothing went wrong that a question could dissolve."""
    if outcome.verdict in (Verdict.PASSED, Verdict.NOT_STARTED, Verdict.UNGRADED):
        return None
    return misconception.hint if misconception else outcome.hint or exercise.hint


def _output(exercise: str, rows: Sequence[tuple[Question, Row]]) -> list[CapturedOutput]:
    texts: dict[Visibility, str] = {}
    for question, row in rows:
        if question.exercise == exercise and row.output:
            texts[question.visibility] = texts.get(question.visibility, "") + row.output
    return [CapturedOutput(visibility=visibility, text=text) for visibility, text in texts.items()]
