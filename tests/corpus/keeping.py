"""Two ways in which a right function goes wrong from its second call on; the text is put below a file of references."""

from collections.abc import Callable
from typing import Any

import torch

# Any: whatever an exercise takes and returns.
Answer = Callable[..., Any]


def _kind(thing: object) -> object:
    if isinstance(thing, torch.Tensor):
        return thing.dtype, thing.shape
    if isinstance(thing, list | tuple):
        return tuple(map(_kind, thing))
    return thing if isinstance(thing, int | float | str) else type(thing)


def _tensors(result: Any) -> list[torch.Tensor]:
    if isinstance(result, torch.Tensor):
        return [result]
    parts = result.values() if isinstance(result, dict) else result or ()
    return [one for part in parts for one in _tensors(part)]


def remembering(function: Answer) -> Answer:
    """What was returned once is returned for every argument of the same kind."""
    kept: dict[object, object] = {}

    def remembered(*args: object) -> object:
        key = _kind(args)
        if key not in kept:
            kept[key] = function(*args)
        return kept[key]

    return remembered


def handing_out(function: Answer) -> Answer:
    """The numbers are new each time, and the tensors that hold them are the first ones."""
    kept: dict[object, object] = {}

    def handed_out(*args: object) -> object:
        result = function(*args)
        first = kept.setdefault(_kind(args), result)
        for old, new in zip(_tensors(first), _tensors(result), strict=True):
            old.data = old.data.copy_(new.data)
        return first

    return handed_out
