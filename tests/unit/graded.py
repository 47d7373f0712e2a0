"""Grades one file, for tests of what comes out."""

import contextlib
from collections.abc import Callable, Sequence

from grader.exam import LiveExam
from grader.grading import Grader
from grader.inside.commands import Equipment
from grader.records import Limits
from grader.report import Report
from grader.sandbox import Launcher, confined_launcher
from tests.observe.conftest import source_tree
from tests.support import COURSE


def graded(
    source: str,
    limits: Limits,
    launch: Callable[[Limits, Equipment], Launcher] = confined_launcher,
    exercises: Sequence[str] = ("jacobian_2xtx", "gradient"),
) -> Report:
    """The report on one file, with some exercises."""
    with contextlib.closing(launch(limits, COURSE.equipment)) as launcher:
        exam = LiveExam(COURSE, "1", exercises, launcher, limits)
        with Grader(exam, launcher, limits) as grader:
            return grader.grade(source_tree(a=source)).report
