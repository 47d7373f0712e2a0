"""Between torch's objects and the values that cross the pipe. The reading side trusts nothing that it is given."""

import math
from collections.abc import Mapping
from typing import Any, TypeGuard, cast

import torch

from grader.functions import build
from grader.model import (
    DTYPES,
    MAX_DIMENSIONS,
    MAX_ELEMENTS,
    MAX_ENTRIES,
    MAX_PARTS,
    MAX_TEXT,
    FunctionSpec,
    Items,
    NotRepresentable,
    Raised,
    Table,
    TensorValue,
    Value,
    object_reason,
)

MAX_DEPTH = 4
_MAX_INT = 1 << 63
_DTYPES: dict[str, torch.dtype] = {name: getattr(torch, name) for name in DTYPES}
_NAMES = {dtype: name for name, dtype in _DTYPES.items()}


def to_tensor(value: TensorValue) -> torch.Tensor:
    """A new tensor with the value's dtype, shape, elements, `requires_grad` and `.grad`."""
    dtype = _DTYPES[value.dtype]
    if value.data:
        # A copy: torch treats a view of a buffer, such as a reshaped one, differently from a tensor of its own.
        tensor = torch.frombuffer(bytearray(value.data), dtype=dtype).reshape(value.shape).clone()
    else:
        tensor = torch.empty(value.shape, dtype=dtype)
    if value.requires_grad:
        tensor.requires_grad_()
    if value.grad is not None:
        tensor.grad = to_tensor(value.grad)
    return tensor


def to_object(value: Value) -> object:
    """Build what a value stands for: tensors, tuples, lists, dictionaries and functions; plain data is itself."""
    match value:
        case TensorValue():
            return to_tensor(value)
        case Items(kind="list", items=items):
            return [to_object(item) for item in items]
        case Items(items=items):
            return tuple(to_object(item) for item in items)
        case Table(entries=entries):
            return {name: to_object(entry) for name, entry in entries}
        case FunctionSpec():
            return build(value)
        case NotRepresentable() | Raised():
            raise TypeError(f"{type(value).__name__} stands for no object")
        case plain:
            return plain


def to_value(thing: object) -> Value:
    """Read an object that may be anything. Without a place on the wire it becomes `NotRepresentable` with a reason.

    Types are exact and compared by identity, since a type of somebody's own may equal any other. A container may be of
    a class built on a built-in type, and is read by the built-in methods. A tensor is asked in the order that keeps a
    hostile tensor from crashing the process. The order is type, layout, device, dtype, number of elements, storage, and
    only then the elements.
    """
    return _Reader().read(thing, MAX_DEPTH)


class _Reader:
    """Reads one object with all that is in it."""

    def __init__(self) -> None:
        self._room = MAX_PARTS

    def read(self, thing: object, depth: int) -> Value:
        """The object as a value; `depth` containers may be in one another."""
        kind = type(thing)
        if thing is None or kind is bool or kind is float:
            return thing  # type: ignore[return-value]  # narrowed by exact type, which mypy does not follow
        if kind is int:
            return _integer(thing)  # type: ignore[arg-type]  # as above
        if kind is str:
            return _text(thing)  # type: ignore[arg-type]  # as above
        if is_tensor(thing):
            return _tensor_value(thing)
        if (container := container_of(thing)) is not None:
            return self._container(thing, container, depth)
        return NotRepresentable(reason=object_reason(name_of(kind)))

    def _container(self, thing: object, kind: type, depth: int) -> Value:
        if depth == 0:
            return NotRepresentable(reason="a tuple or list nested too deeply")
        entries = entries_of(thing, min(MAX_ENTRIES, self._room))
        if entries is None:
            return NotRepresentable(reason="more entries than can be compared")
        self._room -= len(entries)
        if kind is dict:
            if not all(type(key) is str for key, _ in entries):
                return NotRepresentable(reason="a dict with keys that are not strings")
            return Table(entries=tuple((_text(str(key)), self.read(entry, depth - 1)) for key, entry in entries))
        return Items(
            kind="tuple" if kind is tuple else "list",
            items=tuple(self.read(item, depth - 1) for _, item in entries),
        )


def entries_of(thing: object, most: int) -> list[tuple[object, object]] | None:
    """The content of a tuple, list or dict, by index or key; nothing for any other thing, None for more than `most`.

    A container of a class of its own, such as a named tuple, is read by the methods of the built-in type. So none of
    the class's code runs.
    """
    kind = container_of(thing)
    if kind is None:
        return []
    if kind.__len__(thing) > most:
        return None
    return list(dict.items(cast(dict[object, object], thing)) if kind is dict else enumerate(kind.__iter__(thing)))


# Any: the methods of these three are called on whatever is built on one of them.
def container_of(thing: object) -> Any:
    """The built-in container that an object is, or is built on: its type is asked, and by no code of its own."""
    return next((kind for kind in (tuple, list, dict) if issubclass(type(thing), kind)), None)


def is_tensor(thing: object) -> TypeGuard[torch.Tensor]:
    """Is it one of torch's own? A subclass, or what only says that it is a tensor, may answer anything."""
    return type(thing) is torch.Tensor or type(thing) is torch.nn.Parameter


def name_of(kind: type) -> str:
    """A type's name as Python keeps it: a metaclass may give out another."""
    name: str = _NAME(kind)
    return name


_NAME = type.__dict__["__name__"].__get__


def _integer(number: int) -> Value:
    return number if -_MAX_INT <= number < _MAX_INT else NotRepresentable(reason="an integer of more than 64 bits")


def _text(text: str) -> str:
    return text[:MAX_TEXT].encode(errors="replace").decode()


def _tensor_value(tensor: torch.Tensor) -> Value:
    try:
        if reason := _unfit(tensor):
            return NotRepresentable(reason=reason)
        plain = tensor.detach().resolve_neg().numpy()
        return TensorValue(dtype=_NAMES[tensor.dtype], shape=tuple(tensor.shape), data=plain.tobytes())
    except Exception:  # such as one that is wrapped for a transformation of torch.func, or nested
        return NotRepresentable(reason="a tensor that cannot be read")


def _unfit(tensor: torch.Tensor) -> str | None:
    """Why a tensor cannot be read, asked in an order in which no question can crash."""
    if tensor.layout is not torch.strided:
        return "a sparse tensor" if "sparse" in str(tensor.layout) else "a tensor of a layout of its own"
    if not tensor.is_cpu:
        return "a tensor on another device than the CPU"
    if tensor.is_quantized:
        return "a quantised tensor"
    if tensor.dtype not in _NAMES:
        return "a complex tensor" if tensor.is_complex() else "a tensor of a dtype that no exercise uses"
    count = math.prod(tensor.shape)
    if count > MAX_ELEMENTS or len(tensor.shape) > MAX_DIMENSIONS:
        return "a tensor too large to be compared"
    if count and not _storage_reaches(tensor):
        return "a tensor whose storage is smaller than its shape"
    return None


def _storage_reaches(tensor: torch.Tensor) -> bool:
    last = tensor.storage_offset()
    for size, stride in zip(tensor.shape, tensor.stride(), strict=True):
        last += (size - 1) * stride
    return (last + 1) * tensor.element_size() <= tensor.untyped_storage().nbytes()


def build_inputs(inputs: tuple[tuple[str, Value], ...]) -> dict[str, object]:
    """Build a question's inputs, by name, anew."""
    return {name: to_object(value) for name, value in inputs}


def to_facts(results: Mapping[str, object]) -> tuple[tuple[str, Value], ...]:
    """Read an oracle's results as expected facts."""
    return tuple((name, to_value(result)) for name, result in results.items())
