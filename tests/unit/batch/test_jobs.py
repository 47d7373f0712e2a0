"""Grading processes may die at any moment: no submission is lost, and none of them is left."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.support import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere submissions are graded one after the other")

NAMES = ("ana", "ben", "chiara", "david", "elif")


def room_with(folder: Path, **texts: str) -> Path:
    """A class of five; a text says what happens to a submission, see `played`."""
    room = folder / "class"
    room.mkdir()
    for name in NAMES:
        (room / f"{name}.py").write_text(texts.get(name, "is graded"))
    return room


@contextlib.contextmanager
def started(room: Path, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """The play, started; it does not outlive a test that fails."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.unit.batch.played", str(room), *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


# Any: a line of JSON.
Line = dict[str, Any]


def played(room: Path, *arguments: str) -> tuple[list[Line], str]:
    """The lines that a play prints, but for what it finds out, and what it says on standard error."""
    lines, _, err = told(room, *arguments)
    return lines, err


def told(room: Path, *arguments: str) -> tuple[list[Line], list[Line], str]:
    """The lines that a play prints, those that tell what is found out, and what it says on standard error."""
    with started(room, *arguments) as process:
        out, err = process.communicate(timeout=120)
    lines = [json.loads(line) for line in out.splitlines()]
    assert lines.pop() == {"left": 0}, err
    found = [line for line in lines if "finds_out" in line]
    return [line for line in lines if line not in found], found, err


@pytest.mark.parametrize("jobs", ["1", "2", "9"])
def test_every_submission_is_graded_once(jobs: str, tmp_path: Path) -> None:
    """However many processes there are."""
    lines, err = played(room_with(tmp_path), jobs)
    assert sorted(line["identity"] for line in lines) == list(NAMES)
    assert not any(line["review"] for line in lines)
    assert err == ""


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_submission_is_tried_again_when_its_process_dies(jobs: str, tmp_path: Path) -> None:
    """A process that is killed from outside costs nobody anything."""
    room = room_with(tmp_path, ana=f"killed once {tmp_path / '1'}", chiara=f"killed once {tmp_path / '2'}")
    lines, _ = played(room, jobs)
    assert sorted(line["identity"] for line in lines) == list(NAMES)
    assert not any(line["review"] for line in lines)


@pytest.mark.parametrize(
    ("text", "how"), [("killed tries", "by SIGKILL"), ("exits", "with exit status 4"), ("raises", "with exit status 1")]
)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_submission_at_which_processes_die_needs_review(text: str, how: str, jobs: str, tmp_path: Path) -> None:
    """It gets no points and no zero, its entry says how they ended, and the others are graded."""
    lines, err = played(room_with(tmp_path, ben=text.replace("tries", str(tmp_path / "tries"))), jobs)
    assert sorted(line["identity"] for line in lines) == list(NAMES)
    [ben] = [line for line in lines if line["review"]]
    assert ben["identity"] == "ben"
    assert ben["said"] == f"EnvironmentFault: the process that graded it ended twice, at last {how}"
    assert ("a bug of ours" in err) is (text == "raises")
    assert text != "killed tries" or (tmp_path / "tries").read_text() == "xx"


@pytest.mark.parametrize(
    ("text", "trouble", "why"),
    [
        ("computes", "little computing", "the grader itself computed for over 0.1 s, and was stopped"),
        ("hangs", "little time", "it took over 0.5 s, and was stopped"),
    ],
)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_no_submission_keeps_a_grading_process(text: str, trouble: str, why: str, jobs: str, tmp_path: Path) -> None:
    """One over which the grader takes too long needs review, is not tried again, and the others are graded."""
    lines, _ = played(room_with(tmp_path, ben=text), jobs, trouble)
    graded = [line for line in lines if "identity" in line]
    assert sorted(line["identity"] for line in graded) == list(NAMES)
    [ben] = [line for line in graded if line["review"]]
    assert (ben["identity"], ben["said"]) == ("ben", f"EnvironmentFault: {why}")
    assert sum("hangs" in line for line in lines) == (text == "hangs")


def test_a_zygote_that_has_died_is_replaced_for_a_new_process(tmp_path: Path) -> None:
    """Where both are killed, the batch goes on."""
    lines, _ = played(room_with(tmp_path), "2", "zygote")
    assert len(lines) == len(NAMES)


def test_what_goes_wrong_here_is_not_taken_for_the_death_of_a_process(tmp_path: Path) -> None:
    """An error while an entry is written down is raised, and no submission is graded twice for it."""
    lines, _ = played(room_with(tmp_path), "2", "output")
    assert lines == [{"raised": "BrokenPipeError"}]


@pytest.mark.parametrize("jobs", ["1", "2", "9"])
def test_what_is_right_and_what_is_mistaken_is_found_out_once(jobs: str, tmp_path: Path) -> None:
    """In the process in charge, for all: what is right before it forks, a misconception when first one asks for it."""
    lines, found, err = told(room_with(tmp_path, **dict.fromkeys(NAMES, "asks")), jobs)
    assert found == [{"finds_out": "expected", "here": True}, {"finds_out": "gradient", "here": True}]
    assert sorted(line["identity"] for line in lines) == list(NAMES)
    assert {line["said"] for line in lines} == {"an_idea failed, right is 1"}
    assert err == ""


def test_no_misconception_is_found_out_that_nobody_asks_for(tmp_path: Path) -> None:
    """Where nothing is wrong, nobody waits for it."""
    _, found, _ = told(room_with(tmp_path), "2")
    assert found == [{"finds_out": "expected", "here": True}]


@pytest.mark.parametrize(("trouble", "why"), [("no misconceptions", "there are none"), ("a bug", "a bug of ours")])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_cannot_be_found_out_costs_only_who_asks(trouble: str, why: str, jobs: str, tmp_path: Path) -> None:
    """The error is that of the submission that needs it, and the others are graded; a bug keeps its traceback."""
    lines, err = played(room_with(tmp_path, ben="asks"), jobs, trouble)
    said = {line["identity"]: line["said"] for line in lines}
    assert said.pop("ben") == f"the misconceptions of gradient could not be found out: {why}"
    assert said == {name: f"{name}.py" for name in NAMES if name != "ben"}
    assert ("Traceback" in err) is (trouble == "a bug")


@pytest.fixture
def hung(tmp_path: Path) -> Path:
    """A class in which two submissions hang at a FIFO, as long as nobody opens it."""
    os.mkfifo(tmp_path / "fifo")
    text = f"waits {tmp_path / 'fifo'}"
    return room_with(tmp_path, ana=text, ben=text)


def hanging(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    """The two grading processes that hang, when they do."""
    assert process.stdout
    lines = (json.loads(line) for line in process.stdout)
    pids = (line["waits"] for line in lines if "waits" in line)
    return [psutil.Process(next(pids)) for _ in range(2)]


def signal_all(processes: list[psutil.Process]) -> None:
    """What a terminal does on Ctrl-C, and a service manager when it stops a service."""
    for process in processes:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process.send_signal(number)


def test_grading_processes_leave_signals_to_the_one_in_charge(hung: Path, tmp_path: Path) -> None:
    """A signal that reaches all of them at once ends nothing half way."""
    with started(hung, "2") as process:
        signal_all(hanging(process))
        with (tmp_path / "fifo").open("w"):
            out, err = process.communicate(timeout=120)
    lines = [json.loads(line) for line in out.splitlines()]
    assert lines.pop() == {"left": 0}
    assert sorted(line.get("identity", "another try") for line in lines) == list(NAMES)
    assert err == ""


def test_an_interrupted_batch_leaves_no_process(hung: Path) -> None:
    """Ctrl-C ends those that hang, too."""
    with started(hung, "2") as process:
        signal_all(hanging(process))
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert [json.loads(line) for line in out.splitlines()] == [{"raised": "KeyboardInterrupt"}, {"left": 0}]
    assert err == ""


def test_no_process_outlives_a_killed_batch(hung: Path) -> None:
    """Not even one that hangs."""
    with started(hung, "2") as process:
        processes = hanging(process)
        process.kill()
        _, alive = psutil.wait_procs(processes, timeout=60)
    assert not alive
