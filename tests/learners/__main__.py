"""Measures the grader's messages: of how many wrong answers of learners it says what a teacher would say.

    .venv/bin/python -m tests.learners             a table, by exercise
    .venv/bin/python -m tests.learners --list      each answer that is not told, too, with its message

An answer is graded alone, in an exam with a fixed seed. It counts as told `first` when the check that the text report
shows gives the diagnosis, and as told by `any` when some check of the exercise does. Losing no points is listed always:
it is a finding about the checks.
"""

import argparse
import contextlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.exam import LiveExam
from grader.grading import Grader
from grader.records import Limits, Verdict
from grader.report import CheckReport, ExerciseReport
from grader.report.choice import shown_check
from grader.sandbox import confined_launcher
from tests.learners.answers import Answer, answers_to
from tests.observe.conftest import source_tree
from tests.support import CATALOG, COURSE

SEED = "1"

_OWN_HINTS = {exercise.id: exercise.hint for chapter in CATALOG.chapter for exercise in chapter.exercise}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A graded answer."""

    answer: Answer
    exercise: ExerciseReport

    @property
    def loses(self) -> bool:
        """Does it lose points?"""
        return self.exercise.points < self.exercise.max_points

    @property
    def told_first(self) -> bool:
        """Does the message that a student sees first give the diagnosis?"""
        return self.loses and self.answer.is_told_by(message(self.shown))

    @property
    def told(self) -> bool:
        """Does any message give the diagnosis?"""
        return self.loses and any(self.answer.is_told_by(message(check)) for check in self.failing)

    @property
    def failing(self) -> Sequence[CheckReport]:
        """The checks that did not pass."""
        return [check for check in self.exercise.checks if check.verdict is not Verdict.PASSED]

    @property
    def shown(self) -> CheckReport:
        """The check that the text report shows of an exercise."""
        shown = shown_check(self.exercise)
        assert shown is not None
        return shown


def main() -> int:
    """Grade, and print; 1 where an answer loses nothing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", metavar="EXERCISE", help="this exercise only; repeatable")
    parser.add_argument("--list", action="store_true", help="print each answer that is not told, with its message")
    options = parser.parse_args()
    results: list[Result] = []
    print(_row("exercise", "answers", "lose points", "told first", "told by any"))
    for exercise, found in graded(options.only or ()):
        print(_counted(exercise, found), flush=True)
        results += found
    print(_counted("all", results))
    for result in results:
        if not result.loses:
            print(f"\nFULL MARKS {result.exercise.id}: {result.answer.name}\n  why: {result.answer.why}")
        elif options.list and not result.told_first:
            print(_miss(result))
    return int(not all(result.loses for result in results))


def graded(only: Sequence[str]) -> Iterator[tuple[str, Sequence[Result]]]:
    """Every answer of these exercises (of all, if none is named), by exercise."""
    limits = Limits()
    with contextlib.closing(confined_launcher(limits, COURSE.equipment, warm=True)) as launcher:
        exam = LiveExam(COURSE, SEED, only, launcher, limits)
        with Grader(exam, launcher, limits) as grader:
            for exercise in exam.catalog.exercise_ids:
                yield exercise, [_graded(grader, exercise, answer) for answer in answers_to(exercise)]


def message(check: CheckReport) -> str:
    """What a student reads of this mistake; the exercise's own hint is shown whatever the mistake is."""
    hint = "" if check.hint == _OWN_HINTS[check.id.partition(".")[0]] else check.hint
    return f"{check.rationale}\n{hint or ''}"


def _graded(grader: Grader, exercise: str, answer: Answer) -> Result:
    report = grader.grade(source_tree(**{CATALOG.chapter_of(exercise).id: f"import torch\n{answer.code}"}), [exercise])
    (one,) = report.report.exercises
    return Result(answer=answer, exercise=one)


def _counted(name: str, results: Sequence[Result]) -> str:
    counts = (
        sum(one.loses for one in results),
        sum(one.told_first for one in results),
        sum(one.told for one in results),
    )
    return _row(name, str(len(results)), *map(str, counts))


def _row(name: str, *cells: str) -> str:
    return f"{name:26}" + "".join(f"{cell:>13}" for cell in cells)


def _miss(result: Result) -> str:
    check = result.shown
    later = [one.id for one in result.failing if result.answer.is_told_by(message(one))]
    lines = [
        f"\n{result.exercise.id}: {result.answer.name}",
        f"  why:     {result.answer.why}",
        f"  says:    {' & '.join('/'.join(alternatives) for alternatives in result.answer.says)}",
        f"  check:   {check.id} ({check.verdict}, misconception {check.misconception})",
        f"  message: {check.rationale}",
        f"  hint:    {check.hint}",
        *(f"  told by: {one}" for one in later[:1]),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
