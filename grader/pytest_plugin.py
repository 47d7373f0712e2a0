"""Plain pytest runs check files against one submission: for authors, and for students who meet pytest.

    python -m pytest -p grader.pytest_plugin checks/ch02_first_backward.py --submission exercises --seed 7 -k gradient

`-k`, `-x`, `--pdb` and pytest's other options work as always.
"""

from collections.abc import Generator
from pathlib import Path

import pytest

from grader.course import Course
from grader.exam import Exam, open_exam, questions_of
from grader.judging.items import CheckItem, ChecksPlugin, NotPassed
from grader.kit import own_course
from grader.observing.observer import Observer
from grader.records import Limits, Verdict
from grader.sandbox import Launcher, confined_launcher
from grader.submission import read_submission


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say which submission is judged, and with which hidden inputs."""
    group = parser.getgroup("gradlings")
    group.addoption("--course", type=Path, default=own_course(), help="the folder of the course")
    group.addoption("--submission", type=Path, help="the folder or file to judge; the course's stubs, if none is given")
    group.addoption("--seed", help="the seed of the hidden inputs; 0 if none is given, so that a run can be repeated")


def pytest_configure(config: pytest.Config) -> None:
    """Let the check files be collected."""
    course = Course.open(config.getoption("course"))
    # Before anything secret is there.
    launcher = confined_launcher(Limits(), course.equipment)
    config.add_cleanup(launcher.close)
    seed = config.getoption("seed") or (None if course.exam_file.exists() else "0")
    exam = open_exam(course, seed, (), launcher, Limits())
    plugin = ChecksPlugin(course.checks_by_file, exam.questions, exam.expected, course.language)
    config.pluginmanager.register(plugin)
    config.pluginmanager.register(_Observing(config.getoption("submission") or course.stubs, exam, launcher, plugin))


class _Observing:
    """Asks the submission what the collected checks want to know."""

    def __init__(self, submission: Path, exam: Exam, launcher: Launcher, plugin: ChecksPlugin) -> None:
        self._submission = submission
        self._exam = exam
        self._launcher = launcher
        self._plugin = plugin

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, None, None]:
        """Skip what is not begun: a failure is about code that was written."""
        try:
            return (yield)
        except NotPassed as error:
            outcome = error.judgement.outcome
            if outcome.verdict is not Verdict.NOT_STARTED:
                raise
            pytest.skip(self._exam.course.language.text(outcome.rationale))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Observe before the first check runs."""
        checks = [item.check for item in session.items if isinstance(item, CheckItem)]
        tree = read_submission(self._submission)
        with Observer(tree, self._exam.course, self._launcher, Limits()) as observer:
            self._plugin.begin(observer.observe(questions_of(self._exam, checks)))
