"""Exceptions named by who can fix them. Anything else that escapes is our bug and keeps its traceback."""

from grader.inside.said import Said
from grader.words import own_language


class GraderError(Exception):
    """Base of the errors that are shown as one sentence, without a traceback. `said` is that sentence."""

    def __init__(self, said: Said) -> None:
        super().__init__(said)
        self.said = said

    def __str__(self) -> str:
        return own_language().say(self.said)


class ExerciseError(GraderError):
    """A check, probe, oracle or the catalog is wrong: its author can fix it."""


class SubmissionError(GraderError):
    """A submission, or a file of it, cannot be read: the student can fix it."""


class UsageError(GraderError):
    """A command was called with something it cannot use: the caller can fix it."""


class EnvironmentFault(GraderError):
    """The machine lacks or refuses something that grading needs: the person who runs it can fix it."""
