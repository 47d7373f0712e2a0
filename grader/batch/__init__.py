"""Grades a class: one report for each submission, and tables of them all."""

from grader.batch.documents import Documents
from grader.batch.entry import Entry, observed_of
from grader.batch.find import Handed, find_submissions
from grader.batch.jobs import Grading, graded
from grader.batch.moves import Move, told
from grader.batch.reveal import require_asked, require_finished
from grader.batch.run import BatchResult, Regraded, grade_batch, load_batch, open_journal, plan_batch, regrade_batch

__all__ = [
    "BatchResult",
    "Documents",
    "Entry",
    "Grading",
    "Handed",
    "Move",
    "Regraded",
    "find_submissions",
    "grade_batch",
    "graded",
    "load_batch",
    "observed_of",
    "open_journal",
    "plan_batch",
    "regrade_batch",
    "require_asked",
    "require_finished",
    "told",
]
