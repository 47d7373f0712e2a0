"""Every text of a report, wherever it stands: a rule for texts holds for fields that are added later, too."""

import enum
import operator
from collections.abc import Callable
from typing import TypeVar, cast

import msgspec

_T = TypeVar("_T")


def as_one_text(value: object) -> str:
    """All texts of a value in one, as JSON writes them: whether any has to be changed is seen at one look.

    Raises UnicodeEncodeError where a text holds half a character.
    """
    return msgspec.json.encode(value).decode()


def with_texts(value: _T, change: Callable[[str], str]) -> _T:
    """The same value with every text in it changed, in records, tuples and dictionaries; keys and enums stay."""
    changed: object = value
    match value:
        case enum.Enum():
            pass
        case str():
            changed = change(value)
        case tuple():
            parts = [with_texts(part, change) for part in value]
            changed = tuple(parts) if any(map(operator.is_not, parts, value)) else value
        case dict():
            changed = {key: with_texts(part, change) for key, part in value.items()}
        case msgspec.Struct():
            fields = [(name, getattr(value, name)) for name in value.__struct_fields__]
            others = {name: other for name, part in fields if (other := with_texts(part, change)) is not part}
            changed = msgspec.structs.replace(value, **others) if others else value
        case _:
            pass
    return cast(_T, changed)
