"""Records facts about one call of a submitted function, and about a second one."""

import contextlib
import io
import itertools
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch

from grader.model import MAX_ENTRIES, MAX_PARTS, MAX_TEXT, Items, NotRepresentable, Raised, Table, Value
from grader.probes.memory import Memory, memory_of, overlap
from grader.probes.witness import WITNESS
from grader.tensors import MAX_DEPTH, container_of, entries_of, is_tensor, to_value

# More than anybody reads about one call, and longer than any key of an input.
_MAX_WORDS = 50
_MAX_KEY = 100
# Each is compared with each, and no right result holds as many.
_MAX_TENSORS = 100

# What was done on the way is told of the first call only: a result that was remembered is a result.
_ON_THE_WAY = frozenset(
    ("changed", "graph", "shared", "twins", "autograd_numbers", "passes_over_one_graph", "shortcuts", "calls")
)

# Any: what a submission takes and returns can be anything.
Submitted = Callable[..., Any]


class _Nowhere(io.TextIOBase):
    """Takes all that is printed and keeps nothing."""

    def write(self, text: str) -> int:
        return len(text)


_NOWHERE = _Nowhere()


class Recorder:
    """Calls the submitted function and keeps facts by name.

    `call` records, for every exercise alike:

    - `returned`: the result's value at once after the call;
    - `changed`: what of the caller's arguments is no longer as it was, in words;
    - `graph`: which tensors of the result require grad;
    - `shared`: which tensors of the result share memory with an argument or its `.grad`;
    - `twins`: which tensors of the result share memory with one another;
    - `autograd_numbers`, `passes_over_one_graph`: how many numbers autograd gave, and how often it walked one graph;
    - `shortcuts`: which whole-Jacobian functions were called;
    - `calls`: how often each function among the arguments was called.

    `record` adds `kept` and `again`.
    """

    def __init__(self, function: Submitted, describe: Callable[[BaseException], Raised]) -> None:
        self._function = function
        self.describe = describe
        self.facts: dict[str, Value] = {}
        self.result: object = None

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
        numbers, shortcuts = WITNESS.autograd_numbers, tuple(WITNESS.shortcuts)
        passes = WITNESS.passes_over_one_graph
        self.result = result
        results = dict(_tensors(result, "the result"))
        self.facts["returned"] = to_value(result)
        self.facts["changed"] = _words(_differences(before, _state(inputs, tensors)))
        self.facts["graph"] = _words(label for label, tensor in results.items() if tensor.requires_grad)
        self.facts["shared"] = _words(_shared(results, _owners(tensors)))
        self.facts["twins"] = _words(_twins(results))
        self.facts["autograd_numbers"] = numbers
        self.facts["passes_over_one_graph"] = passes
        self.facts["shortcuts"] = _words(shortcuts)
        self.facts["calls"] = Table(entries=tuple(counts.items()))
        return result

    # Any: what a submission takes and returns can be anything.
    def call_again(self, *args: Any) -> object:
        """Call the function once more; nothing is recorded."""
        with contextlib.redirect_stdout(_NOWHERE), contextlib.redirect_stderr(_NOWHERE):  # it has been printed
            return self._function(*args)

    def note(self, name: str, step: Callable[[], object]) -> None:
        """Record what `step` returns as a fact, or the exception that it raises."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.facts[name] = to_value(step())
        except Exception as error:
            self.facts[name] = self.describe(error)


Probe = Callable[..., Any]
"""Drives a submitted function with the inputs that its exercise's questions name."""


def record(
    probe: Probe,
    function: Submitted,
    describe: Callable[[BaseException], Raised],
    inputs: Callable[[], dict[str, object]],
    others: Callable[[], dict[str, object]] | None = None,
) -> dict[str, Value]:
    """The facts of one question; with `others`, also of a second call with these inputs, under `again`.

    That is a table of the second call's values, or what it raised: a function that keeps something between two calls
    shows there. `kept` says: are the results of earlier calls as they were, and is no part of one in this result?
    """
    first = Recorder(function, describe)
    probe(first, **inputs())
    first.facts["kept"] = True
    if others is not None:
        first.facts["again"] = _again(probe, first, Recorder(function, describe), others)
    return first.facts


def _again(probe: Probe, first: Recorder, second: Recorder, others: Callable[[], dict[str, object]]) -> Value:
    before = to_value(first.result)
    try:
        with contextlib.redirect_stdout(_NOWHERE), contextlib.redirect_stderr(_NOWHERE):  # it has been printed
            probe(second, **others())
    except Exception as error:
        return second.describe(error)
    results = (dict(_tensors(one.result, "the result")) for one in (first, second))
    kept = to_value(first.result) == before and not any(_shared(*results))
    # Larger ones than any right answer might not fit beside those of the first call.
    values = (
        (name, value if _size(value) <= _MAX_TENSORS else _LARGE)
        for name, value in second.facts.items()
        if name not in _ON_THE_WAY
    )
    return Table(entries=(*values, ("kept", kept)))


_LARGE = NotRepresentable(reason="more entries than can be compared")


def _size(value: Value, depth: int = 3) -> int:
    """How many parts a value has; more than any right answer where it is nested more deeply than any."""
    match value:
        case Items(items=parts):
            return 1 + sum(_size(part, depth - 1) for part in parts) if depth else _MAX_TENSORS + 1
        case Table(entries=entries):
            return _size(Items(kind="tuple", items=tuple(part for _, part in entries)), depth)
        case _:
            return 1


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
    """The things in a container, each with its index as written; nothing where `to_value` does not look inside."""
    entries = entries_of(thing, min(room, MAX_ENTRIES)) or []
    if container_of(thing) is dict:
        return [(repr(key[:_MAX_KEY]), part) for key, part in entries if type(key) is str]
    return [(str(index), part) for index, part in entries]


def _state(inputs: dict[str, object], tensors: dict[str, torch.Tensor]) -> dict[str, object]:
    """The caller's things that could have been changed, each by a description in words."""
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


def _owners(arguments: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The arguments and their gradients."""
    owners: dict[str, torch.Tensor] = {}
    for label, tensor in arguments.items():
        owners[label] = tensor
        if is_tensor(tensor) and tensor.is_leaf and tensor.grad is not None:
            owners[f"{label}.grad"] = tensor.grad
    return owners


def _shared(results: dict[str, torch.Tensor], owners: dict[str, torch.Tensor]) -> Iterator[str]:
    memory = [(name, places) for name, owner in owners.items() if (places := memory_of(owner)) is not None]
    for label, places in _memories(results):
        owner = next((name for name, theirs in memory if overlap(places, theirs)), None)
        if owner is not None:
            yield f"{label} and {owner}"


def _twins(results: dict[str, torch.Tensor]) -> Iterator[str]:
    seen: list[tuple[str, Memory]] = []
    for label, places in _memories(results):
        twin = next((name for name, theirs in seen if overlap(places, theirs)), None)
        if twin is not None:
            yield f"{label} and {twin}"
        seen.append((label, places))


def _memories(tensors: dict[str, torch.Tensor]) -> Iterator[tuple[str, Memory]]:
    """Where the first tensors lie; no right result has as many."""
    for label, tensor in itertools.islice(tensors.items(), _MAX_TENSORS):
        if (places := memory_of(tensor)) is not None:
            yield label, places


def _words(words: Iterable[str]) -> Items:
    return Items(kind="tuple", items=tuple(word[:MAX_TEXT] for word in itertools.islice(words, _MAX_WORDS)))
