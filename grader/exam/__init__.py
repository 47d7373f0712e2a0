"""An exam: a course, a seed and a selection. So the questions, what is right, and what each misconception answers.

A live exam finds out what is right when it is asked. A recorded one reads it from a file, and needs no secret.
"""

from grader.exam.exam import Exam, Narrowed, checks_of, questions_of
from grader.exam.live import LiveExam
from grader.exam.open import open_exam, replayed
from grader.exam.recorded import RecordedExam, read_exam, recorded

__all__ = [
    "Exam",
    "LiveExam",
    "Narrowed",
    "RecordedExam",
    "checks_of",
    "open_exam",
    "questions_of",
    "read_exam",
    "recorded",
    "replayed",
]
