"""Grades every attack in one batch, with the real command, and reads its reports."""

import ast
import contextlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.support import Json, exercise_in, parse_report, run_grader

collect_ignore = ["attacks"]

ATTACKS = Path(__file__).parent / "attacks"
EXERCISES = ("gradient", "jacobian_2xtx")
SEED = "5"


@dataclass(frozen=True)
class Attack:
    """A submission with what it tries, and the verdict and points that each exercise must get.

    One that `forges` sends side effects that never happened.
    """

    name: str
    tries: str
    expects: Mapping[str, tuple[str, int]]
    forges: bool


@dataclass(frozen=True)
class Graded:
    """A batch after its end: its reports by name, and what it has left behind."""

    reports: Mapping[str, Json]
    processes: Sequence[str]
    files: Sequence[str]


def read_attack(path: Path) -> Attack:
    """What an attack says of itself: what it tries, then a line `exercise: verdict points` for each exercise.

    A line `Forges: witnessed` marks forged side effects. A file says so in its docstring, a folder in `about.txt`.
    """
    text = (path / "about.txt").read_text() if path.is_dir() else ast.get_docstring(ast.parse(path.read_bytes())) or ""
    tries, _, expected = text.partition("\n\n")
    expects = {name: (verdict, int(points)) for name, verdict, points in re.findall(r"(\w+): (\w+) (\d+)", expected)}
    forges = "Forges: witnessed" in expected.splitlines()
    return Attack(name=path.stem, tries=" ".join(tries.split()), expects=expects, forges=forges)


def attacks() -> Iterator[Attack]:
    """All of them, by name."""
    return (read_attack(path) for path in sorted(ATTACKS.iterdir()) if not path.name.startswith(("_", ".")))


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """All attacks, graded in one batch. Everything that it starts knows its temporary folder by the environment."""
    folder = tmp_path_factory.mktemp("hostile")
    temporary = folder / "tmp"
    temporary.mkdir()
    only = [part for exercise in EXERCISES for part in ("--only", exercise)]
    completed = run_grader(
        "batch",
        ATTACKS,
        *("--out", "out", "--timeout", "1", "--seed", SEED),
        *only,
        cwd=folder,
        environment={"TMPDIR": str(temporary)},
    )
    assert completed.returncode == 0, completed.stderr
    found = (folder / "out" / "reports").glob("*.json")
    return Graded(
        reports={path.stem: parse_report(path.read_bytes()) for path in found},
        processes=list(_processes_that_mention(str(folder))),
        files=[path.name for path in temporary.iterdir()],
    )


@pytest.fixture(scope="session")
def reports(graded: Graded) -> Mapping[str, Json]:
    """The report on each attack, by its name."""
    return graded.reports


def _processes_that_mention(text: str) -> Iterator[str]:
    """The command lines of other processes that have this in it, or in their environment, or as their folder."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            knows = [*process.cmdline(), *process.environ().values(), process.cwd()]
            if process.pid != os.getpid() and any(text in word for word in knows):
                yield " ".join(process.cmdline())


def outcome(report: Json, exercise: str) -> tuple[str, int]:
    """The verdict and points of an exercise."""
    found = exercise_in(report, exercise)
    return found["verdict"], found["points"]
