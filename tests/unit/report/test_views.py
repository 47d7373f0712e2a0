"""Who sees what of a report."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from grader.model import Verdict, Visibility
from grader.report import Audience, Report, for_audience
from grader.report.json import render_json
from grader.report.text import render_text
from tests.unit.records import ALL_VERDICTS, CANARY, report_of

WORST_FIRST = report_of(*reversed(Verdict))
"""As a text, it shows the first check with its evidence."""


@pytest.mark.parametrize("render", [render_json, render_text])
def test_the_students_view_holds_nothing_hidden(render: Callable[[Report], str]) -> None:
    """No seed; of hidden questions no evidence and no output, in whatever form it is written."""
    assert CANARY in render(WORST_FIRST)
    assert CANARY not in render(for_audience(WORST_FIRST, Audience.STUDENT))


def test_everything_else_stays_for_students() -> None:
    """Verdicts, points, rationales and hints, what visible questions printed, and what the import printed."""
    [exercise] = ALL_VERDICTS.exercises
    checks = tuple(replace(check, evidence=None) for check in exercise.checks)
    visible = tuple(output for output in exercise.output if output.text == "seen")
    assert len(visible) == 1
    seen = for_audience(ALL_VERDICTS, Audience.STUDENT)
    exercises = (replace(exercise, output=visible, checks=checks),)
    assert seen == replace(ALL_VERDICTS, audience="student", seed=None, exercises=exercises)


def test_visible_evidence_stays_for_students() -> None:
    """What happened with a visible question may be shown with its values."""
    whole = report_of(Verdict.FAILED, visibility=Visibility.VISIBLE)
    seen = for_audience(whole, Audience.STUDENT)
    assert seen.exercises[0].checks == whole.exercises[0].checks


def test_the_owners_view_is_everything() -> None:
    """Nothing is left out for the instructor."""
    assert for_audience(ALL_VERDICTS, Audience.INSTRUCTOR) is ALL_VERDICTS
