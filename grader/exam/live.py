"""An exam that finds out what is right, and what misconceptions answer, by running them."""

import threading
from collections.abc import Iterable, Mapping, Sequence

from grader.course import Course
from grader.course.catalog import Catalog
from grader.exam.exam import Asked, Expected, checks_of, questions_of, suspect
from grader.judging.diagnosis import Suspect
from grader.observing.observer import Observer
from grader.records import Limits, Question
from grader.sandbox import Launcher
from grader.submission import read_submission


class LiveExam:
    """Runs oracle and misconceptions; each once, when it is first asked for.

    Make it after its launcher: from here on this process holds checks and oracles, and a fork of it would, too.
    """

    def __init__(  # noqa: PLR0913, PLR0917  # what is asked, with what misconceptions are run, and a default
        self,
        course: Course,
        seed: str,
        only: Iterable[str],
        launcher: Launcher,
        limits: Limits,
        cancelled: threading.Event | None = None,
    ) -> None:
        self.course = course
        self.seed = seed
        self.catalog = course.catalog.select(only)
        self.questions = _drawn(course, seed, self.catalog)
        self.later: Mapping[str, int] = {}
        self._launcher = launcher
        self._limits = limits
        self._cancelled = cancelled
        self._expected: dict[Question, Expected] = {}
        self._suspects: dict[str, Sequence[Suspect]] = {}

    def expected(self, question: Question) -> Expected:
        """The right facts; raises whatever the oracle raises."""
        if question not in self._expected:
            self._expected[question] = self.course.answer(question)
        return self._expected[question]

    def suspects(self, exercise: str) -> Sequence[Suspect]:
        """The misconceptions of an exercise, run through stage one like any submission."""
        if exercise not in self._suspects:
            self._suspects[exercise] = self._observed(exercise)
        return self._suspects[exercise]

    def _observed(self, exercise: str) -> Sequence[Suspect]:
        chapter = self.course.catalog.chapter_of(exercise).id
        misconceptions = [one for one in self.course.misconceptions(chapter) if one.exercise == exercise]
        if not misconceptions:
            return ()
        tree = read_submission(self.course.misconceptions_file(chapter))
        wanted = [one.function for one in misconceptions]
        questions = questions_of(self, checks_of(self, exercise))
        with Observer(tree, self.course, self._launcher, self._limits, wanted, self._cancelled) as observer:
            return [suspect(self, one, observer.observe_function(questions, one.function)) for one in misconceptions]


def _drawn(course: Course, seed: str, catalog: Catalog) -> Asked:
    """The questions of the checks of a selection, of one seed; those of a case set are drawn once."""
    selected = set(catalog.exercise_ids)
    checks = [check for check in course.checks if check.cases.exercise in selected]
    by_cases = {cases: cases.questions(seed, course.probes.families) for cases in {check.cases for check in checks}}
    return {check: by_cases[check.cases] for check in checks}
