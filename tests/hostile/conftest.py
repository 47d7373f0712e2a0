"""Grades every attack in one batch, with the real command, and reads its reports."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import Json, exercise_in, parse_report, run_grader

collect_ignore = ["attacks"]

ATTACKS = Path(__file__).parent / "attacks"
EXERCISES = ("gradient", "jacobian_2xtx")


@dataclass(frozen=True)
class Attack:
    """A submission with what it tries, and the verdict and points that each exercise must get."""

    name: str
    tries: str
    expects: Mapping[str, tuple[str, int]]


def read_attack(path: Path) -> Attack:
    """What an attack says of itself: what it tries, then a line `exercise: verdict points` for each exercise.

    A file says so in its docstring, a folder in a file `about.txt`.
    """
    text = (path / "about.txt").read_text() if path.is_dir() else ast.get_docstring(ast.parse(path.read_bytes())) or ""
    tries, _, expected = text.partition("\n\n")
    expects = {name: (verdict, int(points)) for name, verdict, points in re.findall(r"(\w+): (\w+) (\d+)", expected)}
    return Attack(name=path.stem, tries=" ".join(tries.split()), expects=expects)


def attacks() -> Iterator[Attack]:
    """All of them, by name."""
    return (read_attack(path) for path in sorted(ATTACKS.iterdir()) if not path.name.startswith(("_", ".")))


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Json]:
    """The report on each attack, by its name."""
    folder = tmp_path_factory.mktemp("hostile")
    only = [part for exercise in EXERCISES for part in ("--only", exercise)]
    completed = run_grader("batch", ATTACKS, "--out", "out", "--timeout", "1", "--seed", "5", *only, cwd=folder)
    assert completed.returncode == 0, completed.stderr
    return {path.stem: parse_report(path.read_bytes()) for path in (folder / "out" / "reports").glob("*.json")}


def outcome(report: Json, exercise: str) -> tuple[str, int]:
    """The verdict and points of an exercise."""
    found = exercise_in(report, exercise)
    return found["verdict"], found["points"]
