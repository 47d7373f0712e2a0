"""The private memory of a worker that has answered every question of the kit.

Usage: python -m benchmarks.inside.memory
"""

import contextlib
import json
import tempfile
from pathlib import Path

import psutil

from benchmarks.workload import SEED
from grader.catalog import load_catalog
from grader.loading import checks_of, questions_of
from grader.model import Answered, Limits
from grader.observe import Observer
from grader.sandbox import confined_launcher
from grader.submission import read_submission
from tests.support import right_answers


def main() -> None:
    """Print the bytes of some workers, one after the other."""
    catalog = load_catalog()
    found = []
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(confined_launcher(Limits())) as launcher:
        questions = questions_of(checks_of(catalog), SEED)
        tree = read_submission(right_answers(Path(folder)))
        for _ in range(5):
            with Observer(tree, catalog, launcher, Limits()) as observer:
                rows = observer.observe(questions)
                if not all(isinstance(row.observation, Answered) for row in rows.values()):
                    raise SystemExit("not every question was answered")
                found.append(_private_bytes(_worker()))
    print(json.dumps({"bytes": found}))


def _worker() -> int:
    """The one process below us that has no child: the zygote's fork."""
    below = psutil.Process().children(recursive=True)
    (worker,) = [process for process in below if not process.children()]
    return worker.pid


def _private_bytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    sizes = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
    return (sizes["Private_Clean"] + sizes["Private_Dirty"]) * 1024


if __name__ == "__main__":
    main()
