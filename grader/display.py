"""Values as people read them: torch's own way of writing, numbers to six significant digits."""

import itertools
from collections.abc import Iterator

from grader.functions import text
from grader.model import FunctionSpec, Items, NotRepresentable, Question, Raised, Table, TensorValue, Value
from grader.room import cut_text

_MAX_ELEMENTS = 60
# More than any right answer has.
_MAX_SHOWN_SIZE = 30
_MAX_SHOWN_DIMENSIONS = 3
_MAX_SHOWN_BYTES = 600


def show(value: Value) -> str:
    """A value in one line."""
    match value:
        case TensorValue():
            return _tensor(value)
        case Items(kind="list", items=items):
            return "[" + _listed(map(show, items)) + "]"
        case Items(items=items):
            return "(" + _listed(map(show, items)) + ("," if len(items) == 1 else "") + ")"
        case Table(entries=entries):
            return "{" + _listed(f"{name!r}: {show(entry)}" for name, entry in entries) + "}"
        case FunctionSpec():
            return text(value)
        case NotRepresentable(reason=reason):
            return reason
        case Raised(exception=name, message=message):
            return f"{name}: {message}"
        case float():
            return _number(value)
        case plain:
            return repr(plain)


def show_call(question: Question, called_as: str | None = None) -> str:
    """The call that a question asks for. With `called_as`, the call is written as that text, and its parts follow."""
    inputs = ", ".join(f"{name}={show(value)}" for name, value in question.inputs)
    return f"{question.exercise}({inputs})" if called_as is None else f"{called_as}, made from {inputs}"


def describe_kind(value: Value) -> str:
    """The sort of a value, without its content: safe to show for a hidden question."""
    match value:
        case None:
            return "None"
        case TensorValue(dtype=dtype, shape=shape):
            return f"a {dtype} tensor of shape {show_shape(shape)}"
        case Items(kind=kind, items=items):
            return f"a {kind} of {show_count(len(items))}"
        case Table(entries=entries):
            return f"a dict of {show_count(len(entries))}"
        case NotRepresentable(reason=reason):
            return reason
        case Raised(exception=name):
            return f"an exception of type {name}"
        case _:
            return f"a Python {type(value).__name__}"


def show_shape(shape: tuple[int, ...]) -> str:
    """A shape in which large sizes are not told: for a hidden question they could be a message about its input."""
    if len(shape) > _MAX_SHOWN_DIMENSIONS:
        return "(many dimensions)"
    return str(tuple(map(show_count, shape))).replace("'", "")


def show_count(count: int) -> str | int:
    """A number of things, unless it is a large one: see `show_shape`."""
    return count if count <= _MAX_SHOWN_SIZE else "many"


def shorten(text: str) -> str:
    """A text that fits into a report."""
    return cut_text(text, _MAX_SHOWN_BYTES)


def _listed(parts: Iterator[str]) -> str:
    """The first parts, as many as a tensor may have elements to be shown."""
    first = list(itertools.islice(parts, _MAX_ELEMENTS))
    return ", ".join([*first, *("..." for _ in itertools.islice(parts, 1))])


def _number(value: float) -> str:
    written = f"{value:.6g}"
    return written if any(mark in written for mark in ".en") else written + "."


def _tensor(value: TensorValue) -> str:
    elements = value.elements()
    if len(elements) > _MAX_ELEMENTS:
        return f"a {value.dtype} tensor of shape {value.shape}"
    is_float = value.dtype.startswith("float")
    words = [_number(element) if is_float else str(element) for element in elements]
    extras = [] if value.dtype in ("float32", "int64", "bool") else [f"dtype={value.dtype}"]
    extras += ["requires_grad=True"] if value.requires_grad else []
    extras += [f"grad={show(value.grad)}"] if value.grad is not None else []
    if 0 in value.shape and len(value.shape) > 1:
        extras.append(f"size={value.shape}")
    return "tensor(" + ", ".join([_nested(words, value.shape), *extras]) + ")"


def _nested(words: list[str], shape: tuple[int, ...]) -> str:
    if not shape:
        return words[0]
    if 0 in shape:
        return "[]"
    step = len(words) // shape[0]
    rows = [_nested(words[start : start + step], shape[1:]) for start in range(0, len(words), step)]
    return "[" + ", ".join(rows) + "]"
