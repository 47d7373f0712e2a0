"""Reads objects that may be anything as values. It trusts nothing that it is given.

A subject adds the kinds of objects that only it knows, such as tensors.
"""

from collections.abc import Callable
from typing import Any, cast

from grader.inside.values import (
    MAX_ENTRIES,
    MAX_PARTS,
    MAX_TEXT,
    Items,
    NotRepresentable,
    Table,
    Unfit,
    Value,
    object_of,
)

MAX_DEPTH = 4
_MAX_INT = 1 << 63

ReadOwn = Callable[[object], Value]
"""Reads an object of a subject's own kinds; None for any other."""


def read(thing: object, own: ReadOwn) -> Value:
    """An object as a value. Without a place on the wire it becomes `NotRepresentable` with a reason.

    Types are exact and compared by identity, since a type of somebody's own may equal any other. A container may be of
    a class built on a built-in type, and is read by the built-in methods.
    """
    return _Reader(own).read(thing, MAX_DEPTH)


class _Reader:
    """Reads one object with all that is in it."""

    def __init__(self, own: ReadOwn) -> None:
        self._own = own
        self._room = MAX_PARTS

    def read(self, thing: object, depth: int) -> Value:
        """The object as a value; `depth` containers may be in one another."""
        kind = type(thing)
        if thing is None or kind is bool or kind is float:
            return thing  # type: ignore[return-value]  # narrowed by exact type, which mypy does not follow
        if kind is int:
            return _integer(thing)  # type: ignore[arg-type]  # as above
        if kind is str:
            return _text(thing)  # type: ignore[arg-type]  # as above
        if (value := self._own(thing)) is not None:
            return value
        if (container := container_of(thing)) is not None:
            return self._container(thing, container, depth)
        return object_of(name_of(kind))

    def _container(self, thing: object, kind: type, depth: int) -> Value:
        if depth == 0:
            return NotRepresentable(reason=Unfit.NESTED_DEEPLY)
        entries = entries_of(thing, min(MAX_ENTRIES, self._room))
        if entries is None:
            return NotRepresentable(reason=Unfit.MANY_ENTRIES)
        self._room -= len(entries)
        if kind is dict:
            if not all(type(key) is str for key, _ in entries):
                return NotRepresentable(reason=Unfit.OTHER_KEYS)
            return Table(entries=tuple((_text(str(key)), self.read(entry, depth - 1)) for key, entry in entries))
        return Items(
            kind="tuple" if kind is tuple else "list",
            items=tuple(self.read(item, depth - 1) for _, item in entries),
        )


def entries_of(thing: object, most: int) -> list[tuple[object, object]] | None:
    """The content of a tuple, list or dict, by index or key; nothing for any other thing, None for more than `most`.

    A container of a class of its own, such as a named tuple, is read by the methods of the built-in type. So none of
    the class's code runs.
    """
    kind = container_of(thing)
    if kind is None:
        return []
    if kind.__len__(thing) > most:
        return None
    return list(dict.items(cast(dict[object, object], thing)) if kind is dict else enumerate(kind.__iter__(thing)))


# Any: the methods of these three are called on whatever is built on one of them.
def container_of(thing: object) -> Any:
    """The built-in container that an object is, or is built on: its type is asked, and by no code of its own."""
    return next((kind for kind in (tuple, list, dict) if issubclass(type(thing), kind)), None)


def name_of(kind: type) -> str:
    """A type's name as Python keeps it: a metaclass may give out another."""
    name: str = _NAME(kind)
    return name


_NAME = type.__dict__["__name__"].__get__


def _integer(number: int) -> Value:
    return number if -_MAX_INT <= number < _MAX_INT else NotRepresentable(reason=Unfit.LARGE_INTEGER)


def _text(text: str) -> str:
    return text[:MAX_TEXT].encode(errors="replace").decode()
