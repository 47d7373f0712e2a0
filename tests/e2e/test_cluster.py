"""`grader batch --cluster`: the same bytes as without, whatever dies on the way."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import Json, kill_below, misconception, right_answer, run_grader

pytest.importorskip("distributed", reason="Dask is an extra")
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="a batch asks for confinement, which is for Linux"),
]
OPTIONS = ("--only", "gradient", "--seed", "7")
VARYING = ("created", "duration_seconds")


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a class of more submissions than one task holds, and the results of grading it here."""
    folder = tmp_path_factory.mktemp("cluster")
    (folder / "class").mkdir()
    for number in range(24):
        source = right_answer("gradient") if number % 3 else misconception("gradient", "returns_value")
        (folder / "class" / f"s{number:02}.py").write_text(source)
    completed = run_grader("batch", "class", "--out", "here", *OPTIONS, cwd=folder)
    assert completed.returncode == 0, completed.stderr
    return folder


def results(out: Path) -> dict[str, Json]:
    """What a batch wrote, without what differs from run to run."""
    found: dict[str, Json] = {"summary": json.loads((out / "summary.json").read_text())}
    for path in (out / "reports").glob("*.json"):
        found[path.name] = json.loads(path.read_text())
        for name in VARYING:
            del found[path.name][name]
    return found


def test_a_cluster_gives_the_same_also_when_a_worker_dies(room: Path) -> None:
    """Its worker is killed when the first results are there; another one goes on, and nobody can tell afterwards."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "grader",
            "batch",
            "class",
            "--out",
            "there",
            *OPTIONS,
            "--cluster",
            "local",
            "--jobs",
            "1",
        ],
        cwd=room,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    first = process.stderr.readline()
    assert "1/24" in first
    assert kill_below(process.pid, lambda command: "spawn_main" in command)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert "24 graded" in said
    assert results(room / "there") == results(room / "here")


def test_an_address_without_a_scheduler_is_a_sentence(room: Path) -> None:
    """Where nobody answers, the call was wrong, and nothing is lost."""
    completed = run_grader("batch", "class", "--out", "nowhere", *OPTIONS, "--cluster", "tcp://127.0.0.1:1", cwd=room)
    assert completed.returncode == 2
    assert "no Dask scheduler at tcp://127.0.0.1:1" in completed.stderr
    assert "Traceback" not in completed.stderr
