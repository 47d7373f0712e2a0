"""Records facts about one call of a submitted function."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import torch

from grader.model import Items, Raised, Table, Value
from grader.probes.witness import WITNESS
from grader.tensors import MAX_DEPTH, to_value

# Any: what a submission takes and returns can be anything.
Submitted = Callable[..., Any]


class Recorder:
    """Calls the submitted function and keeps facts by name.

    `call` records, for every exercise alike:

    - `returned`: the result's value at once after the call;
    - `changed`: what of the caller's arguments is no longer as it was, in words;
    - `graph`: which tensors of the result require grad;
    - `shared`: which tensors of the result share memory with an argument or its `.grad`;
    - `twins`: which tensors of the result share memory with one another;
    - `autograd_runs`, `shortcuts`: how often autograd ran, and which whole-Jacobian functions were called;
    - `calls`: how often each function among the arguments was called.
    """

    def __init__(self, function: Submitted, describe: Callable[[BaseException], Raised]) -> None:
        self._function = function
        self._describe = describe
        self.facts: dict[str, Value] = {}

    def call(self, **inputs: object) -> Any:
        """Call the function with `inputs` in their order; record the standard facts; return its result."""
        counts: dict[str, int] = {}
        args = [_count_calls(value, name, counts) for name, value in inputs.items()]
        tensors = {label: tensor for name, value in inputs.items() for label, tensor in _tensors(value, name)}
        before = _state(inputs, tensors)
        WITNESS.reset()
        result = self._function(*args)
        runs, shortcuts = WITNESS.autograd_runs, tuple(WITNESS.shortcuts)
        results = dict(_tensors(result, "the result"))
        self.facts["returned"] = to_value(result)
        self.facts["changed"] = _words(_differences(before, _state(inputs, tensors)))
        self.facts["graph"] = _words(label for label, tensor in results.items() if tensor.requires_grad)
        self.facts["shared"] = _words(_shared(results, _owners(tensors)))
        self.facts["twins"] = _words(_twins(results))
        self.facts["autograd_runs"] = runs
        self.facts["shortcuts"] = _words(shortcuts)
        self.facts["calls"] = Table(entries=tuple(counts.items()))
        return result

    def note(self, name: str, step: Callable[[], object]) -> None:
        """Record what `step` returns as a fact, or the exception that it raises."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.facts[name] = to_value(step())
        except Exception as error:
            self.facts[name] = self._describe(error)


def call(recorder: Recorder, **inputs: object) -> None:
    """The probe of most exercises: call the function with the question's inputs, record the standard facts."""
    recorder.call(**inputs)


def _count_calls(value: object, name: str, counts: dict[str, int]) -> object:
    """Replace functions by ones that count their calls under their argument's name."""
    if isinstance(value, dict):
        return {key: _count_calls(entry, f"{name}[{key!r}]", counts) for key, entry in value.items()}
    if not callable(value) or isinstance(value, torch.Tensor):
        return value
    function = value
    counts[name] = 0

    def counted(*args: object) -> object:
        counts[name] += 1
        return function(*args)

    return counted


def _tensors(value: object, label: str, depth: int = MAX_DEPTH) -> Iterator[tuple[str, torch.Tensor]]:
    """The tensors in a value, with a label each: `x`, `params[1]`, `the result[0]`."""
    if isinstance(value, torch.Tensor):
        yield label, value
    elif depth == 0:
        return
    elif type(value) in (tuple, list):
        for index, item in enumerate(cast(Sequence[object], value)):
            yield from _tensors(item, f"{label}[{index}]", depth - 1)
    elif type(value) is dict:
        for key, entry in value.items():
            yield from _tensors(entry, f"{label}[{key!r}]", depth - 1)


def _state(inputs: dict[str, object], tensors: dict[str, torch.Tensor]) -> dict[str, object]:
    """What of the caller's things could have been changed, by a description in words."""
    state: dict[str, object] = {}
    for label, tensor in tensors.items():
        state[f"{label}: its values"] = to_value(tensor)
        state[f"{label}.requires_grad"] = tensor.requires_grad
        state[f"{label}.grad"] = to_value(tensor.grad) if tensor.is_leaf else None
    for name, value in inputs.items():
        if isinstance(value, list):
            state[f"{name}: the list"] = tuple(id(item) for item in value)
    return state


def _differences(before: dict[str, object], after: dict[str, object]) -> Iterator[str]:
    return (name for name, value in before.items() if after[name] != value)


def _owners(arguments: dict[str, torch.Tensor]) -> dict[int, str]:
    """Whose memory is where: the arguments' and their gradients'."""
    owners: dict[int, str] = {}
    for label, tensor in arguments.items():
        for owner, name in ((tensor, label), (tensor.grad if tensor.is_leaf else None, f"{label}.grad")):
            if owner is not None:
                owners.setdefault(_address(owner), name)
    return owners


def _shared(results: dict[str, torch.Tensor], owners: dict[int, str]) -> Iterator[str]:
    for label, tensor in results.items():
        if (address := _address(tensor)) and address in owners:
            yield f"{label} and {owners[address]}"


def _twins(results: dict[str, torch.Tensor]) -> Iterator[str]:
    seen: dict[int, str] = {}
    for label, tensor in results.items():
        if address := _address(tensor):
            if address in seen:
                yield f"{label} and {seen[address]}"
            seen.setdefault(address, label)


def _address(tensor: torch.Tensor) -> int:
    """Where a tensor's memory begins; 0 for an empty one, or one without ordinary memory."""
    return tensor.untyped_storage().data_ptr() if tensor.layout is torch.strided else 0


def _words(words: Iterator[str] | tuple[str, ...]) -> Items:
    return Items(kind="tuple", items=tuple(words))
