"""Everything that stage one finds out about a submission. Judging starts from it, now or again later."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from grader.model import Observation, Observations, Question, Raised, Record, Row, TimedOut
from grader.resolve import Source
from grader.room import cut_text
from grader.wire import Note

T = TypeVar("T")

# People read them, and a batch keeps them for every submission.
_MAX_NAMES_BYTES = 16 << 10
_MAX_NOTES_BYTES = 32 << 10
_MAX_NOTE_BYTES = 2000
_MAX_SOURCE_NOTE_BYTES = 500


class Observed(Record):
    """A submission's answers, and the facts about its files. `sources` are by exercise, `unread` as a tree has it."""

    name: str
    digest: str
    files: tuple[str, ...]
    notes: tuple[Note, ...]
    import_output: str
    sources: dict[str, Source]
    rows: tuple[tuple[Question, Row], ...]
    unread: tuple[str, ...] = ()

    @property
    def observations(self) -> Observations:
        """The answers by question."""
        return dict(self.rows)


def few_names(names: Iterable[str]) -> tuple[str, ...]:
    """The first names, and how many more there are."""
    return _few(tuple(names), _MAX_NAMES_BYTES, lambda count: f"... and {count} more")


def few_notes(notes: Sequence[Note]) -> tuple[Note, ...]:
    """The first notes, none of them long, and how many more there are."""
    short = tuple(replace(note, text=cut_text(note.text, _MAX_NOTE_BYTES)) for note in notes)
    return _few(short, _MAX_NOTES_BYTES, lambda count: Note(file=".", line=None, text=f"There are {count} more notes."))


def brief(source: Source) -> Source:
    """A source with a few short notes: a name may be defined in hundreds of files."""
    return replace(source, notes=tuple(cut_text(note, _MAX_SOURCE_NOTE_BYTES) for note in source.notes[:3]))


def _few(things: tuple[T, ...], room: int, rest: Callable[[int], T]) -> tuple[T, ...]:
    sizes = itertools.accumulate(len(msgspec.msgpack.encode(thing)) for thing in things)
    kept = sum(size <= room for size in sizes)
    return things if kept == len(things) else (*things[:kept], rest(len(things) - kept))


def same_answer(one: Observation, other: Observation) -> bool:
    """Did two runs bring the same?

    NaN is the same as NaN. An exception's text may hold an address, and how long somebody waited says nothing.
    """
    return _comparable(one) == _comparable(other)


def _comparable(observation: Observation) -> bytes:
    match observation:
        case TimedOut():
            return b"timed out"
        case Raised():
            return msgspec.msgpack.encode(replace(observation, message=""))
        case _:
            return msgspec.msgpack.encode(observation)
