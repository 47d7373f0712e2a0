"""How much of an exam a report is about, in sentences: every total says so where it is not all."""

from collections.abc import Iterator

from grader.inside.said import Said, say
from grader.records import Verdict
from grader.report.record import Report


def partly(report: Report) -> Iterator[Said]:
    """Sentences that stand beside the total, where questions are left out."""
    asked, later = report.coverage.asked, report.coverage.later
    if later:
        yield say("page.partial", asked=asked, all=asked + later)
    checks = [check for exercise in report.exercises for check in exercise.checks]
    if points := sum(check.max_points for check in checks if check.verdict is Verdict.DEFERRED):
        yield say("page.later", points=points)
