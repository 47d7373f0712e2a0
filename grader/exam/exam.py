"""The things that every exam has, whether it is live or recorded."""

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from grader.authoring import Check
from grader.course import Course
from grader.course.catalog import Catalog
from grader.course.misconceptions import Misconception
from grader.inside.values import Value
from grader.judging.diagnosis import Suspect
from grader.judging.judgement import Judgement, judge
from grader.records import Observations, Question

Expected = Mapping[str, Value]
Asked = Mapping[Check, Sequence[Question]]
"""The questions of each check, in the order of the catalog."""


class Exam(Protocol):
    """The questions of one run, and what is known about them."""

    @property
    def course(self) -> Course:
        """The course that the questions are about."""

    @property
    def seed(self) -> str | None:
        """The seed that the hidden questions were drawn with; None where there are none."""

    @property
    def catalog(self) -> Catalog:
        """The chapters and exercises that are asked."""

    @property
    def questions(self) -> Asked:
        """The questions of each check."""

    @property
    def later(self) -> Mapping[str, int]:
        """How many more questions each exercise asks when the work is handed in; none, where nothing is left out."""

    def expected(self, question: Question) -> Expected:
        """The right facts; raises whatever keeps them from being known."""

    def suspects(self, exercise: str) -> Sequence[Suspect]:
        """The misconceptions of an exercise, with their own answers and how these were judged."""


class Narrowed:
    """A part of an exam: the exercises and chapters that are named, as `Catalog.select` reads the names."""

    def __init__(self, whole: Exam, names: Iterable[str]) -> None:
        self.course = whole.course
        self.seed = whole.seed
        self.catalog = whole.catalog.select(names)
        kept = set(self.catalog.exercise_ids)
        self.questions: Asked = {
            check: questions for check, questions in whole.questions.items() if check.cases.exercise in kept
        }
        self.later: Mapping[str, int] = {name: count for name, count in whole.later.items() if name in kept}
        self.expected = whole.expected
        self.suspects = whole.suspects


def checks_of(exam: Exam, exercise: str) -> Sequence[Check]:
    """The checks of one exercise."""
    return [check for check in exam.questions if check.cases.exercise == exercise]


def questions_of(exam: Exam, checks: Iterable[Check] | None = None) -> tuple[Question, ...]:
    """Everything that some checks ask, or all of them; each question once."""
    asking = exam.questions if checks is None else checks
    return tuple(dict.fromkeys(question for check in asking for question in exam.questions[check]))


def suspect(exam: Exam, misconception: Misconception, observations: Observations) -> Suspect:
    """A misconception whose answers are judged as a submission's are."""
    judged: dict[str, Judgement] = {}
    for check in checks_of(exam, misconception.exercise):
        # A check that fails itself is reported for the submission; here there is nothing to compare with.
        with contextlib.suppress(Exception):
            judged[check.id] = judge(check, exam.questions[check], observations, exam.expected)
    return Suspect(misconception=misconception, observations=observations, judged=judged)
