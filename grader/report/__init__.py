"""The report: a frozen record, its views, and its renderers (functions from a report to text)."""

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
from grader.report.views import Audience, for_audience

__all__ = [
    "SCHEMA",
    "Audience",
    "CapturedOutput",
    "CheckReport",
    "Coverage",
    "EvidenceReport",
    "ExerciseReport",
    "NoteReport",
    "Report",
    "SubmissionReport",
    "Versions",
    "for_audience",
]
