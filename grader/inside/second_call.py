"""The inputs of a question once more, with other numbers: for a second call that has nothing to do with the first.

Worker and judge make them alike, so nothing has to be sent.
"""

from msgspec.structs import replace

from grader.inside.values import FLOATS, Items, Table, TensorValue, Value, pack

Inputs = tuple[tuple[str, Value], ...]


def other_numbers(inputs: Inputs) -> Inputs:
    """The same kinds, shapes and dtypes, with other content.

    Every number in a tensor is another one, but for booleans. In a list, so are fractions, and texts have other cases.
    Other plain values are switches and counts, which belong to the question.
    """
    return tuple((name, _other(value)) for name, value in inputs)


def _other(value: Value) -> Value:
    match value:
        case TensorValue(dtype="bool"):
            return value
        case TensorValue(dtype=dtype, grad=grad):
            step = _fraction if dtype in FLOATS else _whole
            old = _other(grad) if grad is not None else None
            return replace(value, data=pack(dtype, [step(element) for element in value.elements()]), grad=old)
        case Items(items=items):
            return replace(value, items=tuple(map(_other_entry, items)))
        case Table(entries=entries):
            return Table(entries=other_numbers(entries))
        case _:
            return value


def _other_entry(value: Value) -> Value:
    match value:
        case float():
            return _fraction(value)
        case str():
            return value.swapcase()
        case _:
            return _other(value)


def _fraction(element: float) -> float:
    # No number of a question is its own image, which is 0.875; 0 does not stay at the kink.
    return element / 2 + 0.4375


def _whole(element: float) -> int:
    return int(element) ^ 1
