"""Putting questions to a submission, whatever it does to its worker."""

import pytest

from grader.authoring import asks, hidden, visible
from grader.catalog import load_catalog
from grader.model import (
    Answered,
    Died,
    Items,
    Limits,
    NotStarted,
    Observation,
    Question,
    Raised,
    TensorValue,
    TimedOut,
    TooMuchOutput,
    Value,
    Visibility,
)
from grader.observe import Observer
from grader.sandbox import Launcher
from tests.observe.conftest import source_tree

CATALOG = load_catalog()
LIMITS = Limits(question_seconds=0.5)
GRADIENT = [Question(exercise="gradient", inputs=(("f", None), ("x", number))) for number in range(4)]
TWICE = [Question(exercise="jacobian_2xtx", inputs=(("x", number),)) for number in range(3)]


def observer(launcher: Launcher, source: str, limits: Limits = LIMITS) -> Observer:
    """An observer of one file."""
    return Observer(source_tree(mine=source), CATALOG, launcher, limits)


def returned(observation: Observation) -> Value:
    """What a call returned."""
    assert isinstance(observation, Answered)
    return dict(observation.facts)["returned"]


def test_switches_are_put_back_between_questions(launcher: Launcher) -> None:
    """Grad mode, dtype, threads, determinism, anomaly mode and generators are as at the start for every question."""
    state = (
        "[torch.is_grad_enabled(), str(torch.get_default_dtype()), torch.get_num_threads(),"
        " torch.get_deterministic_debug_mode(), torch.is_anomaly_enabled(), torch.is_warn_always_enabled(),"
        " sys.getrecursionlimit(), torch.rand(1).item(), random.random(), numpy.random.rand(),"
        " len(warnings.filters)]"
    )
    source = (
        "import numpy, random, sys, torch, warnings\n"
        f"def state():\n    return {state}\n"
        "def gradient(f, x):\n    return state()\n"
        "def jacobian_2xtx(x):\n"
        "    torch.set_grad_enabled(False)\n"
        "    torch.set_default_dtype(torch.float64)\n"
        "    torch.set_num_threads(2)\n"
        "    torch.set_deterministic_debug_mode('warn')\n"
        "    torch.autograd.set_detect_anomaly(True)\n"
        "    torch.set_warn_always(True)\n"
        "    sys.setrecursionlimit(5000)\n"
        "    warnings.simplefilter('error')\n"
        "    return state()\n"
    )
    with observer(launcher, source) as one:
        before = returned(one.observe(GRADIENT[:1])[GRADIENT[0]].observation)
        disturbed = returned(one.observe(TWICE[:1])[TWICE[0]].observation)
        after = returned(one.observe(GRADIENT[1:2])[GRADIENT[1]].observation)
    assert isinstance(before, Items)
    assert isinstance(disturbed, Items)
    assert before == after
    # Each switch was really moved in between; the three generators were not.
    moved = [one != other for one, other in zip(before.items, disturbed.items, strict=True)]
    assert all([*moved[:7], *moved[10:]])


def test_a_worker_that_has_run_another_exercise_is_not_alone(launcher: Launcher) -> None:
    """What was asked in a worker of its own is marked, and can be had by asking again."""
    source = "def gradient(f, x):\n    return 1\ndef jacobian_2xtx(x):\n    return 1\n"
    with observer(launcher, source) as one:
        rows = one.observe([*GRADIENT[:2], *TWICE[:1]])
        assert [row.alone for row in rows.values()] == [True, True, False]
        assert [row.alone for row in one.observe_alone(TWICE).values()] == [True] * 3


@pytest.mark.parametrize(
    ("body", "influenced"),
    [
        ("return 1", False),
        ("raise ValueError", False),
        ("return len(kept)", True),
        ("while True: pass", True),
        ("raise MemoryError", True),
        ("__import__('os')._exit(1)", True),
    ],
)
def test_an_answer_is_doubtful_where_another_exercise_could_have_changed_it(
    body: str, influenced: bool, launcher: Launcher
) -> None:
    """An independent function's answer or exception is not; a death or a lack of time may have any reason."""
    source = f"kept = []\ndef jacobian_2xtx(x):\n    return 1\ndef gradient(f, x):\n    {body}\n"
    with observer(launcher, source, Limits(question_seconds=0.2)) as one:
        rows = one.observe([TWICE[0], GRADIENT[0]])
        assert [one.may_be_influenced(question, row) for question, row in rows.items()] == [False, influenced]
        rows = one.observe_alone([GRADIENT[0]])
        assert not one.may_be_influenced(GRADIENT[0], rows[GRADIENT[0]])


def test_giving_up_is_no_cleaner_than_the_time_outs_behind_it(launcher: Launcher) -> None:
    """Time that ran out beside another exercise may be that one's doing, so what is not asked any more is doubtful."""
    source = "def gradient(f, x):\n    return 1\ndef jacobian_2xtx(x):\n    while True: pass\n"
    with observer(launcher, source, Limits(question_seconds=0.2, time_outs_per_exercise=1)) as one:
        rows = one.observe([GRADIENT[0], *TWICE])
        assert [row.alone for row in rows.values()] == [True, False, False, False]
        assert [row.alone for row in one.observe_alone(TWICE).values()] == [True] * 3


def test_after_a_death_the_rest_is_asked(launcher: Launcher) -> None:
    """A dead worker costs its own question only, and the next one is fresh."""
    source = (
        "import os\n"
        "seen = []\n"
        "def gradient(f, x):\n"
        "    seen.append(x)\n"
        "    if x == 1: os._exit(4)\n"
        "    return list(dict.fromkeys(seen))\n"
    )
    with observer(launcher, source) as one:
        rows = [row.observation for row in one.observe(GRADIENT).values()]
    assert returned(rows[0]) == Items(kind="list", items=(0,))
    assert rows[1] == Died(reason="ended by itself with exit status 4")
    assert returned(rows[3]) == Items(kind="list", items=(2, 3))


def test_an_exercise_that_hangs_is_given_up(launcher: Launcher) -> None:
    """After two time-outs an exercise is asked no more; another one is."""
    source = "def gradient(f, x):\n    while True: pass\ndef jacobian_2xtx(x):\n    return 1\n"
    with observer(launcher, source) as one:
        rows = one.observe([*GRADIENT, *TWICE])
    observations = [row.observation for row in rows.values()]
    assert [one.limit for one in observations if isinstance(one, TimedOut)] == ["cpu", "cpu", "exercise", "exercise"]
    assert [returned(one) for one in observations[4:]] == [1, 1, 1]


def test_visible_questions_are_asked_first(launcher: Launcher) -> None:
    """So nothing that a hidden question asked can show up in the answer to a visible one."""

    @asks("gradient")
    def cases(draw):  # type: ignore[no-untyped-def]
        yield hidden(f=None, x="hidden")
        yield visible(f=None, x="visible")

    with observer(launcher, "seen = []\ndef gradient(f, x):\n    seen.append(x)\n    return list(seen)\n") as one:
        rows = one.observe(cases.questions("1"))
    answers = {question.visibility: returned(row.observation) for question, row in rows.items()}
    assert answers[Visibility.VISIBLE] == Items(kind="list", items=("visible",))


def test_a_stub_and_an_exception_are_told_apart(launcher: Launcher) -> None:
    """The stub's own line, against whatever else raises."""
    source = "def gradient(f, x):\n    raise NotImplementedError\ndef jacobian_2xtx(x):\n    raise KeyError('a')\n"
    with observer(launcher, source) as one:
        rows = one.observe([GRADIENT[0], TWICE[0]])
    assert rows[GRADIENT[0]].observation == NotStarted()
    assert rows[TWICE[0]].observation == Raised(exception="KeyError", message="'a'", file="mine.py", line=4)


def test_output_is_kept_by_question(launcher: Launcher) -> None:
    """What a call printed belongs to its question; what the import printed, to the import."""
    with observer(launcher, "print('import')\ndef gradient(f, x):\n    print('asked', x)\n") as one:
        rows = one.observe(GRADIENT[:2])
        assert one.import_output == "import\n"
    assert [row.output for row in rows.values()] == ["asked 0\n", "asked 1\n"]


def test_parts_of_torch_that_are_imported_late_work(launcher: Launcher) -> None:
    """Functions that import half of torch at their first use find what they need, however little they may touch."""
    source = (
        "import torch\n"
        "def gradient(f, x):\n"
        "    y = torch.tensor([1.0, 2.0], requires_grad=True)\n"
        "    (y * y).backward(torch.ones(2))\n"
        "    return y.grad, torch.func.grad(lambda t: t.dot(t))(y), torch.func.jacfwd(lambda t: t * t)(y).sum(0)\n"
    )
    with observer(launcher, source, Limits(question_seconds=30)) as one:
        result = returned(one.observe(GRADIENT[:1])[GRADIENT[0]].observation)
    assert isinstance(result, Items)
    assert [value.elements() for value in result.items if isinstance(value, TensorValue)] == [(2.0, 4.0)] * 3


def test_a_flood_of_output_ends_the_worker_only(launcher: Launcher) -> None:
    """A function that prints without end is told so, and the next one is asked in a fresh worker."""
    source = "def gradient(f, x):\n    while True: print('x' * 1000)\ndef jacobian_2xtx(x):\n    return 1\n"
    limits = Limits(question_seconds=30, output_bytes=1 << 20)
    with observer(launcher, source, limits) as one:
        rows = one.observe([GRADIENT[0], TWICE[0]])
    assert rows[GRADIENT[0]].observation == TooMuchOutput(limit=1 << 20)
    assert returned(rows[TWICE[0]].observation) == 1
