"""Puts a report together from what was observed, judged and recognised. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.authoring import Check
from grader.course.catalog import Catalog, Chapter, Exercise
from grader.course.misconceptions import Misconception
from grader.inside.said import Said, say
from grader.inside.sizes import MAX_NOTE_BYTES, cut_said, cut_text
from grader.inside.wire import Note
from grader.judging.judgement import Judgement
from grader.judging.scoring import UNKNOWN, exercise_verdict, points_of
from grader.observing.record import Observed
from grader.records import Evidence, Outcome, Question, Row, Verdict, Visibility
from grader.report.record import (
    SCHEMA,
    CapturedOutput,
    CheckReport,
    Coverage,
    EvidenceReport,
    ExerciseReport,
    NoteReport,
    Report,
    SubmissionReport,
    Versions,
)
from grader.report.texts import as_one_text, with_texts
from grader.words import Language
from grader.words.plain import printable

# Nothing is left to do for the student.
_DONE = (Verdict.PASSED, Verdict.DEFERRED)
# Of so short a text, escapes may be shown in full.
_SHORT_BYTES = 400

_MAX_RATIONALE_BYTES = 1000
_MAX_SAID_BYTES = 300
_MAX_ORIGIN_NOTE_BYTES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything that is known of a submission when it has been graded. Mappings are by check id."""

    observed: Observed
    judgements: Mapping[str, Judgement]
    misconceptions: Mapping[str, Misconception]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """When, with what and how it was graded."""

    seed: str | None
    created: str
    duration_seconds: float
    versions: Versions
    isolation: tuple[str, ...]
    coverage: Coverage
    isolation_missing: tuple[str, ...] = ()


def build_report(
    catalog: Catalog, checks: Sequence[Check], findings: Findings, circumstances: Circumstances, language: Language
) -> Report:
    """The instructor's report, in one language."""
    page = _Page(findings, language)
    exercises = tuple(
        page.exercise(chapter, exercise, [check for check in checks if check.cases.exercise == exercise.id])
        for chapter in catalog.chapter
        for exercise in chapter.exercise
    )
    verdicts = Counter(check.verdict for exercise in exercises for check in exercise.checks)
    points = sum(exercise.points for exercise in exercises)
    max_points = sum(exercise.max_points for exercise in exercises)
    step = catalog.next_step({exercise.id for exercise in exercises if exercise.verdict in _DONE})
    report = Report(
        schema=SCHEMA,
        audience="instructor",
        language=language.name,
        seed=circumstances.seed,
        created=circumstances.created,
        duration_seconds=round(circumstances.duration_seconds, 3),
        versions=circumstances.versions,
        isolation=circumstances.isolation,
        isolation_missing=circumstances.isolation_missing,
        submission=SubmissionReport(
            name=findings.observed.name,
            digest=findings.observed.digest,
            files=page.files(),
            notes=tuple(map(page.note, findings.observed.notes)),
            output=findings.observed.import_output,
            unread=tuple(map(language.say, findings.observed.unread)),
            student=findings.observed.student,
        ),
        points=points,
        max_points=max_points,
        # With full marks there is nothing that a person could find in what was not read.
        needs_review=any(exercise.verdict is Verdict.UNGRADED for exercise in exercises)
        or (bool(findings.observed.unread) and points < max_points),
        verdicts={verdict.value: verdicts[verdict] for verdict in Verdict},
        exercises=exercises,
        next=step.id if step else None,
        coverage=circumstances.coverage,
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


class _Page:
    """Writes what was found in one language."""

    def __init__(self, findings: Findings, language: Language) -> None:
        self._findings = findings
        self._language = language

    def files(self) -> tuple[str, ...]:
        """The names of the files, and how many more there are."""
        observed = self._findings.observed
        more = [self._language.say(say("note.more_files", count=observed.more_files))] if observed.more_files else []
        return (*observed.files, *more)

    def note(self, note: Note) -> NoteReport:
        """A note on what went wrong with a file."""
        text = cut_text(self._language.say(note.said), MAX_NOTE_BYTES)
        return NoteReport(file=note.file, line=note.line, text=text, failed=note.failed, said=note.said)

    def exercise(self, chapter: Chapter, exercise: Exercise, checks: Sequence[Check]) -> ExerciseReport:
        """One exercise with its checks."""
        findings = self._findings
        verdicts = {check.id: findings.judgements[check.id].outcome.verdict for check in checks}
        points = points_of(checks, verdicts)
        origin = findings.observed.origins[exercise.id]
        return ExerciseReport(
            id=exercise.id,
            chapter=chapter.id,
            title=exercise.title,
            docs=exercise.docs,
            verdict=exercise_verdict(list(verdicts.values())),
            points=sum(value or 0 for value in points.values()),
            max_points=sum(check.points for check in checks),
            source=origin.file,
            line=origin.line,
            notes=tuple(cut_text(self._language.say(note), _MAX_ORIGIN_NOTE_BYTES) for note in origin.notes),
            output=tuple(_output(exercise.id, findings.observed.rows)),
            checks=tuple(self._check(check, exercise, points[check.id]) for check in checks),
        )

    def _check(self, check: Check, exercise: Exercise, points: int | None) -> CheckReport:
        outcome = self._findings.judgements[check.id].outcome
        misconception = self._findings.misconceptions.get(check.id)
        said = _rationale(outcome, points, check)
        return CheckReport(
            id=check.id,
            title=self._language.say(check.title),
            verdict=outcome.verdict,
            points=points,
            max_points=check.points,
            visibility=outcome.visibility,
            witnessed=check.witnessed,
            # Names of files, and keys of a result, may stand there, which a submission chooses.
            rationale=cut_text(self._language.text(said), _MAX_RATIONALE_BYTES),
            hint=self._hint(outcome, exercise, misconception),
            misconception=misconception.reported_id if misconception else None,
            said=cut_said(said, _MAX_SAID_BYTES),
            evidence=self._evidence(outcome.evidence),
        )

    def _hint(self, outcome: Outcome, exercise: Exercise, misconception: Misconception | None) -> str | None:
        """The most particular question there is; none where nothing went wrong that a question could dissolve."""
        if outcome.verdict in (Verdict.PASSED, Verdict.NOT_STARTED, *UNKNOWN):
            return None
        if misconception:
            return misconception.hint
        return self._language.say(outcome.hint) if outcome.hint else exercise.hint

    def _evidence(self, evidence: Evidence | None) -> EvidenceReport | None:
        if evidence is None:
            return None
        detail = evidence.detail
        return EvidenceReport(
            call=evidence.call,
            code=evidence.code,
            actual=evidence.actual,
            expected=evidence.expected,
            detail=self._language.say(detail) if isinstance(detail, Said) else detail,
        )


def _rationale(outcome: Outcome, points: int | None, check: Check) -> tuple[Said, ...]:
    if outcome.verdict is not Verdict.PASSED or points == check.points:
        return outcome.rationale
    return (say("judged.unpaid_unknown" if points is None else "judged.unpaid"),)


def _output(exercise: str, rows: Sequence[tuple[Question, Row]]) -> list[CapturedOutput]:
    texts: dict[Visibility, str] = {}
    for question, row in rows:
        if question.exercise == exercise and row.output:
            texts[question.visibility] = texts.get(question.visibility, "") + row.output
    return [CapturedOutput(visibility=visibility, text=text) for visibility, text in texts.items()]
