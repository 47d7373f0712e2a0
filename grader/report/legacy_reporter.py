"""A report for GitHub Classroom's autograding reporter: lines `id=result` for `GITHUB_OUTPUT`.

The reporter's workflow copies each output of the grading step into a variable of its own, `<ID>_RESULTS`. So one step
grades once, and this document is appended to its `GITHUB_OUTPUT` as it is. A result is the base64 of a JSON object.

The reporter tells two totals: the sum of the scores, and the share of the tests that passed times the maximum. They
agree always where a runner has as many tests of one point as its maximum. So an exercise is a runner, and a check of
three points is three tests. A runner for each check would agree as well. But then a check could not be paid in part,
and a workflow would have to name a hundred of them.

The reporter prints names and messages as they are, so nothing in them may be a workflow command.

Our own fault is an `error` with a score of 0 and a message that says so: the reporter knows no unknown score. So are
points that are given later, but these leave the runner's own status alone, which makes the run red.
"""

import base64
import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from grader.errors import UsageError
from grader.inside.said import say
from grader.inside.sizes import cut_text
from grader.report.classroom import Standing, fitted, for_classroom, missed_status_of, standing_of
from grader.report.record import CheckReport, ExerciseReport, Report

MAX_JSON_BYTES = 95_000
"""Of a runner: Linux takes 131,071 bytes for one variable with its name, and base64 makes four bytes of three."""
MAX_BYTES = 1 << 20
"""Of all runners: the reporter is started with all of them in its environment, for which Linux has 2 MiB."""
_OPEN = (Standing.HOLDS, Standing.LATER)
_NO_LETTER = re.compile(r"[^a-zA-Z0-9]")


def render_legacy_reporter(report: Report) -> str:
    """A line for each exercise, in their order."""
    shown = for_classroom(report)
    names = runner_ids([exercise.id for exercise in shown.exercises])
    room = min(MAX_JSON_BYTES, MAX_BYTES * 3 // 4 // max(1, len(names)))
    return "".join(
        f"{name}={_encoded(exercise, room)}\n" for name, exercise in zip(names, shown.exercises, strict=True)
    )


def runner_ids(exercises: Sequence[str]) -> tuple[str, ...]:
    """The ids of the runners: letters and digits only, no two alike whatever their case.

    With another character in an id, the reporter tells every later error as a malformed list.
    """
    names: list[str] = []
    for exercise in exercises:
        name = _NO_LETTER.sub("", exercise).lower()
        name = name if name[:1].isalpha() else f"e{name}"  # an expression of a workflow takes no other beginning
        number = 1
        while (distinct := name if number == 1 else f"{name}n{number}") in names:
            number += 1
        names.append(distinct)
    return tuple(names)


def _encoded(exercise: ExerciseReport, room: int) -> str:
    """The variable's value; raises `UsageError` where so many points are more tests than it has room for."""
    document = fitted(lambda limit: msgspec.json.encode(_runner(exercise, limit)).decode(), room).encode()
    if len(document) > MAX_JSON_BYTES:
        raise UsageError(say("usage.many_points", exercise=exercise.id, points=exercise.max_points))
    return base64.b64encode(document).decode()


# Any: JSON.
def _runner(exercise: ExerciseReport, limit: int) -> dict[str, Any]:
    told = {_status(check) for check in exercise.checks if standing_of(check) not in _OPEN}
    status = next((status for status in ("fail", "error") if status in told), "pass")
    tests = [test for check in exercise.checks for test in _tests(check, limit)]
    if not tests:  # of none, the reporter makes NaN
        tests = [_test(exercise.id, status, 0, "")]
    return {
        "version": 1,
        "status": status,
        "max_score": exercise.max_points,
        "tests": tests,
    }


def _tests(check: CheckReport, limit: int) -> Iterator[dict[str, Any]]:
    """A test for each point of a check; the earned ones come first. The reason stands with the first that is not."""
    earned = check.points or 0
    status = _status(check)
    for number in range(1, check.max_points + 1):
        name = f"{_in_log(check.title, limit)} {number}/{check.max_points}".strip()
        if number <= earned:
            yield _test(name, "pass", 1, "")
        else:
            is_told = status == "error" and number == earned + 1  # with `fail` it is not printed
            yield _test(name, status, 0, _in_log(check.rationale, limit) if is_told else "")


def _in_log(text: str, limit: int) -> str:
    """A text that is no command where the reporter prints it: in one line, behind others, without the old beginning."""
    return cut_text(" ".join(text.split()).replace("##[", "## ["), limit)


def _status(check: CheckReport) -> str:
    """The status of the points that are not earned."""
    match standing_of(check):
        case Standing.EARNED:
            return "pass"
        case Standing.MISSED:
            return missed_status_of(check)
        case Standing.HOLDS | Standing.LATER | Standing.OURS:
            return "error"


def _test(name: str, status: str, score: int, message: str) -> dict[str, Any]:
    # An absent `line_no`, or any but 0, is printed; without `test_code` "undefined" is.
    return {"name": name, "status": status, "score": score, "message": message, "test_code": "", "line_no": 0}
