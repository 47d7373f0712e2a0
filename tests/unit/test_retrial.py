"""What second answers are asked for, and which of two answers counts."""

import contextlib
import math
from collections.abc import Mapping, Sequence

import pytest

from grader.exam import LiveExam, questions_of
from grader.grading import Grader
from grader.inside.layers import Layer
from grader.observing.observer import Observer
from grader.observing.record import same_answer
from grader.records import Limits, Verdict
from grader.report import Report
from grader.sandbox import Launcher, confined_launcher, session
from grader.sandbox.launcher import Process
from tests.observe.conftest import source_tree
from tests.support import COURSE, right_answer
from tests.unit.graded import graded


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
    with contextlib.closing(confined_launcher(limits, COURSE.equipment)) as launcher:
        exam = LiveExam(COURSE, "1", EXERCISES, launcher, limits)
        with Grader(exam, launcher, limits) as grader:
            return {case: grader.grade(tree).report for case, tree in cases.items()}


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
    with contextlib.closing(confined_launcher(limits, COURSE.equipment)) as launcher:
        exam = LiveExam(COURSE, "1", EXERCISES, launcher, limits)
        for how in SPOILS:
            with Observer(source_tree(a=spoilt(how, "gradient", EXERCISES[:1])), COURSE, launcher, limits) as observer:
                first = observer.observe(questions_of(exam))
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
    with contextlib.closing(Counting(confined_launcher(limits, COURSE.equipment))) as launcher:
        exam = LiveExam(COURSE, "1", ["jacobian_2xtx", "gradient"], launcher, limits)
        for exercise in exam.catalog.exercise_ids:
            exam.suspects(exercise)
        before = launcher.started
        with Grader(exam, launcher, limits) as grader:
            grader.grade(source_tree(a=leaf + ONCE.format(first=first, second=second)))
            assert launcher.started - before == workers
            alone = grader.grade(source_tree(a=leaf + "def gradient(f, x):\n    return x\n"))
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


SLOW_AT_FIRST = """
import time
import torch
done = []
def slowly(seconds):
    until = time.process_time() + seconds
    while not done and time.process_time() < until:
        pass
    done.append(1)
def jacobian_2xtx(x):
    return x.nope
def make_leaf(values, scale):
    slowly({seconds})
    return (values.detach().double() * scale).requires_grad_(True)
def gradient(f, x):
    return x.nope
def sum_backward(x):
    return x.nope
"""


def test_what_takes_long_beside_others_has_all_its_time_alone() -> None:
    """As the first use of a part of the library may, whatever else of the submission goes wrong."""
    source, exercises = SLOW_AT_FIRST.format(seconds=0.6), (*EXERCISES, "sum_backward")
    report = graded(source, Limits(question_seconds=1.2), exercises=exercises)
    full = {one.id for one in report.exercises if one.points == one.max_points}
    assert full == {"make_leaf"}
