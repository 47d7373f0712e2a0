"""Whose work it is, where the student has said so."""

from collections.abc import Iterator

from grader.inside.said import Listed, Said, say
from grader.report.record import Report


def whose(report: Report) -> Iterator[Said]:
    """A sentence with what the student has filled in. A classroom knows better, and its formats leave it away."""
    if (student := report.submission.student) is not None:
        filled = tuple(text for text in (student.name, student.id, student.email) if text)
        yield say("page.student", student=Listed(things=filled))
