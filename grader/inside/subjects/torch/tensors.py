"""Between torch's tensors and the values that cross the pipe. The reading side trusts nothing that it is given."""

import itertools
import math
import operator
from typing import TypeGuard

import numpy as np
import torch
from msgspec.structs import replace

from grader.inside.reading import name_of, read
from grader.inside.values import (
    DTYPES,
    MAX_DIMENSIONS,
    MAX_ELEMENTS,
    NotRepresentable,
    TensorValue,
    Unfit,
    Value,
    object_of,
)

_DTYPES: dict[str, torch.dtype] = {name: getattr(torch, name) for name in DTYPES}
_NAMES = {dtype: name for name, dtype in _DTYPES.items()}


def to_tensor(value: TensorValue) -> torch.Tensor:
    """A new tensor with all that the value says of it."""
    dtype = _DTYPES[value.dtype]
    if value.data:
        # A copy: torch treats a view of a buffer, such as a reshaped one, differently from a tensor of its own.
        tensor = torch.frombuffer(bytearray(value.data), dtype=dtype).reshape(value.shape).clone()
    else:
        tensor = torch.empty(value.shape, dtype=dtype)
    if value.spread:
        # With gaps, and the first axis innermost: no view is flat.
        strides = itertools.accumulate((2, *value.shape[:-1]), operator.mul)
        tensor = torch.empty_strided(value.shape, tuple(strides), dtype=dtype).copy_(tensor)
    if value.requires_grad:
        tensor.requires_grad_()
    if value.grad is not None:
        tensor.grad = to_tensor(value.grad)
    return tensor * 1 if value.computed else tensor


def to_value(thing: object) -> Value:
    """Read an object that may be anything, such as a tensor, or a list of them."""
    return read(thing, _own)


def _own(thing: object) -> Value:
    if is_tensor(thing):
        return _tensor_value(thing)
    return _numpy_value(thing) if type(thing) in _NUMPY else None


# Students return these by mistake, and their numbers may be right.
_NUMPY = frozenset({np.ndarray, np.float64, np.float32, np.int64})


def _numpy_value(thing: object) -> Value:
    """An object of NumPy's, with its numbers where a tensor can hold them."""
    value = object_of(name_of(type(thing)))
    array = np.asarray(thing)
    if array.dtype.kind not in "biuf" or array.size > MAX_ELEMENTS or array.ndim > MAX_DIMENSIONS:
        return value
    try:
        held = _tensor_value(torch.from_numpy(array.copy()))
    except (TypeError, ValueError):  # of a dtype, or an order of bytes, that torch lacks
        return value
    return replace(value, held=held) if isinstance(held, TensorValue) else value


def is_tensor(thing: object) -> TypeGuard[torch.Tensor]:
    """Is it one of torch's own? A subclass, or what only says that it is a tensor, may answer anything."""
    return type(thing) is torch.Tensor or type(thing) is torch.nn.Parameter


def _tensor_value(tensor: torch.Tensor) -> Value:
    """A tensor, asked in an order that keeps a hostile one from crashing the process.

    The order is type, layout, device, dtype, number of elements, storage, and only then the elements.
    """
    try:
        if reason := _unfit(tensor):
            return NotRepresentable(reason=reason)
        plain = tensor.detach().resolve_neg()
        if tensor.dtype is torch.bfloat16:  # NumPy has none
            plain = plain.contiguous().view(torch.int16)
        return TensorValue(dtype=_NAMES[tensor.dtype], shape=tuple(tensor.shape), data=plain.numpy().tobytes())
    except Exception:  # such as one that is wrapped for a transformation of torch.func, or nested
        return NotRepresentable(reason=Unfit.UNREADABLE_TENSOR)


def _unfit(tensor: torch.Tensor) -> Unfit | None:
    """Why a tensor cannot be read, asked in an order in which no question can crash."""
    if tensor.layout is not torch.strided:
        return Unfit.SPARSE if "sparse" in str(tensor.layout) else Unfit.OTHER_LAYOUT
    if not tensor.is_cpu:
        return Unfit.OTHER_DEVICE
    if tensor.is_quantized:
        return Unfit.QUANTISED
    if tensor.dtype not in _NAMES:
        return Unfit.COMPLEX if tensor.is_complex() else Unfit.OTHER_DTYPE
    count = math.prod(tensor.shape)
    if count > MAX_ELEMENTS or len(tensor.shape) > MAX_DIMENSIONS:
        return Unfit.LARGE_TENSOR
    if count and not _storage_reaches(tensor):
        return Unfit.SHORT_STORAGE
    return None


def _storage_reaches(tensor: torch.Tensor) -> bool:
    last = tensor.storage_offset()
    for size, stride in zip(tensor.shape, tensor.stride(), strict=True):
        last += (size - 1) * stride
    return (last + 1) * tensor.element_size() <= tensor.untyped_storage().nbytes()
