"""Smaller questions of the kind of a visible one: fewer elements, plainer numbers, a plainer function.

They are made from the question alone, so a handout can hold what is right for them.
"""

import contextlib
import itertools
import math
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from grader.exam.exam import Exam
from grader.inside.functions import Families
from grader.inside.values import FunctionSpec, Items, Table, TensorValue, Value, pack
from grader.records import Question, Visibility

_SIZES = (1, 2)
# All differ, and 1 and 2 do not come first: there, x * x is x or 2x, and a wrong formula looks right.
_NUMBERS = (3, 2, 7, 5)


def known_smaller(exam: Exam, question: Question) -> Sequence[Question]:
    """The smaller questions of which the exam knows what is right, the smallest one first."""
    return [one for one in smaller(question, exam.course.probes.families) if _is_known(exam, one)]


def smaller(question: Question, families: Families) -> Sequence[Question]:
    """The smaller questions, the smallest one first; none of a hidden question, which is not to be shown."""
    if question.visibility is Visibility.HIDDEN:
        return []
    made = [_cut(question, size, function) for size in _SIZES for function in _functions(question, size, families)]
    return [one for one in dict.fromkeys(made) if _weight(one, families) < _weight(question, families)]


def _is_known(exam: Exam, question: Question) -> bool:
    with contextlib.suppress(Exception):  # cut in this way, its parts may not fit together
        return bool(exam.expected(question))
    return False


def _functions(question: Question, size: int, families: Families) -> Iterator[FunctionSpec | None]:
    """The functions that a smaller question may have, the plainest first; None where it keeps its own.

    Several functions in one question stay apart, so they are kept.
    """
    match [value for _, value in question.inputs if isinstance(value, FunctionSpec)]:
        case [function] if families[function.name].arity is None:
            for outputs in _SIZES:
                yield _written(replace(function, coefficients=function.coefficients[: outputs * size]), families)
        case [function] if simpler := families[function.name].simpler:
            yield _written(replace(function, name=simpler, coefficients=()), families)
            yield None
        case _:
            yield None


def _written(function: FunctionSpec, families: Families) -> FunctionSpec:
    return replace(function, text=families[function.name].write(function))


def _cut(question: Question, size: int, function: FunctionSpec | None) -> Question:
    """A question of which no axis and no container is longer than this size."""
    numbers = itertools.cycle(_NUMBERS)
    inputs = (
        (name, function if function is not None and isinstance(value, FunctionSpec) else _smaller(value, size, numbers))
        for name, value in question.inputs
    )
    return replace(question, inputs=tuple(inputs))


def _smaller(value: Value, size: int, numbers: Iterator[int]) -> Value:
    match value:
        case TensorValue():
            return _tensor(value, size, numbers)
        case Items(items=items):
            return replace(value, items=tuple(_smaller(item, size, numbers) for item in items[:size]))
        case Table(entries=entries):
            return Table(entries=tuple((key, _smaller(entry, size, numbers)) for key, entry in entries[:size]))
        case _:
            return value


def _tensor(value: TensorValue, size: int, numbers: Iterator[int]) -> TensorValue:
    """The tensor with fewer elements and other numbers, which have the signs of its own; zeros stay where all are."""
    shape = tuple(min(length, size) for length in value.shape)
    # Beside others, a 0 shows little.
    signs = [element for element in value.elements() if element] or [0.0] * math.prod(value.shape)
    signs = list(itertools.islice(itertools.cycle(signs), math.prod(shape)))
    elements = [sign and math.copysign(next(numbers), sign) for sign in signs]
    data = pack(value.dtype, elements)
    grad = None if value.grad is None else _tensor(value.grad, size, numbers)
    return replace(value, shape=shape, data=data, grad=grad)


def _weight(question: Question, families: Families) -> tuple[int, int]:
    """How large a question is: by its elements, and then by its functions."""
    sizes = [_size(value, families) for _, value in question.inputs]
    return sum(elements for elements, _ in sizes), sum(functions for _, functions in sizes)


def _size(value: Value, families: Families) -> tuple[int, int]:
    match value:
        case TensorValue(shape=shape):
            return math.prod(shape), 0
        case FunctionSpec(name=name, coefficients=coefficients):
            return 0, len(coefficients) + bool(families[name].simpler)
        case Items(items=parts):
            pass
        case Table(entries=entries):
            parts = tuple(entry for _, entry in entries)
        case _:
            return 0, 0
    sizes = [_size(part, families) for part in parts]
    return len(parts) + sum(elements for elements, _ in sizes), sum(functions for _, functions in sizes)
