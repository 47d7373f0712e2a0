"""Values as people read them, in no language but Python's and torch's; numbers to six significant digits."""

import itertools
from collections.abc import Iterator

from grader.inside.sizes import cut_text
from grader.inside.values import FLOATS, FunctionSpec, Items, NotRepresentable, Raised, Table, TensorValue, Value

MAX_ELEMENTS = 60
_MAX_SHOWN_BYTES = 600


def show(value: Value) -> str:
    """A value in one line."""
    match value:
        case TensorValue():
            return _tensor(value)
        case Items():
            return _items(value)
        case Table(entries=entries):
            return "{" + listed(f"{name!r}: {show(entry)}" for name, entry in entries) + "}"
        case FunctionSpec():
            return value.text
        case NotRepresentable(kind=kind, held=TensorValue() as held):
            return f"<{kind}: {show(held)}>"
        case NotRepresentable(reason=reason, kind=kind):
            return f"<{kind or reason}>"
        case Raised(exception=name, message=message):
            return f"{name}: {message}"
        case float():
            return _number(value)
        case plain:
            return repr(plain)


def shorten(text: str) -> str:
    """A text that fits into a report."""
    return cut_text(text, _MAX_SHOWN_BYTES)


def listed(parts: Iterator[str]) -> str:
    """The first parts, as many as a tensor may have elements to be shown."""
    first = list(itertools.islice(parts, MAX_ELEMENTS))
    return ", ".join([*first, *("..." for _ in itertools.islice(parts, 1))])


def _number(value: float) -> str:
    written = f"{value:.6g}"
    return written if any(mark in written for mark in ".en") else written + "."


def _items(value: Items) -> str:
    inside = listed(map(show, value.items))
    if value.kind == "list":
        return f"[{inside}]"
    return f"({inside},)" if len(value.items) == 1 else f"({inside})"


def _tensor(value: TensorValue) -> str:
    elements = value.elements()
    if len(elements) > MAX_ELEMENTS:
        return f"tensor(..., dtype={value.dtype}, size={value.shape})"
    is_float = value.dtype in FLOATS
    words = [_number(element) if is_float else str(element) for element in elements]
    extras = [] if value.dtype in ("float32", "int64", "bool") else [f"dtype={value.dtype}"]
    extras += ["requires_grad=True"] if value.requires_grad else []
    extras += [f"grad={show(value.grad)}"] if value.grad is not None else []
    extras += [f"{name}=True" for name in ("computed", "spread") if getattr(value, name)]
    if 0 in value.shape and len(value.shape) > 1:
        extras.append(f"size={value.shape}")
    return "tensor(" + ", ".join([nested(words, value.shape), *extras]) + ")"


def nested(words: list[str], shape: tuple[int, ...]) -> str:
    """The elements of a tensor in the brackets of its axes."""
    if not shape:
        return words[0]
    if 0 in shape:
        return "[]"
    step = len(words) // shape[0]
    rows = [nested(words[start : start + step], shape[1:]) for start in range(0, len(words), step)]
    return "[" + ", ".join(rows) + "]"
