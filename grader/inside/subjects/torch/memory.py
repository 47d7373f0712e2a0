"""Which elements two tensors have in common, whatever views of one memory they are."""

import math
from typing import Any

import numpy as np
import torch

from grader.inside.values import MAX_DIMENSIONS, MAX_ELEMENTS

# Any: elements of any dtype.
Memory = np.ndarray[Any, np.dtype[Any]]

# In numpy's own units; for the strides of an ordinary view a handful is enough.
_WORK = 10_000


def memory_of(tensor: torch.Tensor) -> Memory | None:
    """A tensor's elements where they lie; None for one without ordinary memory, or with more than is ever compared."""
    try:
        if tensor.layout is not torch.strided or len(tensor.shape) > MAX_DIMENSIONS:
            return None
        if math.prod(tensor.shape) > MAX_ELEMENTS or tensor.untyped_storage().nbytes() == 0:
            return None  # a storage that was resized to nothing has no place
        plain = tensor.detach()
        # `resolve_neg` would copy.
        return (torch._neg_view(plain) if plain.is_neg() else plain).numpy()  # noqa: SLF001  # no public one keeps the memory
    except Exception:  # such as one that is wrapped for a transformation of torch.func
        return None


def overlap(one: Memory, other: Memory) -> bool:
    """Do they have an element in common? Views of one memory may lie between one another and touch nowhere."""
    try:
        return np.shares_memory(one, other, max_work=_WORK)  # type: ignore[arg-type]  # numpy's types name two numbers only
    except np.exceptions.TooHardError:  # strides that no ordinary view has: every address is looked at
        return np.intersect1d(_addresses(one), _addresses(other)).size > 0


def _addresses(memory: Memory) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Of every byte."""
    addresses = np.array(memory.__array_interface__["data"][0])
    for size, stride in zip((*memory.shape, memory.itemsize), (*memory.strides, 1), strict=True):
        addresses = np.add.outer(addresses, np.arange(size) * stride)
    return np.unique(addresses)
