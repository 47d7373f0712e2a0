"""Builds the objects that values stand for; a subject adds the kinds of objects that only it knows."""

from collections.abc import Callable

from grader.inside.functions import Families, build
from grader.inside.values import FunctionSpec, Items, NotRepresentable, Place, Raised, Table, TensorValue, Value

BuildTensor = Callable[[TensorValue], object]


def build_inputs(inputs: tuple[tuple[str, Value], ...], families: Families, tensor: BuildTensor) -> dict[str, object]:
    """Build a question's inputs, by name, anew."""
    return {name: build_object(value, families, tensor) for name, value in inputs}


def build_object(value: Value, families: Families, tensor: BuildTensor) -> object:
    """Build what a value stands for: tensors, tuples, lists, dictionaries and functions; plain data is itself."""
    match value:
        case TensorValue():
            return tensor(value)
        case Items(kind="list", items=items):
            return [build_object(item, families, tensor) for item in items]
        case Items(items=items):
            return tuple(build_object(item, families, tensor) for item in items)
        case Table(entries=entries):
            return {name: build_object(entry, families, tensor) for name, entry in entries}
        case FunctionSpec():
            return build(value, families)
        case NotRepresentable() | Raised() | Place():
            raise TypeError(f"{type(value).__name__} stands for no object")
        case plain:
            return plain
