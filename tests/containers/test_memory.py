"""In a container with little memory a submission that takes all of it is the one that ends, and is told so."""

import contextlib
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from grader.records import Limits
from grader.sandbox import confined_launcher
from tests.containers.cgroup import limited
from tests.containers.container import AS_CONTAINER
from tests.support import COURSE, Json, exercise_in, parse_report, right_answer

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="control groups are Linux's")

# What Gradescope gives by default.
MEMORY_BYTES = 768 * 10**6
GREEDY = """
def gradient(f, x):
    kept = []
    while True:
        kept.append(bytearray(b"x" * (1 << 20)))
"""


def run_limited(memory_bytes: int, *command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of this Python's in a control group with so much memory."""
    with limited(memory_bytes) as prefix:
        return subprocess.run(
            [*prefix, sys.executable, *map(str, command)],
            cwd=cwd,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    """A class of two: one takes all memory that there is, the other's answer is right."""
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "greedy.py").write_text(GREEDY)
    (tmp_path / "class" / "right.py").write_text(right_answer("gradient"))
    return tmp_path


def graded_batch(folder: Path, *options: str, before: tuple[str | Path, ...] = ()) -> tuple[Json, Json]:
    """The two reports of a batch with little memory."""
    command = (*before, "-m", "grader", "batch", "class", "--out", "out", "--only", "gradient", *options)
    completed = run_limited(MEMORY_BYTES, *command, cwd=folder)
    assert completed.returncode == 0, completed.stderr
    greedy, right = (
        exercise_in(parse_report((folder / "out" / "reports" / f"{name}.json").read_bytes()), "gradient")
        for name in ("greedy", "right")
    )
    return greedy, right


def test_memory_ends_the_submission_and_not_the_grader(handed_in: Path) -> None:
    """The report says that it took too much memory; the other submission has its points."""
    greedy, right = graded_batch(handed_in)
    assert greedy["verdict"] == "crashed"
    assert {check["rationale"] for check in greedy["checks"]} == {"It asked for more memory than a submission may use."}
    assert right["points"] == right["max_points"]


def test_the_kernel_chooses_a_worker_first() -> None:
    """Where memory runs out all the same, no other process of the grader is as likely to be ended."""
    before = set(psutil.Process().children())  # other tests in this process may keep workers
    with contextlib.closing(confined_launcher(Limits(), COURSE.equipment)) as launcher:
        worker = launcher.start()
        [tree] = (child for child in psutil.Process().children() if child not in before and child.children())
        chosen = {one.pid: Path(f"/proc/{one.pid}/oom_score_adj").read_text() for one in tree.children(recursive=True)}
        worker.end()
        worker.streams.close()
    own = Path("/proc/self/oom_score_adj").read_text()
    assert "1000\n" in chosen.values()
    assert own in chosen.values()
    assert int(own) < 1000


def test_without_limits_of_a_process_the_kernel_ends_the_worker(handed_in: Path) -> None:
    """It chooses the worker first, also where the layer `limits` does not hold."""
    contained = (AS_CONTAINER, "--refuse", "prlimit64", sys.executable)
    greedy, right = graded_batch(handed_in, "--allow-unconfined", "--jobs", "1", before=contained)
    assert greedy["verdict"] == "crashed"
    assert right["points"] == right["max_points"]


@pytest.mark.parametrize(
    "command",
    [
        ("check", "class/right.py"),
        ("check", "class/right.py", "--audience", "student"),
        ("batch", "class", "--out", "out"),
    ],
)
def test_too_little_memory_is_said_before_anything_runs(handed_in: Path, command: tuple[str, ...]) -> None:
    """Where not even torch can be imported, the error says how much it takes."""
    completed = run_limited(256 << 20, "-m", "grader", *command, "--only", "gradient", cwd=handed_in)
    assert completed.returncode == 3
    assert "memory is limited to 256 MiB here" in completed.stderr
    assert not list(handed_in.rglob("*.json"))
