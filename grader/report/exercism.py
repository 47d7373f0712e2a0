"""A report as the `results.json` of an Exercism test runner, version 3.

A check is a test. It is a `pass` where all its points are earned, and `fail` where the answer is wrong or absent. It is
an `error` where the code raised, ran out of time or ended its process. Exercism knows no points, so what holds and is
not paid fails.

Our own fault is a test with `error` whose message says so. Where nothing that was begun could be graded, no test is
told, and the whole is an `error` with that message. A check that is graded later is no test here.
"""

from collections.abc import Iterator
from typing import Any

from grader.inside.said import say
from grader.inside.sizes import cut_text
from grader.report.classroom import Standing, as_json, for_classroom, missed_status_of, nothing_was_graded, standing_of
from grader.report.lines import told_of
from grader.report.record import CheckReport, ExerciseReport, Report
from grader.words import Language, own_language

MAX_OUTPUT_CHARACTERS = 500
"""The limit of the interface's page (exercism/docs, building/tooling/test-runners/interface.md)."""
MAX_MESSAGE_BYTES = 65_535
"""So much of a message the website keeps (app/models/submission/test_run.rb)."""


def render_exercism(report: Report) -> str:
    """The results of one submission."""
    shown, language = for_classroom(report), own_language(report.language)
    if nothing_was_graded(shown):
        return as_json(_whole_error(language.say(say("page.nothing_graded"))))
    tests = [
        test for number, exercise in enumerate(shown.exercises, start=1) for test in _tests(exercise, number, language)
    ]
    if not tests:
        return as_json(_whole_error(language.say(say("page.nothing_asked"))))
    passed = all(test["status"] == "pass" for test in tests)
    return as_json({"version": 3, "status": "pass" if passed else "fail", "tests": tests})


# Any: JSON.
def _whole_error(message: str) -> dict[str, Any]:
    return {"version": 3, "status": "error", "message": message, "tests": []}


def _tests(exercise: ExerciseReport, number: int, language: Language) -> Iterator[dict[str, Any]]:
    """The tests of an exercise, which is a task of this number; with the first stands what its function printed."""
    printed = "".join(output.text for output in exercise.output)
    for check in exercise.checks:
        status = _status(check)
        if status is None:
            continue
        yield {
            "name": f"{exercise.id}: {check.title}",
            "status": status,
            "message": None if status == "pass" else _message(check, language),
            "test_code": check.evidence.call if check.evidence else None,
            "output": _cut(printed, language) if printed else None,
            "task_id": number,
        }
        printed = ""


def _status(check: CheckReport) -> str | None:
    match standing_of(check):
        case Standing.EARNED | Standing.HOLDS:
            return "pass"
        case Standing.MISSED:
            return missed_status_of(check)
        case Standing.OURS:
            return "error"
        case Standing.LATER:
            return None


def _message(check: CheckReport, language: Language) -> str:
    return cut_text("\n".join(told_of(check, language)) or check.title, MAX_MESSAGE_BYTES)


def _cut(text: str, language: Language) -> str:
    if len(text) <= MAX_OUTPUT_CHARACTERS:
        return text
    remark = f"\n{language.say(say('page.output_cut', limit=MAX_OUTPUT_CHARACTERS))}"
    return text[: MAX_OUTPUT_CHARACTERS - len(remark)] + remark
