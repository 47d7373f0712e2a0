"""The contract that every launcher keeps, whatever it starts workers with."""

import os
import sys
from pathlib import Path

import psutil
import pytest
from msgspec.structs import replace

from grader.inside.answers import Answered
from grader.inside.commands import Equipment
from grader.inside.values import Items, Table
from grader.inside.wire import Ask, Entered, Load, Loaded, Reply, Wanted
from grader.records import Died, Ending, Limits, TimedOut
from grader.sandbox import Launcher, Session
from tests.observe.conftest import LAUNCHERS, source_file
from tests.support import kill_below

LIMITS = Limits(question_seconds=0.5, memory_bytes=1 << 30)
# Only Linux tells waiting from waiting for a core.
WAITING = "blocked" if sys.platform == "linux" else "wall"


def load(session: Session, source: str) -> None:
    """Have a worker run one file that defines `exercise`."""
    session.send(
        Load(
            files=(source_file("mine.py", source),),
            wanted=(Wanted(name="exercise", chapter="chapter"),),
            mark=session.new_mark(),
        )
    )
    session.start_clocks()
    while not isinstance(report := session.answer(60, lambda one: isinstance(one, Entered | Loaded)), Loaded):
        assert isinstance(report, Entered)
    session.take_output()


def ask(session: Session, number: int = 1) -> object:
    """Ask for `exercise(x)` with x = None, which the submissions here ignore."""
    inputs = (("x", None),)
    order = Ask(
        number=number,
        chapter="chapter",
        exercise="exercise",
        file="mine.py",
        function="exercise",
        inputs=inputs,
        mark=session.new_mark(),
    )
    session.send(order)
    session.start_clocks()
    return session.answer(LIMITS.question_seconds, lambda one: isinstance(one, Reply) and one.number == number)


def returned(report: object) -> object:
    """What the function returned."""
    assert isinstance(report, Reply)
    assert isinstance(report.observation, Answered)
    return dict(report.observation.facts)["returned"]


def test_a_worker_answers_and_ends(plain_launcher: Launcher) -> None:
    """It runs the submission, answers a question, hands out what was printed, and is gone after `end`."""
    assert plain_launcher.layers  # waits until it can start workers
    before = psutil.Process().children(recursive=True)
    session = Session(plain_launcher, LIMITS)
    load(session, "import os\ndef exercise(x):\n    print('here')\n    return os.getpid()\n")
    assert returned(ask(session)) != os.getpid()
    assert session.take_output() == "here\n"
    assert len(psutil.Process().children(recursive=True)) == len(before) + 1
    session.end()
    assert psutil.Process().children(recursive=True) == before


@pytest.mark.parametrize(
    ("body", "died"),
    [
        ("os._exit(7)", Died(how=Ending.EXITED, number=7)),
        pytest.param(
            "os.kill(os.getpid(), 9)",
            Died(how=Ending.SIGNAL, signal="SIGKILL"),
            marks=pytest.mark.skipif(sys.platform == "win32", reason="no signals there"),
        ),
    ],
)
def test_a_death_is_told_with_its_cause(plain_launcher: Launcher, body: str, died: Died) -> None:
    """A worker that ends in a question has no answer, but an end; it is the same when it is asked again."""
    session = Session(plain_launcher, LIMITS)
    load(session, f"import os\ndef exercise(x):\n    {body}\n")
    assert ask(session) == died
    assert session.end() == died


@pytest.mark.parametrize(
    ("body", "limit"),
    [
        ("while True: pass", "cpu"),
        ("time.sleep(600)", WAITING),
        ("threading.Event().wait()", WAITING),
        pytest.param(
            "ctypes.PyDLL(None).sleep(600)",
            WAITING,
            marks=pytest.mark.skipif(sys.platform == "win32", reason="no such function there"),
            id="holds the GIL",
        ),
        ("threading.Thread(target=lambda: [0 for _ in iter(int, 1)]).start(); time.sleep(600)", "cpu"),
    ],
)
def test_a_question_has_a_limit(plain_launcher: Launcher, body: str, limit: str) -> None:
    """Computing meets the limit of CPU time, in whichever thread, and waiting that of waiting; what hangs is ended."""
    # Where the machine is busy, the wall clock must not be the first.
    session = Session(plain_launcher, replace(LIMITS, wall_factor=200.0) if limit == "cpu" else LIMITS)
    load(session, f"import ctypes, threading, time\ndef exercise(x):\n    {body}\n")
    late = ask(session)
    session.end()
    assert isinstance(late, TimedOut)
    assert late.limit == limit


def test_a_worker_knows_little(plain_launcher: Launcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the caller's environment nor the caller's folder nor its standard input reaches a worker."""
    monkeypatch.setenv("CANARY", "of the caller")
    session = Session(plain_launcher, LIMITS)
    load(
        session,
        "import os, sys\n"
        "def exercise(x):\n"
        "    return {'environment': list(os.environ.values()), 'folder': os.getcwd(), 'input': sys.stdin.read()}\n",
    )
    facts = returned(ask(session))
    session.end()
    assert isinstance(facts, Table)
    known = dict(facts.entries)
    assert isinstance(known["environment"], Items)
    assert "of the caller" not in known["environment"].items
    assert known["folder"] != str(Path.cwd())
    assert known["input"] == ""


def test_what_a_worker_writes_does_not_stay(plain_launcher: Launcher) -> None:
    """Its folder is deleted after it, or it cannot write at all."""
    session = Session(plain_launcher, LIMITS)
    body = "try: open('left', 'w').close()\n    except OSError: return None\n    return os.path.abspath('left')"
    load(session, f"import os\ndef exercise(x):\n    {body}\n")
    file = returned(ask(session))
    session.end()
    assert file is None or (isinstance(file, str) and not Path(file).exists())


def test_workers_follow_one_another(plain_launcher: Launcher) -> None:
    """After one worker has ended, however it did, the next one starts fresh."""
    answers = []
    for body in ("os._exit(1)", "return json.tag", "return json.tag"):
        session = Session(plain_launcher, LIMITS)
        source = f"import json, os\njson.tag = getattr(json, 'tag', 0) + 1\ndef exercise(x):\n    {body}\n"
        load(session, source)
        answers.append(ask(session))
        session.end()
    assert answers[0] == Died(how=Ending.EXITED, number=1)
    assert [returned(answer) for answer in answers[1:]] == [1, 1]


@pytest.mark.skipif(sys.platform != "linux", reason="the zygote is for Linux")
def test_a_zygote_that_died_is_replaced(plain: Equipment) -> None:
    """Whatever ends the process that forks workers, no worker outlives it, and the next worker starts all the same."""
    launcher = LAUNCHERS["confined"](LIMITS, plain)
    try:
        session = Session(launcher, LIMITS)
        load(session, "def exercise(x):\n    while True: pass\n")
        assert kill_below(os.getpid(), lambda command: "grader.inside.worker.zygote" in command)
        assert isinstance(ask(session), Died)
        session.end()
        session = Session(launcher, LIMITS)
        load(session, "def exercise(x):\n    return 5\n")
        assert returned(ask(session)) == 5
        session.end()
    finally:
        launcher.close()
