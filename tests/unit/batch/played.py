"""Grades a class in several processes with an engine that is played: a submission's text says what happens to it.

A program of its own, since it forks: `python -m tests.unit.batch.played CLASS JOBS [TROUBLE]`. It prints a line of JSON
for each entry, and a last one that says how many children are left.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeVar, cast

from msgspec.structs import replace

from grader.batch import jobs as batch_jobs
from grader.batch.entry import Entry
from grader.batch.jobs import Allowed, grade_all
from grader.engine import Engine, Graded, Grading
from grader.model import Verdict
from grader.observed import Observed
from grader.report import Report
from grader.sandbox import Launcher
from grader.submission import SourceTree
from tests.unit.records import report_of

T = TypeVar("T")


def tell(**line: object) -> None:
    """Print a line of JSON, in one write: several processes share this output."""
    os.write(1, json.dumps(line).encode() + b"\n")


def said(report: Report, text: str, tree: SourceTree) -> Graded:
    """What grading gives, with a text in the place of the submission's name."""
    observed = Observed(name=tree.name, digest=tree.digest, files=(), notes=(), import_output="", sources={}, rows=())
    return Graded(replace(report, submission=replace(report.submission, name=text)), observed)


class PlayedGrading:
    """Does what a submission's text says."""

    def grade(self, tree: SourceTree) -> Graded:
        """Grade it, or end as it says."""
        match tree.files[0].cells[0].source.split():
            case ["killed", path]:
                with Path(path).open("a") as tries:
                    tries.write("x")
                os.kill(os.getpid(), signal.SIGKILL)
            case ["exits"]:
                os._exit(4)
            case ["raises"]:
                raise RuntimeError("a bug of ours")
            case ["killed", "once", path] if not Path(path).exists():
                Path(path).touch()
                os.kill(os.getpid(), signal.SIGKILL)
            case ["computes"]:
                while True:
                    pass
            case ["hangs"]:
                tell(hangs=os.getpid())
                threading.Event().wait()
            case ["waits", path]:
                tell(waits=os.getpid())
                Path(path).open().close()  # a FIFO, which nobody has opened yet
            case _:
                pass
        return said(report_of(Verdict.PASSED), tree.name, tree)


class PlayedEngine:
    """Hands out the grading above."""

    def prepare(self) -> None:
        """There is nothing to find out."""

    def with_launcher(self, *_: object) -> "PlayedEngine":
        """The same; there are no workers."""
        return self

    def session(self, body: Callable[[Grading], T]) -> T:
        """Run the body."""
        return body(cast(Grading, PlayedGrading()))

    def failed(self, tree: SourceTree, error: Exception, *_: object) -> Graded:
        """What grading gives where it fails."""
        return said(report_of(Verdict.UNGRADED), str(error), tree)


class PlayedLauncher:
    """Starts nothing. `deaths` of its zygote are noticed first."""

    def __init__(self, deaths: int) -> None:
        self.deaths = deaths
        self.streams = self

    def shared(self) -> "PlayedLauncher":
        """Fails where the zygote is dead."""
        if self.deaths:
            raise BrokenPipeError
        return self

    def start(self) -> "PlayedLauncher":
        """Replaces the zygote; of the worker there is only what is asked for."""
        self.deaths = 0
        return self

    def end(self) -> None:
        """There is no worker."""

    def close(self) -> None:
        """There is nothing to close."""


ALLOWED = {"little computing": Allowed(cpu_seconds=0.1), "little time": Allowed(wall_seconds=0.5)}


def done(entry: Entry) -> None:
    """Print an entry."""
    tell(identity=entry.identity, review=entry.report.needs_review, said=entry.report.submission.name)


def nobody_listens(entry: Entry) -> NoReturn:
    """Whoever read our output has gone."""
    raise BrokenPipeError


def main(room: str, jobs: str, trouble: str = "") -> None:
    """Grade the class."""
    # Tests that a shell runs in the background would have it ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    batch_jobs.ALLOWED = ALLOWED.get(trouble, batch_jobs.ALLOWED)
    submissions = {path.stem: path for path in sorted(Path(room).iterdir())}
    engine = cast(Engine, PlayedEngine())
    launcher = cast(Launcher, PlayedLauncher(deaths=trouble == "zygote"))
    try:
        grade_all(engine, launcher, int(jobs), submissions, nobody_listens if trouble == "output" else done)
    except (BrokenPipeError, KeyboardInterrupt) as error:
        tell(raised=type(error).__name__)
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    tell(left=len(children))


if __name__ == "__main__":
    main(*sys.argv[1:])
