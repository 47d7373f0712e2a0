"""Peers that grade a Python file with tests beside it, a process for each submission: pytest and gradescope-utils."""

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measure import Cost, Meter
from benchmarks.peers.base import SUITE, Ground, Peer, require
from benchmarks.places import clean_environment
from benchmarks.workload import Kind, count_of_checks, source

# Any: results as JSON.
Json = dict[str, Any]


def _prepare(*files: str, comparing: str = "comparing.py") -> Callable[[Ground, Meter], None]:
    """Lay out the tests; the submissions wait in a folder of their own."""

    def prepare(ground: Ground, meter: Meter) -> None:  # noqa: ARG001  # nothing has to be run for it
        tests = ground.folder / "tests"
        tests.mkdir()
        for file in ("claims.py", *files):
            shutil.copy(SUITE / file, tests)
        shutil.copy(SUITE / comparing, tests / "comparing.py")
        handed_in = ground.folder / "submissions"
        handed_in.mkdir()
        for number in range(ground.count):
            (handed_in / f"{number}.py").write_text(source(Kind.RIGHT, number), encoding="utf-8")

    return prepare


def _grade(
    command: Callable[[Path], Sequence[str | Path]], results: str, full_marks: Callable[[Json], bool]
) -> Callable[[Ground, Meter], Sequence[Cost]]:
    """Put one submission after the other beside the tests and run them."""

    def grade(ground: Ground, meter: Meter) -> Sequence[Cost]:
        tests = ground.folder / "tests"
        costs = []
        for number in range(ground.count):
            for old in (tests / "__pycache__").glob("answers.*"):
                old.unlink()
            shutil.copy(ground.folder / "submissions" / f"{number}.py", tests / "answers.py")
            cost = meter.run(
                command(ground.python), cwd=tests, env=clean_environment(ground.python), allowed=range(256)
            )
            written = tests / results
            require(written.exists() and full_marks(json.loads(written.read_text())), cost.stdout + cost.stderr)
            written.unlink()
            costs.append(cost)
        return costs

    return grade


def _all_passed(report: Json) -> bool:
    return bool(report["summary"] == {**report["summary"], "passed": count_of_checks(), "total": count_of_checks()})


def _all_points(results: Json) -> bool:
    tests = results["tests"]
    return len(tests) == count_of_checks() and all(test["score"] == test["max_score"] for test in tests)


_RUN_PYTEST = _grade(
    lambda python: [python, "-m", "pytest", "--json-report", "--json-report-file=report.json", "test_exercises.py"],
    "report.json",
    _all_passed,
)

PYTEST = Peer(
    name="pytest",
    title="plain pytest + pytest-json-report",
    environment="pytest",
    prepare=_prepare("test_exercises.py"),
    grade=_RUN_PYTEST,
)
PYTEST_ALLCLOSE = Peer(
    name="pytest_allclose",
    title="plain pytest, `torch.allclose` for `torch.testing.assert_close`",
    environment="pytest",
    prepare=_prepare("test_exercises.py", comparing="comparing_allclose.py"),
    grade=_RUN_PYTEST,
)
GRADESCOPE = Peer(
    name="gradescope",
    title="gradescope-utils",
    environment="gradescope",
    prepare=_prepare("test_graded.py", "run_tests.py"),
    grade=_grade(lambda python: [python, "run_tests.py"], "results.json", _all_points),
)
