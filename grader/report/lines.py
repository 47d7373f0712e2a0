"""A check in a few lines of plain text, and the lines that tell a report's total: the same in every format."""

from collections.abc import Iterator

from grader.inside.said import say
from grader.report.coverage import partly
from grader.report.record import CheckReport, EvidenceReport, Report
from grader.words import Language


def lines_of(check: CheckReport, language: Language) -> Iterator[str]:
    """The claim, and what there is to tell of the check."""
    yield f"{language.say(say('page.should_hold'))} {check.title}"
    yield from told_of(check, language)


def told_of(check: CheckReport, language: Language) -> Iterator[str]:
    """The call and what came of it, the reason, and what to think about."""
    for label, text in labelled(check.evidence, language):
        yield f"{label} {text}"
    if check.rationale:
        yield check.rationale
    if check.hint:
        yield f"{language.say(say('page.hint'))} {check.hint}"


def labelled(evidence: EvidenceReport | None, language: Language) -> Iterator[tuple[str, str]]:
    """The values of a check in the order in which they are read, each with its label."""
    for label in ("call", "code", "actual", "expected", "detail"):
        if evidence is not None and (text := getattr(evidence, label)) is not None:
            yield language.say(say(f"page.{label}")), text


def total_of(report: Report, language: Language) -> str:
    """The points, and what a reader has to know about them, each in a line."""
    total = [say("page.total", points=report.points, max_points=report.max_points)]
    if report.needs_review:
        total.append(say("page.review"))
    return "\n".join([language.text(total), *map(language.say, partly(report))])
