"""All checks of the kit in an engine that is warm already, as for a student at work.

Usage: python -m benchmarks.inside.warm
"""

import contextlib
import json
import tempfile
import time
from pathlib import Path

from benchmarks.workload import SEED
from grader.catalog import load_catalog
from grader.engine import Engine, Grading
from grader.loading import checks_of
from grader.model import Limits
from grader.sandbox import confined_launcher
from grader.submission import read_submission
from tests.support import right_answers

_WARM_UP, _COUNTED = 5, 30


def main() -> None:
    """Print the wall seconds of each time that the reference solutions are graded."""
    catalog = load_catalog()
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(confined_launcher(Limits())) as launcher:
        submission = right_answers(Path(folder))
        engine = Engine(catalog, SEED, Limits(), launcher)

        def body(grading: Grading) -> list[float]:
            wall = []
            for _ in range(_WARM_UP + _COUNTED):
                begin = time.perf_counter()
                report = grading.grade(read_submission(submission)).report
                wall.append(time.perf_counter() - begin)
                if report.points < report.max_points:
                    raise SystemExit(f"{report.points} of {report.max_points} points")
            return wall[_WARM_UP:]

        print(json.dumps({"wall": engine.session(body), "checks": len(checks_of(catalog))}))


if __name__ == "__main__":
    main()
