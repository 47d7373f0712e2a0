"""Who sees what of a report."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from grader.catalog import ROOT
from grader.model import Evidence, Verdict, Visibility
from grader.report import Audience, CapturedOutput, Report, for_audience
from grader.report.json import render_json
from grader.report.text import render_text
from grader.wire import Note
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


@pytest.mark.parametrize("place", [str(ROOT), sys.prefix, sys.base_prefix, str(Path.home())])
def test_no_folder_of_the_machine_is_told_to_students(place: str) -> None:
    """Python puts paths into messages, and a submission may print them; the instructor sees them as they are."""
    [exercise] = ALL_VERDICTS.exercises
    detail = Evidence(detail=f"cannot import x ({place}/lib/x.py)", call="f(x)")
    told = replace(
        ALL_VERDICTS,
        submission=replace(
            ALL_VERDICTS.submission,
            notes=(Note(file="a.py", line=1, text=f"see {place}/x", failed=True),),
            output=f"{place}/x\n",
        ),
        exercises=(
            replace(
                exercise,
                output=(CapturedOutput(visibility=Visibility.VISIBLE, text=f"{place}/x"),),
                checks=(replace(exercise.checks[0], visibility=Visibility.VISIBLE, evidence=detail),),
            ),
        ),
    )
    assert render_json(for_audience(told, Audience.INSTRUCTOR)).count(place) == 4
    seen = for_audience(told, Audience.STUDENT)
    assert place not in render_json(seen)
    [evidence] = [check.evidence for check in seen.exercises[0].checks]
    assert evidence is not None
    assert (evidence.call, evidence.actual) == ("f(x)", None)
