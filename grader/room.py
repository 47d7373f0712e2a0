"""How large an answer may be. A right one is about as large as its question, so a multiple of that is room for all.

Both sides of the pipe cut. The worker does, so that an honest answer that is too large keeps its other facts and its
right words. The grader does, since a worker may send what it likes.
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from grader.model import Items, NotRepresentable, Raised, Table, TensorValue, Value

LEAST_BYTES = 1536
TIMES_THE_QUESTION = 3
_MOST_BYTES = 32 << 10
MAX_MESSAGE_BYTES = 600
_CUT = " [... cut]"

Facts = tuple[tuple[str, Value], ...]


def room_for(inputs: Facts, calls: int) -> int:
    """How many bytes the facts of an answer to these inputs may have together, where so many calls are made."""
    return calls * min(_MOST_BYTES, LEAST_BYTES + TIMES_THE_QUESTION * _size(inputs))


def fitted(facts: Facts, room: int) -> Facts:
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


def _size(value: Value | Facts | Sequence[object]) -> int:
    return len(msgspec.msgpack.encode(value))


def _cut(value: Value, room: int) -> Value:
    """A value in whose place, or in the place of whose parts, stands what was too large."""
    match value:
        case TensorValue():
            return NotRepresentable(reason="a tensor too large to be compared")
        case str():
            return NotRepresentable(reason="a text too long to be compared")
        case Raised(message=message):
            return replace(value, message=cut_text(message, MAX_MESSAGE_BYTES))
        case Items(items=items):
            return _or_too_many(replace(value, items=tuple(_fit(item, room) for item in items)), room)
        case Table(entries=entries):
            return _or_too_many(replace(value, entries=tuple((key, _fit(one, room)) for key, one in entries)), room)
        case _:
            return value


def _fit(value: Value, room: int) -> Value:
    return value if _size(value) <= room else _cut(value, room)


def _or_too_many(container: Value, room: int) -> Value:
    return container if _size(container) <= room else NotRepresentable(reason="more entries than can be compared")
