"""nbgrader: a source notebook with a graded cell for each claim, and `nbgrader autograde` for the whole class."""

import csv
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.measure import Cost, Meter
from benchmarks.peers.base import SUITE, Ground, Peer, require
from benchmarks.peers.cells import ALL_CLAIMS, Claim
from benchmarks.places import clean_environment
from benchmarks.workload import EXERCISES, Kind, cells

# Any: notebooks as JSON.
Json = dict[str, Any]

_CONFIG = 'c = get_config()\nc.CourseDirectory.course_id = "benchmark"\n'
_HIDDEN = "### BEGIN HIDDEN TESTS\nimport claims\n\n{call}\n### END HIDDEN TESTS"


def _prepare(ground: Ground, meter: Meter) -> None:
    source = ground.folder / "source" / "ps1"
    source.mkdir(parents=True)
    (ground.folder / "nbgrader_config.py").write_text(_CONFIG, encoding="utf-8")
    for file in ("claims.py", "comparing.py"):
        shutil.copy(SUITE / file, source)
    _write(source / "answers.ipynb", _source_cells())
    _run(ground, meter, "generate_assignment", "ps1", "--create")
    released = ground.folder / "release" / "ps1"
    for number in range(ground.count):
        folder = ground.folder / "submitted" / f"s{number}" / "ps1"
        shutil.copytree(released, folder)
        _answer(folder / "answers.ipynb", cells(Kind.RIGHT, number))
    shutil.copy(ground.folder / "gradebook.db", ground.folder / "gradebook.released")


def _source_cells() -> list[Json]:
    imports, *functions = cells(Kind.RIGHT, 0)
    made = [_cell("imports", imports)]
    for exercise, function in zip(EXERCISES, functions, strict=True):
        signature, body = function.split("\n", 1)
        solved = f"{signature}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"
        made.append(_cell(exercise, solved, solution=True))
        made += [_graded(claim) for claim in ALL_CLAIMS[exercise]]
    return made


def _graded(claim: Claim) -> Json:
    text = _HIDDEN.format(call=claim.call)
    return _cell(f"{claim.exercise}_{claim.name}", text, grade=True, locked=True, points=claim.points)


def _cell(identity: str, text: str, **kind: bool | int) -> Json:
    flags = {"grade": False, "solution": False, "locked": False, "task": False, **kind}
    return {
        "cell_type": "code",
        "id": identity,
        "execution_count": None,
        "metadata": {"nbgrader": {"grade_id": identity, "schema_version": 3, **flags}} if kind else {},
        "outputs": [],
        "source": text,
    }


def _write(path: Path, made: list[Json]) -> None:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5, "cells": made}
    path.write_text(json.dumps(notebook), encoding="utf-8")


def _answer(path: Path, sources: list[str]) -> None:
    """Fill in what a student would: the cells that were stubs."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    answers = dict(zip(("imports", *EXERCISES), sources, strict=True))
    for cell in notebook["cells"]:
        identity = cell["metadata"].get("nbgrader", {}).get("grade_id", "imports")
        cell["source"] = answers.get(identity, cell["source"])
    path.write_text(json.dumps(notebook), encoding="utf-8")


def _grade(ground: Ground, meter: Meter) -> Sequence[Cost]:
    shutil.rmtree(ground.folder / "autograded", ignore_errors=True)
    shutil.copy(ground.folder / "gradebook.released", ground.folder / "gradebook.db")
    cost = _run(ground, meter, "autograde", "ps1", "--create")
    _run(ground, meter, "export", "--to=grades.csv")
    with (ground.folder / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    full = [row for row in rows if float(row["score"]) == float(row["max_score"]) > 0]
    require(len(full) == ground.count, cost.stderr)
    return [cost]


def _run(ground: Ground, meter: Meter, *arguments: str) -> Cost:
    environment = {**clean_environment(ground.python), "HOME": str(ground.folder)}
    return meter.run([ground.program("nbgrader"), *arguments], cwd=ground.folder, env=environment)


NBGRADER = Peer(name="nbgrader", title="nbgrader autograde", environment="nbgrader", prepare=_prepare, grade=_grade)
