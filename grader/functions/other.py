"""The inputs of a question once more, with other numbers: for a second call that has nothing to do with the first.

Worker and judge make them alike, so nothing has to be sent.
"""

import struct

from msgspec.structs import replace

from grader.model import DTYPES, Items, Table, TensorValue, Value

Inputs = tuple[tuple[str, Value], ...]


def other_numbers(inputs: Inputs) -> Inputs:
    """The same kinds, shapes and dtypes; every number in a tensor is another one, but for booleans."""
    return tuple((name, _other(value)) for name, value in inputs)


def _other(value: Value) -> Value:
    match value:
        case TensorValue(dtype="bool"):
            return value
        case TensorValue(dtype=dtype, grad=grad):
            step = _fraction if dtype.startswith("float") else _whole
            numbers = [step(element) for element in value.elements()]
            data = struct.pack(f"<{len(numbers)}{DTYPES[dtype]}", *numbers)
            old = _other(grad) if grad is not None else None
            return replace(value, data=data, grad=old)
        case Items(items=items):
            return replace(value, items=tuple(map(_other, items)))
        case Table(entries=entries):
            return Table(entries=other_numbers(entries))
        case _:
            return value


def _fraction(element: float) -> float:
    # No number of a question is its own image, which is 0.875; 0 does not stay at the kink.
    return element / 2 + 0.4375


def _whole(element: float) -> int:
    return int(element) ^ 1
