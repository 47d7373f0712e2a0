"""What the engine makes of second answers, and of a submission whose time is used up."""

import contextlib
import sys
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from grader.catalog import load_catalog
from grader.engine import Engine, _asked_again
from grader.model import Answered, Limits, Question, Row, TimedOut, Verdict
from grader.report import Report
from grader.sandbox import Launcher, confined_launcher
from grader.sandbox.spawn import SpawnLauncher
from grader.submission import SourceTree
from grader.wire import Cell, SourceFile
from tests.support import misconception


def question(number: int) -> Question:
    """Some question."""
    return Question(exercise="gradient", inputs=(("x", number),))


def test_no_answer_is_given_up_because_time_ran_out() -> None:
    """A second answer counts, unless the submission's time did not suffice for it: then the first one stays."""
    again = {
        question(1): Row(observation=Answered(facts=())),
        question(2): Row(observation=TimedOut(limit="submission", seconds=1)),
        question(3): Row(observation=TimedOut(limit="cpu", seconds=1)),
    }
    assert set(_asked_again(again)) == {question(1), question(3)}


def graded(source: str, limits: Limits, launch: Callable[[Limits], Launcher] = confined_launcher) -> Report:
    """The report on one file with `jacobian_2xtx` and `gradient`."""
    catalog = load_catalog().select(["jacobian_2xtx", "gradient"])
    file = SourceFile(path="a.py", stem="a", cells=(Cell(file="a.py", source=source),))
    with contextlib.closing(launch(limits)) as launcher:
        tree = SourceTree(name="a.py", digest="0", files=(file,), notes=())
        return Engine(catalog, "1", limits, launcher).session(lambda grading: grading.grade(tree).report)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is one way to start workers only")
def test_how_workers_are_started_changes_nothing() -> None:
    """A report is the same with spawned workers as with forked ones, but for the layers it names."""
    source = (
        "import os\nprint('once')\ndef jacobian_2xtx(x):\n    os._exit(2) if x.numel() == 1 else None\n    return x\n"
        + misconception("gradient", "hand_coded")
    )
    forked = graded(source, Limits())
    spawned = graded(source, Limits(), lambda _: SpawnLauncher())
    assert spawned.isolation != forked.isolation
    same = {"created": "", "duration_seconds": 0.0, "isolation": ()}
    assert replace(spawned, **same) == replace(forked, **same)


def test_a_submission_has_a_budget() -> None:
    """When the submission's time is used up, what was not asked is timed_out, and the denominator is the same."""
    hangs = "def jacobian_2xtx(x):\n    while True: pass\ndef gradient(f, x):\n    return x\n"
    report = graded(hangs, Limits(question_seconds=0.3, submission_seconds=0.0))
    assert {exercise.verdict for exercise in report.exercises} == {Verdict.TIMED_OUT}
    assert "submission's time" in report.exercises[0].checks[0].rationale
    assert report.max_points == graded("", Limits()).max_points
