"""Grading a submission in an exam: all of it or some, to its end, or until nobody wants to know any more."""

import contextlib
import re
import sys
import threading
import time
from collections.abc import Iterator, Sequence

import psutil
import pytest
from msgspec.structs import replace

from grader.errors import EnvironmentFault, UsageError
from grader.exam import LiveExam
from grader.grading import Graded, Grader
from grader.inside.layers import Layer
from grader.inside.said import say
from grader.observing.allowance import Allowance
from grader.records import Limits, TimedOut, Verdict
from grader.report import ExerciseReport
from grader.sandbox import Cancelled, Launcher, Session, confined_launcher
from grader.sandbox.launcher import Process
from grader.sandbox.spawn import SpawnLauncher
from tests.observe.conftest import source_tree
from tests.support import COURSE, misconception, right_answer
from tests.unit.graded import graded


def grader_of(launcher: Launcher, limits: Limits, *exercises: str) -> Grader:
    """A grader of an exam whose misconceptions have answered."""
    exam = LiveExam(COURSE, "1", exercises, launcher, limits)
    for exercise in exam.catalog.exercise_ids:
        exam.suspects(exercise)
    return Grader(exam, launcher, limits)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is one way to start workers only")
def test_how_workers_are_started_changes_nothing() -> None:
    """A report is the same with spawned workers as with forked ones, but for the layers it names."""
    source = (
        "import os\nprint('once')\ndef jacobian_2xtx(x):\n    os._exit(2) if x.numel() == 1 else None\n    return x\n"
        + misconception("gradient", "hand_coded")
    )
    forked = graded(source, Limits())
    spawned = graded(source, Limits(), lambda _, equipment: SpawnLauncher(equipment))
    assert spawned.isolation != forked.isolation
    same = {"created": "", "duration_seconds": 0.0, "isolation": (), "isolation_missing": ()}
    assert replace(spawned, **same) == replace(forked, **same)


def test_a_submission_has_a_budget() -> None:
    """When the submission's time is used up, what was not asked is timed_out, and the denominator is the same."""
    hangs = "def jacobian_2xtx(x):\n    while True: pass\ndef gradient(f, x):\n    return x\n"
    report = graded(hangs, Limits(question_seconds=0.3, submission_seconds=0.0))
    assert {exercise.verdict for exercise in report.exercises} == {Verdict.TIMED_OUT}
    assert "submission's time" in report.exercises[0].checks[0].rationale
    assert report.max_points == graded("", Limits()).max_points


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells waiting from waiting for a core")
def test_what_never_ends_costs_its_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Computing, waiting, both in turn, or holding the lock of Python: all tries come to no more, in every exercise.

    Who reads the report is told all that time, as it was.
    """
    lost: list[float] = []
    receive = Session.receive

    def noted(session: Session, seconds: float) -> object:
        report = receive(session, seconds)
        if isinstance(report, TimedOut):
            lost.append(report.seconds)
            assert report.limit in {"cpu", "blocked"}
        return report

    monkeypatch.setattr(Session, "receive", noted)
    limits = Limits(question_seconds=0.2, wall_factor=1000.0)
    bodies = (
        "while True: pass",
        "time.sleep(1000)",
        "while True: sum(range(100_000)), time.sleep(0.01)",
        "sum(range(10**12))",
        "ctypes.PyDLL(None).sleep(1000)",
    )
    with (
        contextlib.closing(confined_launcher(limits, COURSE.equipment)) as launcher,
        grader_of(launcher, limits, "jacobian_2xtx", "gradient") as grader,
    ):
        for body in bodies:
            source = f"import ctypes, time\ndef jacobian_2xtx(x):\n    return x\ndef gradient(f, x):\n    {body}\n"
            lost.clear()
            report = grader.grade(source_tree(a=source)).report
            assert report.exercises[1].verdict is Verdict.TIMED_OUT
            assert lost == [0.05, 0.2]
            assert "0.25 s" in report.exercises[1].checks[0].rationale


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells waiting from waiting for a core")
def test_many_that_never_end_leave_the_others_their_points(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them costs less than the one before, and the denominator is that of any other submission."""
    exercises = ("jacobian_2xtx", "make_leaf", "gradient", "grads_or_zeros", "zero_then_grad")
    lost: list[float] = []
    lose = Allowance.lose

    def noted(allowance: Allowance, exercise: str, seconds: float) -> None:
        lost.append(seconds)
        lose(allowance, exercise, seconds)

    monkeypatch.setattr(Allowance, "lose", noted)
    loops = "".join(f"def {name}(*_):\n    while True: pass\n" for name in exercises[:-1])
    limits = Limits(question_seconds=0.4, wall_factor=1000.0)
    report = graded(right_answer(exercises[-1]) + loops, limits, exercises=exercises)
    assert [one.verdict for one in report.exercises] == [*[Verdict.TIMED_OUT] * 4, Verdict.PASSED]
    assert lost == [0.4, 0.2, 0.1, 0.1]
    assert report.max_points == graded("", limits, exercises=exercises).max_points
    assert report.points == report.exercises[-1].max_points


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells waiting from waiting for a core")
def test_a_slow_answer_keeps_its_points() -> None:
    """It may be too slow to be asked beside others, but not alone, also where another function never ends."""
    slow = right_answer("gradient").replace(":\n", ":\n    if first.pop(): burn(0.8)\n    first.append(False)\n", 1)
    helper = (
        "import time\nfirst = [True]\n"
        "def burn(seconds):\n    end = time.process_time() + seconds\n    while time.process_time() < end: pass\n"
    )
    other = "def make_leaf(values, scale):\n    while True: pass\n"
    limits = Limits(question_seconds=2.0, wall_factor=1000.0)
    exercises = ("jacobian_2xtx", "make_leaf", "gradient")
    report = graded(helper + right_answer("jacobian_2xtx") + slow + other, limits, exercises=exercises)
    assert [one.verdict for one in report.exercises] == [Verdict.PASSED, Verdict.TIMED_OUT, Verdict.PASSED]


def test_what_never_ends_at_the_import_costs_twice_its_time_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many statements there are: the first one may take the whole time, each next one half of the last."""
    limits = Limits(question_seconds=0.2, import_seconds=0.2, wall_factor=1000.0)
    source = "".join("while True: pass\n" for _ in range(3)) + "def gradient(f, x):\n    return x\n"
    report = graded(source, limits)
    said = [note.text for note in report.submission.notes]
    assert [re.findall(r"[\d.]+ s", text) for text in said] == [["0.2 s"], ["0.1 s"], ["0.05 s"]]


SOME = ("jacobian_2xtx", "make_leaf", "gradient", "zero_then_grad")


@pytest.fixture(scope="module")
def grader(launcher: Launcher) -> Iterator[Grader]:
    """One session, for all that is graded in the tests that follow."""
    with grader_of(launcher, Limits(), *SOME) as one:
        yield one


def exercises_of(one: Graded) -> dict[str, ExerciseReport]:
    """The exercises of a report, by their ids."""
    return {exercise.id: exercise for exercise in one.report.exercises}


MIXED = (
    "import torch\n"
    + right_answer("make_leaf")
    + misconception("gradient", "hand_coded")
    + misconception("jacobian_2xtx", "hand_coded")
    + "def zero_then_grad(x):\n    print('asked')\n    torch.Tensor.detach = None\n    raise KeyError\n"
)


@pytest.mark.parametrize(
    ("names", "ids"),
    [
        (["gradient"], ["gradient"]),
        (["zero_then_grad", "make_leaf"], ["make_leaf", "zero_then_grad"]),
        (["ch02"], ["jacobian_2xtx", "make_leaf", "gradient"]),
        (SOME, SOME),
    ],
)
def test_some_exercises_are_graded_as_in_the_whole_run(
    names: Sequence[str], ids: Sequence[str], grader: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only they are asked and are in the report; each is there as in a report on all, judged in the same session."""
    monkeypatch.setattr("grader.grading.JudgingSession", None)
    whole = grader.grade(source_tree(a=MIXED))
    assert len({exercise.verdict for exercise in whole.report.exercises}) == 3
    some = grader.grade(source_tree(a=MIXED), exercises=names)
    assert sorted(exercises_of(some)) == sorted(ids)
    assert exercises_of(some) == {one: exercises_of(whole)[one] for one in exercises_of(some)}
    assert {question.exercise for question in some.observed.observations} == set(ids)
    assert some.report.max_points == sum(one.max_points for one in exercises_of(some).values())
    assert sum(some.report.verdicts.values()) == sum(len(one.checks) for one in exercises_of(some).values())
    assert exercises_of(grader.grade(source_tree(a=MIXED))) == exercises_of(whole)


class Broken:
    """Starts no worker."""

    layers: tuple[Layer, ...] = ()

    def __init__(self, error: Exception) -> None:
        self._error = error

    def start(self) -> Process:
        """Raise."""
        raise self._error

    def shared(self) -> Launcher:
        """The same."""
        return self

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(
    ("error", "written"), [(EnvironmentFault(say("text", text="no room")), False), (ValueError("a bug of ours"), True)]
)
def test_our_own_failure_is_nobodys_zero(
    error: Exception, written: bool, launcher: Launcher, capfd: pytest.CaptureFixture[str]
) -> None:
    """All that was to be graded needs review, with the reason for the instructor; a bug of ours keeps its traceback."""
    exam = LiveExam(COURSE, "1", SOME, launcher, Limits())
    with Grader(exam, Broken(error), Limits()) as grader:
        report = grader.grade(source_tree(a=MIXED), ["gradient", "make_leaf"]).report
    assert {one.id: one.verdict for one in report.exercises} == dict.fromkeys(
        ("make_leaf", "gradient"), Verdict.UNGRADED
    )
    checks = [check for exercise in report.exercises for check in exercise.checks]
    assert {check.points for check in checks} == {None}
    assert {check.evidence.detail for check in checks if check.evidence} == {f"{type(error).__name__}: {error}"}
    assert report.needs_review
    assert report.isolation == ()
    assert ("Traceback" in capfd.readouterr().err) is written


def test_what_the_exam_has_not_cannot_be_graded(grader: Grader) -> None:
    """A name of no exercise, or of one that the exam does not ask, is refused and not left out."""
    for name in ("gradients", "snapshot"):
        with pytest.raises(UsageError, match=name):
            grader.grade(source_tree(a=""), exercises=["gradient", name])


HANGS = {
    "at the import": "while True: pass\ndef gradient(f, x):\n    return x\n",
    "in a call": "def jacobian_2xtx(x):\n    while True: pass\n",
    "in a wait": "import time\ndef gradient(f, x):\n    time.sleep(1000)\n",
    "asked again": (
        "seen = []\ndef make_leaf(values, scale):\n    seen.append(1)\n    return values\n"
        "def gradient(f, x):\n    while not seen: pass\n    return x\n"
    ),
}


class UnderWay:
    """A grade in another thread; `raised` is what ended it."""

    def __init__(self, grader: Grader, source: str) -> None:
        self.raised: list[BaseException] = []
        self._grader = grader
        self._source = source
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._grader.grade(source_tree(a=self._source))
        except BaseException as error:
            self.raised.append(error)

    def join(self) -> None:
        """Wait for its end."""
        self._thread.join(timeout=60)
        assert not self._thread.is_alive()


@pytest.mark.parametrize("hangs", HANGS)
def test_a_grade_can_be_cancelled(
    hangs: str, grader: Grader, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Another thread ends it, wherever the submission hangs: no report, no worker and no word are left.

    The next submission is graded as ever in the same session.
    """
    limits = Limits(question_seconds=1000.0, import_seconds=1000.0, submission_seconds=1000.0)
    monkeypatch.setattr(grader, "_limits", limits)
    before = below()
    hanging = threading.Event()
    late = Session._late

    def noted(session: Session, seconds: float) -> object:
        if time.monotonic() - session._wall_start > 0.5:
            hanging.set()
        return late(session, seconds)

    monkeypatch.setattr(Session, "_late", noted)
    under = UnderWay(grader, HANGS[hangs])
    assert hanging.wait(timeout=60)
    assert below() != before
    grader.cancel()
    under.join()
    assert [type(error) for error in under.raised] == [Cancelled]
    assert below() == before
    assert capfd.readouterr() == ("", "")
    assert grader.grade(source_tree(a=right_answer("gradient")), ["gradient"]).report.points == 8


def below() -> set[int]:
    """The processes that this one has started, and those that they have."""
    return {process.pid for process in psutil.Process().children(recursive=True)}


def test_to_cancel_what_is_not_under_way_changes_nothing(grader: Grader) -> None:
    """A grade that begins later is not meant."""
    grader.cancel()
    assert grader.grade(source_tree(a=right_answer("gradient")), ["gradient"]).report.points == 8
