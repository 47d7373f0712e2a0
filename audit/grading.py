"""Grades answers to one exercise, each in a fresh worker, without a report: what counts here is the points alone."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from grader.course import Course
from grader.exam import LiveExam, checks_of, questions_of
from grader.inside.wire import Cell, SourceFile
from grader.judging.judgement import judge
from grader.judging.scoring import points_of
from grader.kit import own_course
from grader.observing.observer import Observer
from grader.records import Limits, Observations, Verdict, Visibility
from grader.sandbox import Launcher
from grader.submission import SourceTree

SEED = "1"
"""The seed of all questions but those about fairness."""

# Changed code may well never end. An observer serves a style on hundreds of seeds.
LIMITS = Limits(question_seconds=2.0, import_seconds=4.0, submission_seconds=3600.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """The points of one answer, and the checks that it fails."""

    points: int
    full: int
    failed: tuple[str, ...]

    @property
    def loses(self) -> bool:
        """Are these less than full marks?"""
        return self.points < self.full


class Graders:
    """Everything that stays warm in a process: the course, a launcher, and the exams by exercise and seed."""

    def __init__(self, launcher: Launcher, course: Course) -> None:
        self._launcher = launcher
        self._course = course
        self._exam = functools.lru_cache(maxsize=64)(self._new_exam)

    def loses(self, exercise: str, source: str) -> bool:
        """Does an answer lose points? Nothing more is asked once a check has failed."""
        exam = self._exam(exercise, SEED)
        with self._observer(exercise, source) as observer:
            rows: Observations = {}
            for visibility in Visibility:
                rows |= observer.observe(one for one in questions_of(exam) if one.visibility is visibility)
                if _marks(exam, exercise, rows).loses:
                    return True
        return False

    def marks(self, exercise: str, source: str, seeds: Sequence[str] = (SEED,)) -> list[Marks]:
        """The marks of one answer on each seed, all from one worker."""
        with self._observer(exercise, source) as observer:
            exams = (self._exam(exercise, seed) for seed in seeds)
            return [_marks(exam, exercise, observer.observe(questions_of(exam))) for exam in exams]

    def _observer(self, exercise: str, source: str) -> Observer:
        tree = _tree(self._course.catalog.chapter_of(exercise).id, source)
        return Observer(tree, self._course, self._launcher, LIMITS)

    def _new_exam(self, exercise: str, seed: str) -> LiveExam:
        return LiveExam(self._course, seed, [exercise], self._launcher, LIMITS)


def _marks(exam: LiveExam, exercise: str, rows: Observations) -> Marks:
    """The marks as far as the questions have been asked."""
    checks = checks_of(exam, exercise)
    asked = {check: [question for question in exam.questions[check] if question in rows] for check in checks}
    verdicts = {check.id: judge(check, asked[check], rows, exam.expected).outcome.verdict for check in checks}
    points = points_of(checks, verdicts)
    if None in points.values():
        raise RuntimeError(f"a check of {exercise} could not be judged: {verdicts}")
    return Marks(
        points=sum(value or 0 for value in points.values()),
        full=sum(check.points for check in checks),
        failed=tuple(check.name for check in checks if verdicts[check.id] is not Verdict.PASSED),
    )


def _tree(chapter: str, source: str) -> SourceTree:
    path = f"{chapter}.py"
    file = SourceFile(path=path, stem=chapter, cells=(Cell(file=path, source=source),))
    return SourceTree(name=chapter, digest="", files=(file,), notes=())


def open_course() -> Course:
    """The kit's own course."""
    return Course.open(own_course())
