"""The words of what reading a submission found."""

import contextlib
import re
from collections.abc import Iterator

import pytest

from grader.errors import SubmissionError
from grader.inside.said import Said
from grader.inside.wire import Note
from grader.words import own_language


def words(said: Said | None) -> str:
    """A sentence as a report has it; nothing where there is none."""
    return own_language().say(said) if said else ""


def told(note: Note) -> str:
    """What a note says."""
    return words(note.said)


@contextlib.contextmanager
def refused(because: str, error: type[SubmissionError] = SubmissionError) -> Iterator[None]:
    """What happens here is refused, with words that match this pattern."""
    with pytest.raises(error) as caught:
        yield
    said = words(caught.value.said)
    assert re.search(because, said), said
