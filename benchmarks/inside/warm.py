"""All checks of the kit in a grader that is warm already, as for a student at work.

Usage: python -m benchmarks.inside.warm
"""

import contextlib
import json
import tempfile
import time
from pathlib import Path

from benchmarks.workload import SEED
from grader.exam import LiveExam
from grader.grading import Grader
from grader.records import Limits
from grader.sandbox import confined_launcher
from grader.submission import read_submission
from tests.support import COURSE, right_answers

_WARM_UP, _COUNTED = 5, 30


def main() -> None:
    """Print the wall seconds of each time that the reference solutions are graded."""
    limits = Limits()
    confined = contextlib.closing(confined_launcher(limits, COURSE.equipment, warm=True))
    with tempfile.TemporaryDirectory() as folder, confined as launcher:
        submission = right_answers(Path(folder))
        with Grader(LiveExam(COURSE, SEED, (), launcher, limits), launcher, limits) as grader:
            wall = [_graded(grader, submission) for _ in range(_WARM_UP + _COUNTED)]
    print(json.dumps({"wall": wall[_WARM_UP:], "checks": len(COURSE.checks)}))


def _graded(grader: Grader, submission: Path) -> float:
    """How long it takes to grade a submission of right answers."""
    begin = time.perf_counter()
    report = grader.grade(read_submission(submission)).report
    wall = time.perf_counter() - begin
    if report.points < report.max_points:
        raise SystemExit(f"{report.points} of {report.max_points} points")
    return wall


if __name__ == "__main__":
    main()
