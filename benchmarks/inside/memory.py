"""The private memory of a worker that has answered every question of the kit: what one more of them takes.

It is measured beside another that has done the same, as they are in a batch: of a library's pages that only the two
have read, one would own all if it were alone.

Usage: python -m benchmarks.inside.memory
"""

import contextlib
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psutil

from benchmarks.workload import SEED
from grader.exam import LiveExam, questions_of
from grader.inside.answers import Answered
from grader.observing.observer import Observer
from grader.records import Limits, Question
from grader.sandbox import confined_launcher
from grader.submission import read_submission
from tests.support import COURSE, right_answers


def main() -> None:
    """Print the bytes of some workers, one after the other."""
    found = []
    confined = contextlib.closing(confined_launcher(Limits(), COURSE.equipment, warm=True))
    with tempfile.TemporaryDirectory() as folder, confined as launcher:
        questions = questions_of(LiveExam(COURSE, SEED, (), launcher, Limits()))
        tree = read_submission(right_answers(Path(folder)))

        def observer() -> Observer:
            return Observer(tree, COURSE, launcher, Limits())

        with observer() as other:
            _answer_all(other, questions)
            known = _workers()
            for _ in range(5):
                with observer() as one:
                    _answer_all(one, questions)
                    (worker,) = _workers() - known
                    found.append(_private_bytes(worker))
    print(json.dumps({"bytes": found}))


def _answer_all(observer: Observer, questions: Sequence[Question]) -> None:
    rows = observer.observe(questions)
    if not all(isinstance(row.observation, Answered) for row in rows.values()):
        raise SystemExit("not every question was answered")


def _workers() -> set[int]:
    """The processes below us that have no child: the zygote's forks."""
    return {process.pid for process in psutil.Process().children(recursive=True) if not process.children()}


def _private_bytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    sizes = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
    return (sizes["Private_Clean"] + sizes["Private_Dirty"]) * 1024


if __name__ == "__main__":
    main()
