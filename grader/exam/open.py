"""Opens the exam of a course: the recorded one where its folder holds one, as a handout does, and else a live one."""

import secrets
import threading
from collections.abc import Iterable

from grader.course import Course
from grader.errors import UsageError
from grader.exam.exam import Exam, Narrowed
from grader.exam.live import LiveExam
from grader.exam.recorded import read_exam
from grader.inside.said import say
from grader.records import Limits
from grader.sandbox import Launcher


def open_exam(  # noqa: PLR0913, PLR0917  # what is asked, with what misconceptions are run, and a default
    course: Course,
    seed: str | None,
    only: Iterable[str],
    launcher: Launcher,
    limits: Limits,
    cancelled: threading.Event | None = None,
) -> Exam:
    """The exam of the exercises that are named; without a seed, hidden questions are drawn with a new one.

    Make it after its launcher: a zygote that is a fork of this process must know neither seed nor answers.
    """
    if course.exam_file.exists():
        if seed is not None:
            raise UsageError(say("exam.has_no_seed"))
        return replayed(course, course.exam_file.read_bytes(), only)
    drawn = str(secrets.randbelow(1 << 32)) if seed is None else seed
    return LiveExam(course, drawn, only, launcher, limits, cancelled)


def replayed(course: Course, data: bytes, only: Iterable[str]) -> Exam:
    """The exercises that are named of an exam that was recorded; raises `UsageError` where it does not ask them."""
    exam = read_exam(course, data)
    names = course.catalog.ids_of(only)
    asked = {*exam.catalog.exercise_ids, *(chapter.id for chapter in exam.catalog.chapter)}
    if lacking := [name for name in names if name not in asked]:
        raise UsageError(say("exam.not_asked", name=lacking[0]))
    return Narrowed(exam, names)
