"""A check in a few lines of plain text, and the lines that tell a report's total: the same in every format."""

from collections.abc import Iterator

from grader.inside.said import say
from grader.report.coverage import partly
from grader.report.record import CheckReport, Report
from grader.words import Language


def lines_of(check: CheckReport, language: Language) -> Iterator[str]:
    """The claim, and what there is to tell of the check."""
    yield f"{language.say(say('page.should_hold'))} {check.title}"
    yield from told_of(check, language)


def told_of(check: CheckReport, language: Language) -> Iterator[str]:
    """The reason, the values, and what to think about."""
    if check.rationale:
        yield check.rationale
    for label in ("call", "actual", "expected", "detail"):
        if check.evidence and (text := getattr(check.evidence, label)) is not None:
            yield f"{language.say(say(f'page.{label}'))} {text}"
    if check.hint:
        yield f"{language.say(say('page.hint'))} {check.hint}"


def total_of(report: Report, language: Language) -> str:
    """The points, and what a reader has to know about them, each in a line."""
    total = [say("page.total", points=report.points, max_points=report.max_points)]
    if report.needs_review:
        total.append(say("page.review"))
    return "\n".join([language.text(total), *map(language.say, partly(report))])
