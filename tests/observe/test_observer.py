"""Putting questions to a submission, whatever it does to its worker."""

import psutil
import pytest

from grader.authoring import asks, hidden, visible
from grader.inside.answers import Answered, NotStarted
from grader.inside.values import Items, Raised, Table, TensorValue, Value
from grader.observing.observer import Observer
from grader.records import Died, Ending, Limits, Observation, Question, TimedOut, TooMuchOutput, Visibility
from grader.sandbox import Launcher, Session, session
from tests.observe.conftest import source_tree
from tests.support import COURSE

LIMITS = Limits(question_seconds=0.5)
GRADIENT = [Question(exercise="gradient", inputs=(("f", None), ("x", number))) for number in range(4)]
TWICE = [Question(exercise="jacobian_2xtx", inputs=(("x", number),)) for number in range(3)]


def observer(launcher: Launcher, source: str, limits: Limits = LIMITS) -> Observer:
    """An observer of one file."""
    return Observer(source_tree(mine=source), COURSE, launcher, limits)


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


def test_what_was_asked_beside_others_is_known(launcher: Launcher) -> None:
    """An exercise of which nothing ran after another one has no other to blame, and a fresh worker has no past."""
    source = """
seen = []
def gradient(f, x):
    seen.append(x)
    return len(seen)
def jacobian_2xtx(x):
    return 1
"""
    with observer(launcher, source) as one:
        rows = one.observe([*GRADIENT[:2], *TWICE[:1]])
        assert [one.ran_beside_others(name) for name in ("gradient", "jacobian_2xtx")] == [False, True]
        again = one.observe_again([TWICE[:1], GRADIENT[:2]])
        assert one.ran_beside_others("gradient")
    assert again == rows


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
    assert rows[1] == Died(how=Ending.EXITED, number=4)
    assert returned(rows[3]) == Items(kind="list", items=(2, 3))


def test_an_exercise_that_hangs_is_given_up(launcher: Launcher) -> None:
    """After a time-out an exercise is asked no more, not even where its questions follow those of another."""
    source = "def gradient(f, x):\n    while True: pass\ndef jacobian_2xtx(x):\n    return 1\n"
    with observer(launcher, source) as one:
        rows = one.observe([GRADIENT[0], *TWICE, *GRADIENT[1:]])
    observations = [rows[question].observation for question in (*GRADIENT, *TWICE)]
    assert [one.limit for one in observations if isinstance(one, TimedOut)] == ["cpu", *["exercise"] * 3]
    assert [returned(one) for one in observations[4:]] == [1, 1, 1]


def test_all_time_outs_of_an_exercise_have_a_budget(launcher: Launcher) -> None:
    """Beside another exercise it has a quarter of the time, alone all of it, and then there is none.

    The rows of all runs can be told with the time that they had together.
    """
    source = "def jacobian_2xtx(x):\n    return 1\ndef gradient(f, x):\n    while True: pass\n"
    with observer(launcher, source, Limits(question_seconds=0.4, wall_factor=1000.0)) as one:
        together = one.observe([*TWICE, *GRADIENT])
        alone = [one.observe_again([GRADIENT[:2]]) for _ in range(2)]
        late = one.late(together)
    runs = [rows[GRADIENT[0]].observation for rows in (together, *alone, late)]
    assert [(run.limit, round(run.seconds, 3)) for run in runs if isinstance(run, TimedOut)] == [
        ("cpu", 0.1),
        ("cpu", 0.4),
        ("exercise", 0.4),
        ("cpu", 0.5),
    ]
    assert list(late) == [GRADIENT[0]]


def test_what_is_printed_in_an_exercise_shares_its_room(launcher: Launcher) -> None:
    """All calls together keep as much as one may print, so that no journal is filled up by many."""
    source = "def gradient(f, x):\n    print('\u00e9' * 30)\n"
    with observer(launcher, source, Limits(output_characters=100)) as one:
        rows = one.observe(GRADIENT)
        again = one.observe_again([GRADIENT])
    outputs = [row.output for row in rows.values()]
    assert outputs[0] == "\u00e9" * 30 + "\n"
    assert sum(len(output.encode()) for output in outputs) <= 100
    assert [row.output for row in again.values()] == outputs


@pytest.mark.parametrize(
    "body",
    [
        "return [torch.ones(90_000) for _ in range(60)]",
        "return torch.ones(90_000)",
        "return 'x' * 1900, torch.ones(1000)",
        "return [[1.5] * 900] * 10",
    ],
)
def test_an_honest_answer_that_is_too_large_keeps_its_other_facts(body: str, launcher: Launcher) -> None:
    """Only what is too large is left out, so that the verdict is about the answer, not about the process."""
    with observer(launcher, f"import torch\ndef gradient(f, x):\n    {body}\n") as one:
        [row] = one.observe(GRADIENT[:1]).values()
    assert isinstance(row.observation, Answered)
    facts = dict(row.observation.facts)
    assert "NotRepresentable" in str(facts["returned"])
    assert facts["autograd_numbers"] == 0
    assert facts["changed"] == Items(kind="tuple", items=())


@pytest.mark.parametrize("broken", ["new_mark", "send", "answer", "take_output"])
@pytest.mark.parametrize("when", ["at the import", "at a question"])
def test_a_worker_ends_with_an_error_of_ours(
    broken: str, when: str, launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is raised on our side while a worker runs the files, or answers: it does not stay."""
    before = psutil.Process().children(recursive=True)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    def ask() -> None:
        with observer(launcher, "def gradient(f, x):\n    return 1\n") as one:
            if when == "at a question":
                one.observe(GRADIENT[:1])
            monkeypatch.setattr(Session, broken, interrupted)
            one.observe(GRADIENT[1:])

    with pytest.raises(KeyboardInterrupt):
        ask()
    assert psutil.Process().children(recursive=True) == before


def test_visible_questions_are_asked_first(launcher: Launcher) -> None:
    """So nothing that a hidden question asked can show up in the answer to a visible one."""

    @asks("gradient")
    def cases(draw):  # type: ignore[no-untyped-def]
        yield hidden(f=None, x="hidden")
        yield visible(f=None, x="visible")

    with observer(launcher, "seen = []\ndef gradient(f, x):\n    seen.append(x)\n    return list(seen)\n") as one:
        rows = one.observe(cases.questions("1", COURSE.probes.families))
    answers = {question.visibility: returned(row.observation) for question, row in rows.items()}
    assert answers[Visibility.VISIBLE] == Items(kind="list", items=("visible",))


def test_a_stub_and_an_exception_are_told_apart(launcher: Launcher) -> None:
    """The stub's own line, against whatever else raises."""
    source = "def gradient(f, x):\n    raise NotImplementedError\ndef jacobian_2xtx(x):\n    raise OSError('a')\n"
    with observer(launcher, source) as one:
        rows = one.observe([GRADIENT[0], TWICE[0]])
    assert rows[GRADIENT[0]].observation == NotStarted()
    assert rows[TWICE[0]].observation == Raised(exception="OSError", message="a", file="mine.py", line=4)


def test_output_is_kept_by_question(launcher: Launcher) -> None:
    """What a call printed belongs to its question; what the import printed, to the import."""
    with observer(launcher, "print('import')\ndef gradient(f, x):\n    print('asked', x)\n") as one:
        rows = one.observe(GRADIENT[:2])
        assert one.import_output == "import\n"
    assert [row.output for row in rows.values()] == ["asked 0\n", "asked 1\n"]


def test_warnings_are_heard_in_every_question(launcher: Launcher) -> None:
    """Also where the same line has warned before, beside an answer and before an exception; and they are printed."""
    source = (
        "import torch\n"
        "def gradient(f, x):\n    return (torch.ones(1, requires_grad=True) * x).grad\n"
        "def jacobian_2xtx(x):\n    return gradient(None, x).zero_()\n"
    )
    with observer(launcher, source) as one:
        rows = one.observe([*GRADIENT[:2], *TWICE[:2]])
    for question in GRADIENT[:2]:
        observation = rows[question].observation
        assert isinstance(observation, Answered)
        assert dict(observation.facts)["warned"] == Table(
            entries=tuple(
                (what, "nonleaf_grad") for what in ("None", "grad_is_none", "none_attribute", "nothing_in_a_sum")
            )
        )
        assert "UserWarning: The .grad attribute" in rows[question].output
    for question in TWICE[:2]:
        raised = rows[question].observation
        assert isinstance(raised, Raised)
        assert raised.warned == ("nonleaf_grad",)


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


@pytest.mark.parametrize(("leaves", "counts"), [("Thread(target=Event().wait, daemon=True).start()", 1), ("pass", 3)])
def test_a_worker_that_is_slowed_by_threads_is_replaced(
    leaves: str, counts: int, launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where an answer has left one running, and answers take long, a fresh worker gets the next question."""
    monkeypatch.setattr(session, "_SLOW_SECONDS", 0.0)
    source = f"from threading import Event, Thread\ncalls = []\ndef jacobian_2xtx(x):\n    {leaves}\n"
    with observer(launcher, f"{source}    calls.append(x)\n    return len(calls)\n") as one:
        rows = one.observe(TWICE)
    assert [returned(row.observation) for row in rows.values()][-1] == counts
