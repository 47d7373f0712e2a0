"""torch's error messages in plain words; the table itself is `phrasebook.toml`."""

import functools
from pathlib import Path

import msgspec

from grader.model import Raised, Record


class Phrase(Record):
    """An error of type `exception` is this one when its text contains `match`; `says` explains it to a student."""

    id: str
    exception: str
    match: str
    says: str


class _Phrasebook(Record):
    phrase: tuple[Phrase, ...]


@functools.cache
def _phrases() -> tuple[Phrase, ...]:
    return msgspec.toml.decode(Path(__file__).with_suffix(".toml").read_bytes(), type=_Phrasebook).phrase


def look_up(raised: Raised) -> Phrase | None:
    """The phrasebook's entry for an exception, if it has one."""
    return next((one for one in _phrases() if one.exception == raised.exception and one.match in raised.message), None)
