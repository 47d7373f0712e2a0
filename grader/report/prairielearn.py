"""A report as PrairieLearn's `results.json`.

`score` is the exact fraction of the points. Our own fault makes the job not gradable, which costs the student no
attempt, and `format_errors` says why. So does a submission that needs review since something in it could not be read.
An ungraded test has no points, and PrairieLearn then shows none of any test.

Other points that are not known yet are 0 of 0, which PrairieLearn shows in grey: those of a check that is graded later.
"""

from typing import Any

from grader.inside.sizes import cut_text
from grader.report.classroom import Standing, as_json, fitted, for_classroom, standing_of
from grader.report.lines import told_of, total_of
from grader.report.record import CheckReport, ExerciseReport, Report
from grader.words import Language, own_language

MAX_BYTES = 1 << 20
"""Over 1 MiB, in bytes, PrairieLearn drops the whole result (apps/grader-host of PrairieLearn)."""


def render_prairielearn(report: Report) -> str:
    """The results of one submission."""
    shown, language = for_classroom(report), own_language(report.language)
    return fitted(lambda limit: as_json(_results(shown, language, limit)), MAX_BYTES)


# Any: JSON.
def _results(report: Report, language: Language, limit: int) -> dict[str, Any]:
    total = total_of(report, language)
    notes = [f"{note.file}: {cut_text(note.text, limit)}" for note in report.submission.notes]
    unread = [cut_text(one, limit) for one in report.submission.unread]
    return {
        "gradable": not report.needs_review,
        "format_errors": [*total.splitlines(), *unread] if report.needs_review else None,
        "score": report.points / report.max_points if report.max_points else 0.0,
        "message": "\n".join([total, *notes]),
        "output": cut_text(report.submission.output, limit),
        "tests": [
            _test(check, exercise, language, limit) for exercise in report.exercises for check in exercise.checks
        ],
    }


def _test(check: CheckReport, exercise: ExerciseReport, language: Language, limit: int) -> dict[str, Any]:
    is_open = standing_of(check) in (Standing.HOLDS, Standing.LATER)
    return {
        "name": exercise.id,
        "description": cut_text(check.title, limit),
        "points": 0 if is_open else check.points,
        "max_points": 0 if is_open else check.max_points,
        "message": cut_text("\n".join(told_of(check, language)), limit),
    }
