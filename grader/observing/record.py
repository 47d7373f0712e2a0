"""Everything that stage one finds out about a submission. Judging starts from it, now or again later."""

import itertools
from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from grader.inside.said import Said, say
from grader.inside.sizes import MAX_NOTE_BYTES, cut_said
from grader.inside.values import Raised, Record
from grader.inside.wire import Note
from grader.observing.definitions import Origin
from grader.records import Observation, Observations, Question, Row, Student, TimedOut
from grader.submission import SourceTree

T = TypeVar("T")

# People read them, and a batch keeps them for every submission.
_MAX_NAMES_BYTES = 16 << 10
_MAX_NOTES_BYTES = 16 << 10
_MAX_ORIGIN_NOTES = 3
_MAX_ORIGIN_NOTE_BYTES = 500


class Observed(Record):
    """A submission's answers, and the facts about its files. `origins` are by exercise, `unread` as a tree has it.

    `more_files` are those whose names there was no room for.
    """

    name: str
    digest: str
    files: tuple[str, ...]
    notes: tuple[Note, ...]
    import_output: str
    origins: dict[str, Origin]
    rows: tuple[tuple[Question, Row], ...]
    unread: tuple[Said, ...] = ()
    more_files: int = 0
    student: Student | None = None

    @property
    def observations(self) -> Observations:
        """The answers by question."""
        return dict(self.rows)


def observed(
    tree: SourceTree,
    notes: Sequence[Note],
    import_output: str,
    origins: Mapping[str, Origin],
    observations: Observations,
) -> Observed:
    """All that there is to say about a submission, each part within bounds."""
    names = tuple(file.path for file in tree.files)
    files = _that_fit(names, _MAX_NAMES_BYTES)
    return Observed(
        name=tree.name,
        digest=tree.digest,
        files=files,
        more_files=len(names) - len(files),
        notes=_few_notes(notes),
        import_output=import_output,
        origins={exercise: _brief(origin) for exercise, origin in origins.items()},
        rows=tuple(observations.items()),
        unread=tree.unread,
        student=tree.student,
    )


def _few_notes(notes: Sequence[Note]) -> tuple[Note, ...]:
    """The first notes, cut, and how many more there are."""
    short = tuple(replace(note, said=cut_said((note.said,), MAX_NOTE_BYTES)[0]) for note in notes)
    kept = _that_fit(short, _MAX_NOTES_BYTES)
    if len(kept) == len(short):
        return kept
    return (*kept, Note(file=".", line=None, said=say("note.more", count=len(short) - len(kept))))


def _brief(origin: Origin) -> Origin:
    """An origin with a few short notes: a name may be defined in hundreds of files."""
    few = origin.notes[:_MAX_ORIGIN_NOTES]
    return replace(origin, notes=cut_said(few, _MAX_ORIGIN_NOTE_BYTES * len(few)))


def _that_fit(things: tuple[T, ...], room: int) -> tuple[T, ...]:
    """The first things, as many as there is room for."""
    sizes = itertools.accumulate(len(msgspec.msgpack.encode(thing)) for thing in things)
    return things[: sum(size <= room for size in sizes)]


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
