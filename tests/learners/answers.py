"""Wrong answers in the manner of learners, one file an exercise, each with what a teacher would say of it.

They are written from the stubs and lessons alone, by nobody who had the checks or misconceptions in mind.
"""

import re
from pathlib import Path

import msgspec

from grader.inside.values import Record

FOLDER = Path(__file__).parent


class Answer(Record):
    """A wrong answer. A message gives its diagnosis when it holds an alternative of every list in `says`."""

    name: str
    code: str
    why: str
    says: tuple[tuple[str, ...], ...]

    def is_told_by(self, message: str) -> bool:
        """Does a message give the diagnosis?"""
        words = message.lower()
        return all(any(_occurs(one, words) for one in alternatives) for alternatives in self.says)


class _File(Record):
    answer: tuple[Answer, ...]


def answers_to(exercise: str) -> tuple[Answer, ...]:
    """The answers to one exercise."""
    return msgspec.toml.decode((FOLDER / f"{exercise}.toml").read_bytes(), type=_File).answer


def _occurs(alternative: str, words: str) -> bool:
    """At the beginning of a word only: "old" is not in "hold"; one or two letters are a whole word."""
    begins = r"(?<!\w)" if re.match(r"\w", alternative) else ""
    ends = r"(?!\w)" if re.fullmatch(r"\w{1,2}", alternative) else ""
    return re.search(begins + re.escape(alternative) + ends, words) is not None
