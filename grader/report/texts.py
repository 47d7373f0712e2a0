"""Every text of a report, wherever it stands: what holds for one holds for those that are added later."""

import enum
from collections.abc import Callable
from typing import TypeVar, cast

import msgspec

_T = TypeVar("_T")


def with_texts(value: _T, change: Callable[[str], str]) -> _T:
    """The same value with every text in it changed, in records, tuples and dictionaries; keys and enums stay."""
    changed: object = value
    match value:
        case enum.Enum():
            pass
        case str():
            changed = change(value)
        case tuple():
            changed = tuple(with_texts(part, change) for part in value)
        case dict():
            changed = {key: with_texts(part, change) for key, part in value.items()}
        case msgspec.Struct():
            fields = {name: with_texts(getattr(value, name), change) for name in value.__struct_fields__}
            changed = msgspec.structs.replace(value, **fields)
        case _:
            pass
    return cast(_T, changed)
