"""The questions next to one: with another argument than was given, so that an answer may be right for that. Pure."""

import contextlib
import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from msgspec.structs import replace

from grader.inside.second_call import Inputs
from grader.inside.values import FunctionSpec, Place, TensorValue, Value, pack
from grader.judging.relations import Related, Relation
from grader.records import Question

# What becomes of a tensor that a line gives other numbers, by the code that would do it.
_POINTS: Mapping[str, Callable[[float], float]] = {
    "-{name}": lambda number: -number,
    "{name}.abs()": abs,
    "{name}.round()": round,
    "{name}.int()": int,
    "torch.ones_like({name})": lambda _: 1,
    "torch.zeros_like({name})": lambda _: 0,
    "{name} * {name}": lambda number: number * number,
    "2 * {name}": lambda number: 2 * number,
    "{name} + 1": lambda number: number + 1,
}


def derived(question: Question) -> Sequence[Question]:
    """All questions whose right answers may be needed beside a question's own, always in the same order."""
    calls = [question, question.next_call] if question.calls > 1 else [question]
    return [*calls[1:], *(other for call in calls for _, other in elsewhere(call))]


def elsewhere(question: Question, among: Collection[Relation] | None = None) -> Iterator[tuple[Related, Question]]:
    """The questions with one argument changed or two of a kind exchanged, and what an answer is that is right there.

    They are all that there are, or those of some kinds.
    """
    for kind, change in _CHANGES.items():
        if among is None or kind in among:
            for found, inputs in change(question.inputs):
                yield found, replace(question, inputs=inputs)


def _flipped(inputs: Inputs) -> Iterator[tuple[Related, Inputs]]:
    for name, value in inputs:
        if isinstance(value, bool):
            yield Related(Relation.FLIPPED, thing=Place(argument=name)), _with(inputs, {name: not value})


def _exchanged(inputs: Inputs) -> Iterator[tuple[Related, Inputs]]:
    for (name, value), (other_name, other) in itertools.combinations(inputs, 2):
        if _kind(value) is not None and _kind(value) == _kind(other):
            found = Related(Relation.EXCHANGED, thing=Place(argument=name), word=other_name)
            yield found, _with(inputs, {name: other, other_name: value})


def _kind(value: Value) -> object:
    """Arguments of one kind could be taken for each other; None where a value has none."""
    match value:
        case TensorValue(shape=shape):
            return shape
        case FunctionSpec():
            return FunctionSpec
        case _:
            return None


def _moved(inputs: Inputs) -> Iterator[tuple[Related, Inputs]]:
    for name, value in inputs:
        if isinstance(value, TensorValue):
            for code, change in _POINTS.items():
                found = Related(Relation.ELSEWHERE, thing=Place(argument=name), word=code.format(name=name))
                # An infinity has no integer, what is too large no square, and uint8 nothing below 0.
                with contextlib.suppress(ValueError, OverflowError):
                    yield found, _with(inputs, {name: _changed(value, change)})


_CHANGES: Mapping[Relation, Callable[[Inputs], Iterator[tuple[Related, Inputs]]]] = {
    Relation.FLIPPED: _flipped,
    Relation.EXCHANGED: _exchanged,
    Relation.ELSEWHERE: _moved,
}


def _changed(value: TensorValue, change: Callable[[float], float]) -> TensorValue:
    return replace(value, data=pack(value.dtype, [change(number) for number in value.elements()]))


def _with(inputs: Inputs, changed: Mapping[str, Value]) -> Inputs:
    return tuple((name, changed.get(name, value)) for name, value in inputs)
