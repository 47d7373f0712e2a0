"""The records of a report; `schema/report-v1.schema.json` is generated from them."""

from typing import Annotated, Literal

from msgspec import Meta

from grader.inside.said import Said
from grader.inside.values import Record
from grader.records import Student, Verdict, Visibility

SCHEMA: Literal["gradlings/report/v1"] = "gradlings/report/v1"

Points = Annotated[int, Meta(ge=0)]


class EvidenceReport(Record):
    """Why, with values; `code` is the line of the submission that raised."""

    call: str | None = None
    code: str | None = None
    actual: str | None = None
    expected: str | None = None
    detail: str | None = None


class NoteReport(Record):
    """Something about a submission's file that its reader should know. `failed` marks code that could not run."""

    file: str
    line: int | None
    text: str
    failed: bool
    said: Annotated[Said, Meta(description="the same as an id, and what stands in the holes of its sentence")]


class CheckReport(Record):
    """One graded claim."""

    id: Annotated[str, Meta(description="exercise.check, the same in every report")]
    title: Annotated[str, Meta(description="what is claimed, in one line")]
    verdict: Verdict
    points: Annotated[
        Points | None, Meta(description="null where they depend on something ungraded: unknown is not zero")
    ]
    max_points: Points
    visibility: Annotated[
        Visibility,
        Meta(description="whether the question that decided may be shown; of a passed check, whether all of them may"),
    ]
    witnessed: Annotated[bool, Meta(description="a side effect, paid only where the exercise's numbers are right")]
    rationale: Annotated[
        str,
        Meta(
            description="what happened; holds no value of a question; of a passed check, why it is not paid, else empty"
        ),
    ]
    hint: Annotated[str | None, Meta(description="what to think about, as a question")]
    misconception: Annotated[str | None, Meta(description="the id of the misconception that was recognised")]
    said: Annotated[
        tuple[Said, ...],
        Meta(description="the rationale as ids, and what stands in the holes of their sentences"),
    ]
    evidence: Annotated[
        EvidenceReport | None,
        Meta(
            description="the call, what came back, what was expected; null for hidden questions in the student's view"
        ),
    ]


class CapturedOutput(Record):
    """The text that an exercise's function printed while questions of one visibility were asked, cut at the limit."""

    visibility: Visibility
    text: str


class Coverage(Record):
    """How much of an exam was asked."""

    asked: Annotated[int, Meta(description="questions that were asked, each once")]
    later: Annotated[int, Meta(description="hidden questions that follow when the work is handed in")]


class ExerciseReport(Record):
    """One exercise with its checks."""

    id: str
    chapter: str
    title: str
    verdict: Annotated[Verdict, Meta(description="that of the worst check")]
    points: Annotated[Points, Meta(description="the sum over its checks, ungraded ones left out")]
    max_points: Points
    source: Annotated[str | None, Meta(description="the file that the graded function is in")]
    notes: Annotated[tuple[str, ...], Meta(description="what a reader should know of how it was found")]
    output: tuple[CapturedOutput, ...]
    checks: tuple[CheckReport, ...]
    line: Annotated[
        int | None, Meta(description="where that function begins in its file; in a notebook, in its cell")
    ] = None
    docs: Annotated[str | None, Meta(description="the page of the library's reference where one reads on")] = None


class SubmissionReport(Record):
    """The submission that was graded."""

    name: str
    digest: Annotated[str, Meta(description="sha256 of all paths and bytes that were read")]
    files: tuple[str, ...]
    notes: Annotated[tuple[NoteReport, ...], Meta(description="what went wrong while the files were read and run")]
    output: Annotated[str, Meta(description="what the files printed while they were imported, cut at the limit")]
    unread: Annotated[
        tuple[str, ...], Meta(description="what could not be read and may hold anything, so that a person has to look")
    ] = ()
    student: Annotated[
        Student | None,
        Meta(description="whose work it is, as `student.toml` says; nobody has verified it; null where it does not"),
    ] = None


class Versions(Record):
    """The software that graded."""

    kit: str
    torch: str
    python: str


class Report(Record, kw_only=True):
    """A submission's report; the denominator is the same whatever happened."""

    schema: Literal["gradlings/report/v1"]
    audience: Literal["instructor", "student"]
    language: Annotated[str, Meta(description="the language of its texts")]
    seed: Annotated[str | None, Meta(description="reproduces the hidden inputs (`--seed`); null in the student's view")]
    created: Annotated[str, Meta(description="UTC, ISO 8601")]
    duration_seconds: float
    versions: Versions
    isolation: Annotated[tuple[str, ...], Meta(description="the layers that really confined the submission's code")]
    isolation_missing: Annotated[
        tuple[str, ...], Meta(description="the layers that this machine refused, or that the command left out")
    ] = ()
    submission: SubmissionReport
    points: Points
    max_points: Points
    needs_review: Annotated[
        bool, Meta(description="some check is ungraded, or something could not be read: a person has to look")
    ]
    verdicts: Annotated[dict[str, int], Meta(description="how many checks have each verdict")]
    exercises: tuple[ExerciseReport, ...]
    next: Annotated[str | None, Meta(description="the exercise to go on with; null where all is done")] = None
    coverage: Annotated[
        Coverage, Meta(description="how much of the course's questions this run asked; zeros where nobody counted")
    ] = Coverage(asked=0, later=0)

    @property
    def is_complete(self) -> bool:
        """Does everything that was checked hold, and is it paid? An exam that leaves questions out may say so, too."""
        checks = [check for exercise in self.exercises for check in exercise.checks]
        return all(check.verdict in (Verdict.PASSED, Verdict.DEFERRED) and check.points != 0 for check in checks)
