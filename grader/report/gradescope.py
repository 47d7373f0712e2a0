"""A report as Gradescope's `results.json`, which Codio reads as well.

Each check is a test that students see, hidden ones too: title, points and what happened hold no value of a question.
One hidden test would hide the student's total. There is no `score` at the top, where Codio would take it for a
percentage: the total is the sum of the tests.

Our own fault is a test without points that is not passed: neither a zero nor part of the maximum. The text at the top
says that a person has to look. A claim that holds has no points either where they depend on what was not graded. A
check that is graded later has neither points nor a status.
"""

from typing import Any

from grader.inside.sizes import cut_text
from grader.report.classroom import Standing, as_json, fitted, for_classroom, standing_of
from grader.report.lines import told_of, total_of
from grader.report.record import CheckReport, ExerciseReport, Report
from grader.words import Language, own_language

MAX_BYTES = 1 << 20
"""Gradescope states no limit; so much a browser shows at once."""


def render_gradescope(report: Report) -> str:
    """The results of one submission."""
    shown, language = for_classroom(report), own_language(report.language)
    return fitted(lambda limit: as_json(_results(shown, language, limit)), MAX_BYTES)


# Any: JSON.
def _results(report: Report, language: Language, limit: int) -> dict[str, Any]:
    notes = [f"{note.file}: {cut_text(note.text, limit)}" for note in report.submission.notes]
    return {
        "execution_time": report.duration_seconds,
        "output": "\n".join([total_of(report, language), *notes]),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "tests": [
            _test(check, exercise, language, limit) for exercise in report.exercises for check in exercise.checks
        ],
    }


def _test(check: CheckReport, exercise: ExerciseReport, language: Language, limit: int) -> dict[str, Any]:
    is_known = check.points is not None
    return {
        "name": cut_text(f"{exercise.id}: {check.title}", max(limit, len(exercise.id.encode()))),
        "status": _status(check),
        "score": check.points,
        "max_score": check.max_points if is_known else None,
        "output": cut_text("\n".join(told_of(check, language)), limit),
        "extra_data": {
            "id": check.id,
            "verdict": check.verdict.value,
            "max_points": check.max_points,
            "misconception": check.misconception,
        },
    }


def _status(check: CheckReport) -> str | None:
    match standing_of(check):
        case Standing.EARNED | Standing.HOLDS:
            return "passed"
        case Standing.MISSED | Standing.OURS:
            return "failed"
        case Standing.LATER:
            return None
