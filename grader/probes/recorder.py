"""Records facts about one call of a submitted function."""

import itertools
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, cast

import torch

from grader.model import MAX_ENTRIES, MAX_PARTS, MAX_TEXT, Items, Raised, Table, Value
from grader.probes.witness import WITNESS
from grader.tensors import MAX_DEPTH, is_tensor, to_value

# More than anybody reads about one call, and longer than any key of an input.
_MAX_WORDS = 50
_MAX_KEY = 100

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
        limit = sys.getrecursionlimit()
        try:
            result = self._function(*args)
        finally:
            sys.setrecursionlimit(limit)  # too low a one would reach into what is done here
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


def _tensors(value: object, label: str) -> list[tuple[str, torch.Tensor]]:
    """The tensors in a value, with a label each: `x`, `params[1]`, `the result[0]`."""
    found: list[tuple[str, torch.Tensor]] = []
    room = MAX_PARTS
    waiting = [(label, value, MAX_DEPTH)]
    while waiting:
        name, thing, depth = waiting.pop()
        if is_tensor(thing):
            found.append((name, thing))
        elif depth:
            parts = _parts(thing, room)
            room -= len(parts)
            waiting += [(f"{name}[{index}]", part, depth - 1) for index, part in reversed(parts)]
    return found


def _parts(thing: object, room: int) -> list[tuple[str, object]]:
    """What is in a container, each with its index as written; nothing where `to_value` does not look into it either."""
    kind, most = type(thing), min(room, MAX_ENTRIES)
    if kind is dict and len(entries := cast(dict[object, object], thing)) <= most:
        return [(repr(key[:_MAX_KEY]), part) for key, part in entries.items() if type(key) is str]
    if (kind is tuple or kind is list) and len(items := cast(Sequence[object], thing)) <= most:
        return [(str(index), part) for index, part in enumerate(items)]
    return []


def _state(inputs: dict[str, object], tensors: dict[str, torch.Tensor]) -> dict[str, object]:
    """What of the caller's things could have been changed, by a description in words."""
    state: dict[str, object] = {}
    for label, tensor in tensors.items():
        own = is_tensor(tensor)  # its class may have been changed, too
        state[f"{label}: its values"] = to_value(tensor)
        state[f"{label}.requires_grad"] = own and tensor.requires_grad
        state[f"{label}.grad"] = to_value(tensor.grad) if own and tensor.is_leaf else None
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
        grad = tensor.grad if is_tensor(tensor) and tensor.is_leaf else None
        for owner, name in ((tensor, label), (grad, f"{label}.grad")):
            if is_tensor(owner):
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
    try:
        return tensor.untyped_storage().data_ptr() if tensor.layout is torch.strided else 0
    except Exception:  # such as one that is wrapped for a transformation of torch.func
        return 0


def _words(words: Iterable[str]) -> Items:
    return Items(kind="tuple", items=tuple(word[:MAX_TEXT] for word in itertools.islice(words, _MAX_WORDS)))
