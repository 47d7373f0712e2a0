"""What the engine makes of second answers, and of a submission whose time is used up."""

import contextlib
import sys
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from grader.catalog import load_catalog
from grader.engine import Engine, _asked_again
from grader.model import Answered, Layer, Limits, Question, Row, TimedOut, Verdict
from grader.report import Report
from grader.sandbox import Launcher, confined_launcher
from grader.sandbox.launcher import Process
from grader.sandbox.spawn import SpawnLauncher
from tests.observe.conftest import source_tree
from tests.support import misconception, right_answer


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
    with contextlib.closing(launch(limits)) as launcher:
        tree = source_tree(a=source)
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


class Counting:
    """Another launcher, and how many workers it has started."""

    def __init__(self, launcher: Launcher) -> None:
        self.started = 0
        self._launcher = launcher

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The other one's."""
        return self._launcher.layers

    def start(self) -> Process:
        """Count, and start one."""
        self.started += 1
        return self._launcher.start()

    def shared(self) -> Launcher:
        """Not counted."""
        return self._launcher.shared()

    def close(self) -> None:
        """Close the other one."""
        self._launcher.close()


# The second function fails, in a worker that the first one ran in before.
_INDEPENDENT = right_answer("jacobian_2xtx") + "def gradient(f, x):\n    seen = []\n    return x\n"
_INFLUENCED = "seen = []\n" + _INDEPENDENT.replace("    seen = []\n", "    seen.append(x)\n")


@pytest.mark.parametrize(
    ("source", "again"),
    [
        pytest.param(right_answer("jacobian_2xtx") + right_answer("gradient"), False, id="right"),
        pytest.param(_INDEPENDENT, False, id="independent"),
        pytest.param(_INFLUENCED, True, id="influenced"),
    ],
)
def test_what_failed_is_asked_again_where_its_answer_could_change(source: str, again: bool) -> None:
    """In a worker of its own, unless nothing that ran before can have changed it."""
    limits = Limits()
    catalog = load_catalog().select(["jacobian_2xtx", "gradient"])
    with contextlib.closing(Counting(confined_launcher(limits))) as launcher:
        engine = Engine(catalog, "1", limits, launcher)
        engine.prepare()
        before = launcher.started
        tree = source_tree(a=source)
        report = engine.session(lambda grading: grading.grade(tree).report)
    assert (launcher.started - before > 1) is again
    assert report.exercises[0].verdict is Verdict.PASSED
