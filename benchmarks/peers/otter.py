"""otter-grader: an autograder zip with a test file for each exercise, and `otter run` for each notebook."""

import json
import shutil
from collections.abc import Sequence

from benchmarks.measure import Cost, Meter
from benchmarks.peers.base import SUITE, Ground, Peer, require
from benchmarks.peers.cells import ALL_CLAIMS
from benchmarks.places import clean_environment
from benchmarks.workload import Kind, cells

_HEAD = """\
import claims
from otter.test_files import test_case

OK_FORMAT = False
name = {exercise!r}
points = None
"""
_CASE = """

@test_case(points={points})
def test_{name}({exercise}):
    {call}
"""

# A notebook of version 4, written without a library: the peer's lies in another environment.
_NOTEBOOK = {
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def _prepare(ground: Ground, meter: Meter) -> None:
    tests = ground.folder / "tests"
    tests.mkdir()
    for exercise, claims in ALL_CLAIMS.items():
        cases = [
            _CASE.format(points=claim.points, name=claim.name, exercise=exercise, call=claim.call) for claim in claims
        ]
        (tests / f"{exercise}.py").write_text(_HEAD.format(exercise=exercise) + "".join(cases), encoding="utf-8")
    for file in ("claims.py", "comparing.py"):
        shutil.copy(SUITE / file, ground.folder)
    meter.run(
        [ground.program("otter"), "generate", "-t", "tests", "-o", "autograder.zip", "claims.py", "comparing.py"],
        cwd=ground.folder,
        env=clean_environment(ground.python),
    )
    for number in range(ground.count):
        _notebook(cells(Kind.RIGHT, number), ground, number)


def _notebook(sources: Sequence[str], ground: Ground, number: int) -> None:
    made: list[dict[str, object]] = [
        {"cell_type": "code", "id": f"c{i}", "execution_count": None, "metadata": {}, "outputs": [], "source": text}
        for i, text in enumerate(sources)
    ]
    text = json.dumps({**_NOTEBOOK, "cells": made})
    (ground.folder / f"{number}.ipynb").write_text(text, encoding="utf-8")


def _grade(ground: Ground, meter: Meter) -> Sequence[Cost]:
    costs = []
    for number in range(ground.count):
        out = ground.folder / f"out{number}"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        cost = meter.run(
            [ground.program("otter"), "run", "-a", "autograder.zip", "-o", out.name, f"{number}.ipynb"],
            cwd=ground.folder,
            env=clean_environment(ground.python),
            allowed=range(256),
        )
        written = out / "results.json"
        require(written.exists() and _all_points(written.read_text()), cost.stdout + cost.stderr)
        costs.append(cost)
    return costs


def _all_points(text: str) -> bool:
    graded = [test for test in json.loads(text)["tests"] if "max_score" in test]
    return len(graded) == len(ALL_CLAIMS) and all(test["score"] == test["max_score"] > 0 for test in graded)


OTTER = Peer(name="otter", title="otter run", environment="otter", prepare=_prepare, grade=_grade)
