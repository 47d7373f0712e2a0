"""Whatever ends a batch or a check, nothing is left behind, and the same command goes on where it was."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from grader.batch.entry import Entry
from grader.batch.journal import Journal
from grader.batch.run import JOURNAL
from tests.support import Json, kill_below, misconception, right_answer, run_grader

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="a batch asks for confinement, which is for Linux"),
]
BATCH = ("batch", "class", "--out", "out", "--only", "gradient", "--seed", "7", "--jobs", "2")
COUNT = 16


@pytest.fixture(autouse=True)
def interruptible() -> None:
    """A shell lets programs in its background ignore SIGINT, and so would everything that the tests start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a class, and the results of a batch that nothing interrupted."""
    folder = tmp_path_factory.mktemp("interrupted")
    (folder / "class").mkdir()
    for number in range(COUNT):
        source = right_answer("gradient") if number % 2 else misconception("gradient", "nonleaf_grad")
        (folder / "class" / f"s{number}.py").write_text(source)
    completed = run_grader(*BATCH, cwd=folder)
    assert completed.returncode == 0, completed.stderr
    (folder / "out").rename(folder / "whole")
    return folder


@pytest.fixture
def place(room: Path, tmp_path: Path) -> Path:
    """A folder of its own with the same class."""
    (tmp_path / "class").symlink_to(room / "class")
    return tmp_path


def results(out: Path) -> dict[str, Json]:
    """What a batch wrote, without what differs from run to run."""
    found: dict[str, Json] = {"summary": json.loads((out / "summary.json").read_text())}
    for path in sorted((out / "reports").iterdir()):
        found[path.name] = json.loads(path.read_text())
        for name in ("created", "duration_seconds"):
            del found[path.name][name]
    return found


def told(out: Path) -> tuple[dict[str, Entry], bool]:
    """The entries in the journal, and whether it says that the batch has ended."""
    with Journal(out / JOURNAL) as journal:
        history = journal.history
        assert history is not None
        entries = {name: entry for name in history.identities if (entry := history.entry(name)) is not None}
        assert len(entries) == len(history)
        return entries, history.finished


def start(place: Path, *arguments: str) -> "subprocess.Popen[str]":
    """The real command, started, with a folder for temporary files of its own."""
    (place / "temporary").mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-m", "grader", *arguments],
        cwd=place,
        env={**os.environ, "TMPDIR": str(place / "temporary")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def family(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    """Everything that a command has started, while it runs."""
    return psutil.Process(process.pid).children(recursive=True)


def computes(process: psutil.Process) -> bool:
    """Is it a process of one thread that has computed for a while? One that has ended meanwhile is none."""
    try:
        return process.cpu_times().user > 0.1 and process.num_threads() == 1
    except psutil.NoSuchProcess:
        return False


def wait_for_lines(process: "subprocess.Popen[str]", count: int) -> None:
    """Wait until so many submissions are told of on standard error."""
    assert process.stderr
    for _ in range(count):
        assert f"/{COUNT}" in process.stderr.readline()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)], ids=str
)
def test_an_interrupted_batch_leaves_nothing_and_goes_on(
    number: signal.Signals, code: int, place: Path, room: Path
) -> None:
    """No process, no temporary file, no half-written report; the same command repeats nothing and ends the same."""
    with start(place, *BATCH) as process:
        wait_for_lines(process, 3)
        started = family(process)
        process.send_signal(number)
        _, said = process.communicate(timeout=120)
    assert process.returncode == code, said
    _, alive = psutil.wait_procs(started, timeout=60)
    assert alive == []
    assert list((place / "temporary").iterdir()) == []
    # Only a process that is killed in the moment of writing can leave a name of its own, until the next run.
    killed = number == signal.SIGKILL
    for path in (place / "out").rglob("*"):
        known = path.is_dir() or path.name in {JOURNAL, "summary.csv"} or path.suffix in {".json", ".html"}
        assert known or (killed and path.suffix == ".part")
        assert path.suffix != ".json" or json.loads(path.read_text())
        assert path.suffix != ".html" or path.read_text(encoding="utf-8").endswith("</html>")
    before, _ = told(place / "out")
    assert 3 <= len(before) < COUNT
    completed = run_grader(*BATCH, cwd=place)
    assert completed.returncode == 0, completed.stderr
    assert f"{len(before)} of them before" in completed.stderr
    assert list((place / "out").rglob("*.part")) == []
    after, finished = told(place / "out")
    assert finished
    assert {name: after[name] for name in before} == before
    assert results(place / "out") == results(room / "whole")


@pytest.mark.parametrize("part", [0.02, 0.4, 0.97])
def test_a_damaged_journal_costs_what_was_damaged(part: float, place: Path, room: Path) -> None:
    """Cut anywhere, as after a loss of power: what is before is kept, the rest is graded again, the end is the same."""
    whole = (room / "whole" / JOURNAL).read_bytes()
    (place / "out").mkdir()
    (place / "out" / JOURNAL).write_bytes(whole[: int(len(whole) * part)])
    completed = run_grader(*BATCH, cwd=place)
    assert completed.returncode == 0, completed.stderr
    assert results(place / "out") == results(room / "whole")


def test_a_batch_survives_the_death_of_its_helpers(place: Path, room: Path) -> None:
    """Grading processes and the zygote are killed in the middle: every submission is graded all the same."""
    with start(place, *BATCH) as process:
        wait_for_lines(process, 1)
        assert kill_below(process.pid, lambda command: "bwrap" not in command) > 1
        _, said = process.communicate(timeout=180)
    assert process.returncode == 0, said
    assert results(place / "out") == results(room / "whole")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=str)
def test_an_interrupted_check_leaves_nothing(number: signal.Signals, code: int, place: Path) -> None:
    """Also while a submission hangs at its import."""
    (place / "hangs.py").write_text("def gradient(f, x): return x\nwhile True: pass\n")
    with start(place, "check", "hangs.py", "--only", "gradient") as process:
        busy: list[psutil.Process] = []
        while not busy:  # until the worker computes
            assert process.poll() is None
            busy = [one for one in family(process) if computes(one)]
        started = family(process)
        process.send_signal(number)
        out, said = process.communicate(timeout=60)
    assert (process.returncode, out) == (code, ""), said
    _, alive = psutil.wait_procs(started, timeout=60)
    assert alive == []
    assert list((place / "temporary").iterdir()) == []
