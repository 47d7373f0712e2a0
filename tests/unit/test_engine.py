"""What the engine makes of second answers, and of a submission whose time is used up."""

import contextlib
import functools
import math
import re
import sys
from collections.abc import Callable, Mapping, Sequence

import pytest
from msgspec.structs import replace

from grader.catalog import load_catalog
from grader.engine import Engine, Grading
from grader.loading import checks_of, questions_of
from grader.model import Layer, Limits, TimedOut, Verdict
from grader.observe import Observer
from grader.observed import same_answer
from grader.report import Report
from grader.sandbox import Launcher, Session, confined_launcher, session
from grader.sandbox.launcher import Process
from grader.sandbox.spawn import SpawnLauncher
from tests.observe.conftest import source_tree
from tests.support import misconception, right_answer


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


EXERCISES = ("jacobian_2xtx", "make_leaf", "gradient")
PARAMETERS = {"jacobian_2xtx": "x", "make_leaf": "values, scale", "gradient": "f, x"}

# What a function leaves behind at each of its calls, so that a right one of the same submission fails: the lines that
# it runs, and what its file holds for them.
SPOILS = {
    "functions of torch": ("torch.autograd.grad = torch.Tensor.backward = None", ""),
    "a method of tensors": ("setattr(torch.Tensor, 'detach', lambda t: t * 0)", ""),
    "what only hidden questions tell": ("torch.Tensor.clone = lambda t, **k: t.float()", ""),
    "arithmetic": ("torch.Tensor.__mul__ = torch.Tensor.__rmul__ = torch.Tensor.dot = None", ""),
    "builtins": ("builtins.__dict__.update(float=str)\ntorch.Tensor.clone = None", "import builtins"),
    "modules": ("sys.modules['torch'].Tensor.requires_grad_ = None", "import sys"),
    "a list of its module": ("seen.append(1)", "seen = []\n" + "{wrapped} if not seen else None"),
    "a default argument": (
        "note(1)",
        "def note(one=0, seen=[]):\n    seen.append(one)\n    return sum(seen)\n{wrapped} if not note() else None",
    ),
    "a closure": (
        "count(1)",
        (
            "def counter():\n    n = 0\n    def add(by):\n        nonlocal n\n        n += by\n        return n\n"
            "    return add\ncount = counter()\n{wrapped} if not count(0) else None"
        ),
    ),
    "an attribute of a class": (
        "Child.__mro__[1].whole = False",
        "class Parent:\n    whole = True\nclass Child(Parent):\n    pass\n{wrapped} if Child.whole else None",
    ),
    "the gradient of a leaf": (
        "leaf.sum().backward()",
        "leaf = torch.ones(3, requires_grad=True)\n{wrapped} if leaf.grad is None else None",
    ),
    "a mode": (
        "Mode().__enter__()",
        (
            "class Mode(torch.overrides.TorchFunctionMode):\n"
            "    def __torch_function__(self, function, types, args=(), kwargs=None):\n        return None"
        ),
    ),
    "a thread": (
        "Thread(target=spoil).start()",
        "from threading import Thread\ndef spoil():\n    torch.Tensor.detach = None",
    ),
    "a thread that never ends": (
        "Thread(target=spin, daemon=True).start()",
        "from threading import Thread\ndef spin():\n    torch.Tensor.detach = None\n    while True: pass",
    ),
    "a dead process": ("os._exit(3)", "import os"),
    "a loop": ("while scale_of(values_of(locals())): pass", "values_of = list\nscale_of = len"),
    "limits of the process": ("resource.setrlimit(resource.RLIMIT_AS, (1, 1))", "import resource"),
    "a trace": (
        "sys.settrace(except_in(sys._getframe().f_code.co_name))",
        (
            "import sys\ndef except_in(own):\n    ends = {'gradient', 'jacobian_2xtx'} - {own}\n"
            "    return lambda frame, *_: 1 / (frame.f_code.co_name not in ends) and None"
        ),
    ),
    "a weak reference": (
        "kept.clear()",
        (
            "import weakref\nclass Kept:\n    pass\nkept = [Kept()]\nalive = weakref.ref(kept[0])\n"
            "{wrapped} if alive() else None"
        ),
    ),
    "an iterator of its module": (
        "next(numbers)",
        "import itertools\nnumbers = itertools.count()\n{wrapped} if repr(numbers) == 'count(0)' else None",
    ),
    "warnings and numbers": (
        "warnings.showwarning = numpy.seterr(all='raise') and None\ntorch.Tensor.clone = warnings.showwarning",
        "import numpy, warnings",
    ),
    "what runs at the end": (
        "atexit.register(print)\ngc.disable()\ntorch.Tensor.clone = gc.callbacks.append",
        "import atexit, gc",
    ),
}
# A method of torch that is as it was until something has been left behind; the condition follows.
WRAPPED = "clone = torch.Tensor.clone\ntorch.Tensor.clone = lambda t, **k: clone(t, **k)"


def spoilt(how: str, victim: str, spoilers: Sequence[str]) -> str:
    """A submission of a right function and wrong ones, some of which leave something behind."""
    lines, held = SPOILS[how]
    parts = ["import torch", held.replace("{wrapped}", WRAPPED)]
    for name in EXERCISES:
        if name == victim:
            parts.append(right_answer(name))
        else:
            body = [*lines.splitlines() * (name in spoilers), "return None"]
            parts.append(f"def {name}({PARAMETERS[name]}):\n" + "".join(f"    {line}\n" for line in body))
    return "\n".join(parts)


@pytest.fixture(scope="module")
def reports() -> Mapping[tuple[str, str, str], Report]:
    """The report on every submission in which one function spoils the two others, of which one is right."""
    limits = Limits(question_seconds=0.2)
    cases = {
        (how, spoiler, victim): source_tree(a=spoilt(how, victim, [spoiler]))
        for how in SPOILS
        for spoiler, victim in (EXERCISES[::2], EXERCISES[::-2])
    }
    with contextlib.closing(confined_launcher(limits)) as launcher:
        engine = Engine(load_catalog().select(EXERCISES), "1", limits, launcher)
        return engine.session(lambda grading: {case: grading.grade(tree).report for case, tree in cases.items()})


@pytest.mark.parametrize("how", SPOILS)
def test_what_one_exercise_leaves_behind_costs_no_other_a_point(
    how: str, reports: Mapping[tuple[str, str, str], Report]
) -> None:
    """Whatever it is, and whichever of them comes first."""
    for (spoils, spoiler, victim), report in reports.items():
        if spoils == how:
            points = {one.id: (one.points, one.max_points) for one in report.exercises}
            assert points[victim][0] == points[victim][1], (spoiler, victim)
            assert points[spoiler][0] == 0


def test_each_of_the_ways_does_spoil(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without asking again, every one of them costs a right function points, unless it ends the process at once.

    A thread may make an answer so slow that its worker is replaced, and then it spoils nothing: not so here.
    """
    monkeypatch.setattr(session, "_SLOW_SECONDS", math.inf)
    limits = Limits(question_seconds=1.0)
    catalog = load_catalog().select(EXERCISES)
    with contextlib.closing(confined_launcher(limits)) as launcher:
        for how in SPOILS:
            with Observer(source_tree(a=spoilt(how, "gradient", EXERCISES[:1])), catalog, launcher, limits) as observer:
                first = observer.observe(questions_of(checks_of(catalog), "1"))
                again = observer.observe_again([[one for one in first if one.exercise == "gradient"]])
            same = all(same_answer(first[one].observation, row.observation) for one, row in again.items())
            assert same is (how in {"a dead process", "a loop", "limits of the process"}), how


ONCE = """
import os
calls = []
def jacobian_2xtx(x):
    calls.append(0)
    {first}
    return x
def gradient(f, x):
    calls.append(1)
    {second}
    return x
"""


@pytest.mark.parametrize(
    ("first", "second", "workers"),
    [
        pytest.param("return leaf(x, lambda x: 2 * x.dot(x))", "return leaf(x, f)", 1, id="right"),
        pytest.param("pass", "pass", 3, id="undisturbed"),
        pytest.param("return leaf(x, lambda x: 2 * x.dot(x))", "return x * len(calls)", 2, id="one, disturbed"),
        pytest.param("return x * len(calls)", "return x * len(calls)", 3, id="two, disturbed"),
    ],
)
def test_what_failed_is_asked_again_as_often_as_it_takes(first: str, second: str, workers: int) -> None:
    """All in one worker, then the others without the last; and each alone where something comes out otherwise."""
    limits = Limits()
    leaf = "def leaf(x, f):\n    x = x.detach().clone().requires_grad_(True)\n    f(x).backward()\n    return x.grad\n"
    catalog = load_catalog().select(["jacobian_2xtx", "gradient"])
    with contextlib.closing(Counting(confined_launcher(limits))) as launcher:
        engine = Engine(catalog, "1", limits, launcher)
        engine.prepare()
        before = launcher.started
        tree = source_tree(a=leaf + ONCE.format(first=first, second=second))
        engine.session(lambda grading: grading.grade(tree))
        assert launcher.started - before == workers
        alone = engine.session(
            lambda grading: grading.grade(source_tree(a=leaf + "def gradient(f, x):\n    return x\n"))
        )
        assert alone.report.exercises[1].verdict is Verdict.FAILED
        assert launcher.started - before == workers + 1


def test_a_worse_second_answer_never_counts() -> None:
    """What is right beside others only keeps its points, and its output is that of the run that counts."""
    source = (
        "import torch\nleft = []\n"
        "def jacobian_2xtx(x):\n    left.append(1)\n    return x * len(left)\n"
        "def gradient(f, x):\n    print('beside' if left else 'alone')\n"
        "    leaf = x.detach().clone().requires_grad_(True)\n    f(leaf).backward()\n"
        "    x.grad = torch.zeros_like(x)\n    return leaf.grad if left else None\n"
    )
    report = graded(source, Limits())
    assert 0 < report.exercises[1].points < report.exercises[1].max_points
    assert {word for output in report.exercises[1].output for word in output.text.split()} == {"beside"}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells waiting from waiting for a core")
@pytest.mark.parametrize("factor", [2.2, 1.3])
def test_what_never_ends_costs_its_budget(factor: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Computing, sleeping, or holding the lock of Python: first try, second try and all others come to no more."""
    lost: list[float] = []
    receive = Session.receive

    def noted(session: Session, seconds: float) -> object:
        report = receive(session, seconds)
        if isinstance(report, TimedOut):
            lost.append(report.seconds)
            assert report.limit in {"cpu", "blocked"}
        return report

    monkeypatch.setattr(Session, "receive", noted)
    limits = Limits(question_seconds=0.2, lost_factor=factor, wall_factor=1000.0)
    bodies = ("while True: pass", "time.sleep(1000)", "ctypes.PyDLL(None).sleep(1000)")
    catalog = load_catalog().select(["jacobian_2xtx", "gradient"])
    with contextlib.closing(confined_launcher(limits)) as launcher:
        engine = Engine(catalog, "1", limits, launcher)
        engine.prepare()
        for body in bodies:
            source = f"import ctypes, time\ndef jacobian_2xtx(x):\n    return x\ndef gradient(f, x):\n    {body}\n"
            lost.clear()
            tree = source_tree(a=source)
            report = engine.session(functools.partial(Grading.grade, tree=tree)).report
            assert report.exercises[1].verdict is Verdict.TIMED_OUT
            assert len(lost) == 2
            assert sum(lost) <= factor * limits.question_seconds + 1e-9


def test_what_never_ends_at_the_import_costs_twice_its_time_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many statements there are: the first one may take the whole time, each next one half of the last."""
    limits = Limits(question_seconds=0.2, import_seconds=0.2, wall_factor=1000.0)
    source = "".join("while True: pass\n" for _ in range(3)) + "def gradient(f, x):\n    return x\n"
    report = graded(source, limits)
    said = [note.text for note in report.submission.notes]
    assert [re.findall(r"[\d.]+ s", text) for text in said] == [["0.2 s"], ["0.1 s"], ["0.05 s"]]
