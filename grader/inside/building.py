"""Builds the objects that values stand for; a subject adds the kinds of objects that only it knows."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

from grader.inside.functions import Families, Function, as_shown, build
from grader.inside.values import FunctionSpec, Items, NotRepresentable, Place, Raised, Table, TensorValue, Value

BuildTensor = Callable[[TensorValue], object]
BuildFunction = Callable[[FunctionSpec], object]


def build_inputs(inputs: tuple[tuple[str, Value], ...], families: Families, tensor: BuildTensor) -> dict[str, object]:
    """Build a question's inputs, by name, anew.

    Equal functions are one function. A place of an argument is the argument itself, once more.
    """
    built: dict[str, object] = {}

    @functools.cache
    def function(spec: FunctionSpec) -> Function:
        plain = build(spec, families)
        return only_for(plain, spec.like, built) if spec.like else plain

    for name, value in inputs:
        match value:
            case Place(argument=str(other), path=(), part=None):
                built[name] = built[other]
            case _:
                built[name] = build_object(value, function, tensor)
    return built


def build_object(value: Value, function: BuildFunction, tensor: BuildTensor) -> object:
    """Build what a value stands for: tensors, tuples, lists, dictionaries and functions; plain data is itself."""
    match value:
        case TensorValue():
            return tensor(value)
        case Items(kind="list", items=items):
            return [build_object(item, function, tensor) for item in items]
        case Items(items=items):
            return tuple(build_object(item, function, tensor) for item in items)
        case Table(entries=entries):
            return {name: build_object(entry, function, tensor) for name, entry in entries}
        case FunctionSpec():
            return function(value)
        case NotRepresentable() | Raised() | Place():
            raise TypeError(f"{type(value).__name__} stands for no object")
        case plain:
            return plain


# Any: as the function takes and returns.
def only_for(function: Function, like: str, inputs: Mapping[str, object]) -> Function:
    """The function for whoever hands it what was promised: of one shape and dtype with an input, and nothing else.

    It looks among the inputs when it is called: the one that it is made for may come after it.

    A caller's own function may need either, so what works with another one by chance would not work with that.
    """

    def strict(given: Any) -> Any:
        if _kind(given) != _kind(inputs[like]):
            raise TypeError(f"this function takes {_told(inputs[like])}, like {like}, and was given {_told(given)}")
        return function(given)

    return as_shown(strict)


def _kind(thing: object) -> tuple[object, object]:
    """The shape and dtype of a thing; None for what it has not."""
    return getattr(thing, "shape", None), getattr(thing, "dtype", None)


def _told(thing: object) -> str:
    match _kind(thing):
        case tuple() as shape, dtype if dtype:
            return f"shape {tuple(shape)} and {dtype}"
        case _:
            return f"no {type(thing).__name__}"
