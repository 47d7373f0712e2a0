"""Grades a class in several processes, where exam and grader are played: a submission's text says what happens to it.

A program of its own, since it forks: `python -m tests.unit.batch.played CLASS JOBS [TROUBLE]`. It prints a line of JSON
for each entry, and a last one that says how many children are left.
"""

import contextlib
import functools
import json
import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn, cast

from msgspec.structs import replace

from grader.authoring import Case, Check, Draw, Facts, fail, hidden, say
from grader.batch import jobs as batch_jobs
from grader.batch.entry import Entry
from grader.batch.jobs import Allowed, Grading, graded
from grader.course import Course
from grader.course.catalog import Catalog, Chapter, Exercise
from grader.course.misconceptions import Misconception
from grader.errors import EnvironmentFault, ExerciseError
from grader.exam import Exam
from grader.exam.exam import suspect
from grader.grading import Graded
from grader.inside.answers import Answered
from grader.inside.values import Value
from grader.judging.diagnosis import Suspect
from grader.observing.record import observed
from grader.records import Limits, Question, Row, Verdict
from grader.sandbox import Launcher
from grader.submission import SourceTree
from tests.unit.records import case_set, report_of

HERE = os.getpid()
"""The process that hands out; its forks keep this number."""


def tell(**line: object) -> None:
    """Print a line of JSON, in one write: several processes share this output."""
    os.write(1, json.dumps(line).encode() + b"\n")


def a_case(draw: Draw) -> Case:
    """The only question that there is."""
    return hidden(x=1)


def is_right(actual: Facts, expected: Facts) -> None:
    """The claim of its only check."""
    if actual.returned != expected.returned:
        fail(say("text", text="wrong"))


CASES = case_set(a_case)
CHECK = Check(name="c", title=say("text", text="T."), points=2, witnessed=False, claim=is_right, cases=CASES)
EXERCISE = Exercise(id="gradient", title="", difficulty=1, docs="", hint="")
CATALOG = Catalog(subject="python", chapter=(Chapter(id="ch", title="", exercise=(EXERCISE,)),))


class PlayedExam:
    """Finds out what it is asked once, as a real one does, and tells which process did so."""

    def __init__(self, course: Course, trouble: str) -> None:
        self.course = course
        self.catalog = course.catalog
        self.seed = "1"
        self.questions = {CHECK: CASES.questions(self.seed, {})}
        self.later: Mapping[str, int] = {}
        self._trouble = trouble
        self.expected = functools.cache(self._expected)
        self.suspects = functools.cache(self._suspects)

    def _expected(self, _: Question) -> Mapping[str, Value]:
        tell(finds_out="expected", here=os.getpid() == HERE)
        return {"returned": 1}

    def _suspects(self, exercise: str) -> Sequence[Suspect]:
        tell(finds_out=exercise, here=os.getpid() == HERE)
        match self._trouble:
            case "no misconceptions":
                raise ExerciseError(say("text", text="there are none"))
            case "a bug":
                raise RuntimeError("a bug of ours")
            case _:
                return [suspect(self, IDEA, dict.fromkeys(self.questions[CHECK], ROW))]


IDEA = Misconception(exercise="gradient", id="an_idea", belief="b", hint="h?")
ROW = Row(observation=Answered(facts=(("returned", 2),)))


class PlayedGrader:
    """Does what a submission's text says."""

    def __init__(self, exam: Exam, *_: object) -> None:
        self._exam = exam

    def __enter__(self) -> "PlayedGrader":
        return self

    def __exit__(self, *_: object) -> None:
        """There is nothing to close."""

    def grade(self, tree: SourceTree) -> Graded:
        """Grade it, or end as it says."""
        words = tree.files[0].cells[0].source.split()
        suffer(words)
        report = report_of(Verdict.PASSED)
        said = self._asked() if words == ["asks"] else tree.name
        report = replace(report, submission=replace(report.submission, name=said))
        return Graded(report, observed(tree, (), "", {}, {}))

    def _asked(self) -> str:
        """What the exam knows of right and wrong, in words."""
        try:
            return "; ".join(map(self._told, self._exam.suspects("gradient")))
        except EnvironmentFault as error:  # as the real one does
            return f"{error}"

    def _told(self, one: Suspect) -> str:
        [question] = self._exam.questions[CHECK]
        right = self._exam.expected(question)["returned"]
        assert one.observations == {question: ROW}
        return f"{one.misconception.id} {one.judged[CHECK.id].outcome.verdict}, right is {right}"


def suffer(words: Sequence[str]) -> None:
    """What happens to a grading process, as a submission says."""
    match words:
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
    """Print an entry: what is told in it, or why it could not be graded."""
    [check] = entry.report.exercises[0].checks
    failed = check.evidence.detail if check.verdict is Verdict.UNGRADED and check.evidence else None
    said = failed or entry.report.submission.name
    tell(identity=entry.identity, review=entry.report.needs_review, said=said)


def nobody_listens(entry: Entry) -> NoReturn:
    """Whoever read our output has gone."""
    raise BrokenPipeError


def main(room: str, jobs: str, trouble: str = "") -> None:
    """Grade the class."""
    # Tests that a shell runs in the background would have it ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    batch_jobs.ALLOWED = ALLOWED.get(trouble, batch_jobs.ALLOWED)
    vars(batch_jobs)["Grader"] = PlayedGrader
    submissions = {path.stem: path for path in sorted(Path(room).iterdir())}
    exam = PlayedExam(Course(Path(room).parent / "course", CATALOG), trouble)
    launcher = cast(Launcher, PlayedLauncher(deaths=trouble == "zygote"))
    grading = Grading(exam=exam, launcher=launcher, limits=Limits())
    try:
        with contextlib.closing(graded(grading, int(jobs), submissions)) as entries:
            for entry in entries:
                nobody_listens(entry) if trouble == "output" else done(entry)
    except (BrokenPipeError, KeyboardInterrupt) as error:
        tell(raised=type(error).__name__)
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    tell(left=len(children))


if __name__ == "__main__":
    main(*sys.argv[1:])
