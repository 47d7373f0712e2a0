"""How large an answer may be. A right one is about as large as its question, so a multiple of that is room for all.

Both sides of the pipe cut. The worker does, so that an honest answer that is too large keeps its other facts and its
right words. The grader does, since a worker may send what it likes.
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from grader.inside.said import Argument, Listed, Said
from grader.inside.values import Items, NotRepresentable, Place, Raised, Table, TensorValue, Unfit, Value

LEAST_BYTES = 1536
TIMES_THE_QUESTION = 3
_MOST_BYTES = 32 << 10
MAX_MESSAGE_BYTES = 600
MAX_NOTE_BYTES = 2000
_CUT = " [... cut]"
_SHORT_TEXT_BYTES = 40

NamedValues = tuple[tuple[str, Value], ...]


def room_for(inputs: NamedValues, calls: int) -> int:
    """How many bytes the facts of an answer to these inputs may have together, where so many calls are made."""
    return calls * min(_MOST_BYTES, LEAST_BYTES + TIMES_THE_QUESTION * _size(inputs))


def fitted(facts: NamedValues, room: int) -> NamedValues:
    """The facts, in their order, without values that are too large; the largest are given up first."""
    if _size(facts) <= room:
        return facts
    kept: dict[int, tuple[str, Value]] = {}
    for index in sorted(range(len(facts)), key=lambda index: _size(facts[index])):
        name, fact = facts[index]
        fits = _size(facts[index]) <= room
        kept[index] = (name, fact if fits else _cut(fact, room))
        room -= _size(kept[index])
    return tuple(kept[index] for index in sorted(kept))


def cut_text(text: str, limit: int) -> str:
    """A text of at most so many bytes, with a mark where some are missing and there is room for it."""
    data = text.encode(errors="replace")
    if len(data) <= limit:
        return text
    return data[: max(0, limit - len(_CUT))].decode(errors="ignore") + _CUT[: max(0, limit)]


def cut_said(said: tuple[Said, ...], limit: int) -> tuple[Said, ...]:
    """Sentences of at most so many bytes together, as far as that can be had by cutting long texts in their holes."""
    cut, most = said, limit
    while most > _SHORT_TEXT_BYTES and _size(cut) > limit:
        most -= most // 8
        cut = tuple(_with_texts_of(one, most) for one in said)
    return cut


def _with_texts_of(said: Said, most: int) -> Said:
    return replace(said, arguments=tuple((name, _argument_of(one, most)) for name, one in said.arguments))


def _argument_of(argument: Argument, most: int) -> Argument:
    match argument:
        case str():
            return cut_text(argument, most)
        case Said():
            return _with_texts_of(argument, most)
        case Listed(things=things):
            return replace(argument, things=tuple(_argument_of(one, most) for one in things))
        case Place(path=path):
            return replace(argument, path=tuple(cut_text(one, most) if isinstance(one, str) else one for one in path))
        case _:
            return argument


def _size(value: Value | NamedValues | Sequence[object]) -> int:
    return len(msgspec.msgpack.encode(value))


def _cut(value: Value, room: int) -> Value:
    """A value in whose place, or in the place of whose parts, stands what was too large."""
    match value:
        case TensorValue():
            return NotRepresentable(reason=Unfit.LARGE_TENSOR)
        case NotRepresentable():
            return replace(value, held=None)
        case str():
            return NotRepresentable(reason=Unfit.LONG_TEXT)
        case Raised(message=message):
            return replace(value, message=cut_text(message, MAX_MESSAGE_BYTES))
        case Items(items=items):
            return _or_too_many(replace(value, items=tuple(_fit(item, room) for item in items)), room)
        case Table(entries=entries):
            return _or_too_many(replace(value, entries=fitted(entries, room)), room)
        case _:
            return value


def _fit(value: Value, room: int) -> Value:
    return value if _size(value) <= room else _cut(value, room)


def _or_too_many(container: Value, room: int) -> Value:
    return container if _size(container) <= room else NotRepresentable(reason=Unfit.MANY_ENTRIES)
