"""Errors of a library in plain words: the course's `phrasebook.toml`."""

from pathlib import Path

import msgspec

from grader.errors import ExerciseError
from grader.inside.said import say
from grader.inside.values import Raised, Record


class Phrase(Record):
    """An error, or a warning, of type `exception` is this one when its text contains `match`.

    To a student `says` explains it, and `asks` is a question that helps on. A warning `explains` errors by their ids,
    or a result that is `None` or has a wrong `shape`; elsewhere it is not told.
    """

    id: str
    exception: str
    match: str
    says: str
    asks: str
    explains: tuple[str, ...] = ()


class Phrasebook(Record):
    """The phrases of a course, and names that its learners look for."""

    names: tuple[str, ...] = ()
    phrase: tuple[Phrase, ...] = ()

    def look_up(self, raised: Raised) -> Phrase | None:
        """The entry for an exception, if there is one."""
        return next(
            (one for one in self.phrase if one.exception == raised.exception and one.match in raised.message), None
        )


EMPTY = Phrasebook()


def read_phrasebook(path: Path) -> Phrasebook:
    """Read a phrasebook; without a file it is empty. Raises `ExerciseError` where it is none."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Phrasebook)
    except FileNotFoundError:
        return EMPTY
    except (OSError, ValueError, msgspec.MsgspecError) as error:  # a file may be in any encoding
        raise ExerciseError(say("author.bad_file", name=path.name, error=str(error))) from error
