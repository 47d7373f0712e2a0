"""Ideas that the formats of classrooms share: how a check stands, whose view they show, and how much room they have.

A classroom's page is a student's. So these formats leave out hidden values whatever report they are given. Names of
folders of the grading machine are left out by `for_audience`, which knows the machine; the commands call it before.
"""

import enum
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from grader.records import Verdict
from grader.report.record import CheckReport, Report
from grader.report.texts import with_texts
from grader.report.views import without_hidden
from grader.words.plain import printable

# More than any text of a report has.
_LONGEST_TEXT = 1 << 14


_STOPPED = (Verdict.ERRORED, Verdict.TIMED_OUT, Verdict.CRASHED)


class Standing(enum.Enum):
    """The state of a check for a client that knows little more than pass and fail."""

    EARNED = enum.auto()
    HOLDS = enum.auto()
    MISSED = enum.auto()
    LATER = enum.auto()
    OURS = enum.auto()


def standing_of(check: CheckReport) -> Standing:
    """All its points are earned, or some are missed, or they are not known.

    They are not known where the claim holds and another check decides whether it is paid (see `witnessed`). Nor are
    they where it is graded later, or where our own fault kept it from being graded.
    """
    match check.verdict:
        case Verdict.PASSED if check.points is None:
            return Standing.HOLDS
        case Verdict.PASSED:
            return Standing.EARNED if check.points == check.max_points else Standing.MISSED
        case Verdict.FAILED | Verdict.ERRORED | Verdict.TIMED_OUT | Verdict.CRASHED | Verdict.NOT_STARTED:
            return Standing.MISSED
        case Verdict.DEFERRED:
            return Standing.LATER
        case Verdict.UNGRADED:
            return Standing.OURS


def missed_status_of(check: CheckReport) -> Literal["fail", "error"]:
    """For clients that tell stopped code from a wrong answer. A claim that holds and is not paid fails."""
    return "error" if check.verdict in _STOPPED else "fail"


def nothing_was_graded(report: Report) -> bool:
    """Has our own fault left no points known of all that was begun? Then there is no result to hand on."""
    begun = {
        standing_of(check)
        for exercise in report.exercises
        for check in exercise.checks
        if check.verdict is not Verdict.NOT_STARTED
    }
    return Standing.OURS in begun and not begun & {Standing.EARNED, Standing.MISSED}


def for_classroom(report: Report) -> Report:
    """The report without hidden values, and with texts that no client takes for commands of a terminal or of JSON."""
    return with_texts(without_hidden(report), printable)


def fitted(make: Callable[[int], str], max_bytes: int) -> str:
    """The document of at most so many bytes that keeps most of its texts; `make` is given how long one may be."""
    limit = _LONGEST_TEXT
    while len((document := make(limit)).encode()) > max_bytes and limit:
        limit //= 2
    return document


# Any: JSON.
def as_json(document: dict[str, Any]) -> str:
    """An indented JSON document with a newline at its end; what is None is left out at the top and in the tests."""
    present = _present(document)
    present["tests"] = [_present(test) for test in document["tests"]]
    return msgspec.json.format(msgspec.json.encode(present), indent=2).decode() + "\n"


def _present(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if value is not None}
