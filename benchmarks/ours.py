"""The grader's own commands, as they are typed, with what they have to come to."""

import csv
import functools
import json
import shutil
from pathlib import Path
from typing import Any

from benchmarks.measure import Cost, Meter
from benchmarks.places import GRADER, PYTHON, ROOT, clean_environment
from benchmarks.workload import ONLY, SEED, SINGLE, Kind, write_class, write_single

# Any: documents as JSON.
Json = dict[str, Any]


class Wrong(Exception):
    """A command of ours did not come to what it has to: its figure would mean nothing."""


class Ours:
    """Runs the grader in a folder of its own; each class is written once."""

    def __init__(self, meter: Meter, folder: Path) -> None:
        self._meter = meter
        self._folder = folder
        self.layers: tuple[str, ...] = ()

    def import_torch(self) -> Cost:
        """The unit of all cold figures."""
        return self._run(PYTHON, "-c", "import torch")

    def batch(self, kind: Kind, count: int, jobs: int | None = None) -> Cost:
        """Grade a class in full confinement, journal and reports written."""
        out = self._folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        said = () if jobs is None else ("--jobs", str(jobs))
        cost = self._run(GRADER, "batch", self._class(kind, count), "--out", out, "--seed", SEED, *said, *ONLY)
        self._verify(out, kind, count)
        return cost

    def check(self, kind: Kind) -> Cost:
        """Grade one exercise of one submission, cold."""
        file = self._folder / f"single_{kind}.py"
        if not file.exists():
            write_single(file, kind)
        cost = self._run(GRADER, "check", file, "--seed", SEED, "--only", SINGLE, allowed=(0, 1))
        (exercise,) = [one for one in json.loads(cost.stdout)["exercises"] if one["id"] == SINGLE]
        named = [check["misconception"] for check in exercise["checks"] if check["misconception"]]
        if (exercise["points"] == exercise["max_points"]) is not (kind is Kind.RIGHT):
            raise Wrong(f"{exercise['points']} points for the {kind} answer to {SINGLE}")
        if kind is Kind.WRONG and not named:
            raise Wrong(f"no misconception was named for the wrong answer to {SINGLE}")
        return cost

    def check_in_handout(self) -> Cost:
        """Grade one right answer as a student does, cold: by the code and the recorded exam of a handout."""
        file = self._folder / "single_in_handout.py"
        if not file.exists():
            write_single(file, Kind.RIGHT)
        command = (PYTHON, "-m", "grader", "check", file, "--only", SINGLE)
        cost = self._meter.run(command, cwd=self._handout, env=clean_environment())
        report = json.loads(cost.stdout)
        if not report["points"] or not report["coverage"]["later"]:
            raise Wrong(f"the handout gave {report['points']} points, and left {report['coverage']['later']} questions")
        return cost

    @functools.cached_property
    def _handout(self) -> Path:
        folder = self._folder / "handout"
        self._run(GRADER, "handout", "--out", folder)
        return folder

    def inside(self, program: str, *arguments: str | Path) -> Json:
        """What a program of `benchmarks.inside` has measured."""
        found: Json = json.loads(self._run(PYTHON, "-m", f"benchmarks.inside.{program}", *arguments).stdout)
        return found

    def floor(self, count: int) -> Json:
        """The floor on the first right answers."""
        return self.inside("floor", self._class(Kind.RIGHT, count))

    @functools.cached_property
    def has_jobs(self) -> bool:
        """Can a batch use several cores?"""
        return "--jobs" in self._run(GRADER, "batch", "--help").stdout

    def _class(self, kind: Kind, count: int) -> Path:
        folder = self._folder / f"{kind}_{count}"
        return folder if folder.exists() else write_class(folder, kind, count)

    def _run(self, *command: str | Path, allowed: tuple[int, ...] = (0,)) -> Cost:
        return self._meter.run(command, cwd=ROOT, env=clean_environment(), allowed=allowed)

    def _verify(self, out: Path, kind: Kind, count: int) -> None:
        with (out / "summary.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        full = [row for row in rows if row["points"] == row["max_points"]]
        if len(rows) != count or len(full) != (count if kind is Kind.RIGHT else 0):
            raise Wrong(f"{len(full)} of {len(rows)} submissions with full marks in a class of {count} ({kind})")
        report = json.loads(next((out / "reports").glob("*.json")).read_text(encoding="utf-8"))
        self.layers = tuple(report["isolation"])
