"""Records facts about one call of a submitted function, and about a second one. A subject records more of its own."""

import contextlib
import io
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Generic, TypeGuard, TypeVar

from grader.inside.functions import as_shown
from grader.inside.reading import MAX_DEPTH, container_of, entries_of
from grader.inside.values import (
    MAX_ENTRIES,
    MAX_PARTS,
    MAX_TEXT,
    Items,
    NotRepresentable,
    Place,
    Raised,
    Table,
    Unfit,
    Value,
)

# More than anybody reads about one call, and longer than any key of an input.
_MAX_TOLD = 12
_MAX_KEY = 100
# Each is compared with each, and no right result holds as many.
MAX_COMPARED = 100
ENLARGED = 4.0
"""So many times as large is all that a subject enlarges in a call: a power of two, so that no number is rounded."""

# Any: what a submission takes and returns can be anything.
Submitted = Callable[..., Any]
Describe = Callable[[BaseException], Raised]
State = tuple[Sequence[Place], Sequence[object]]
"""The places of the caller's that can be changed, and what is there."""
T = TypeVar("T")


class _Nowhere(io.TextIOBase):
    """Takes all that is printed and keeps nothing."""

    def write(self, text: str) -> int:
        return len(text)


_NOWHERE = _Nowhere()


class Recorder:
    """Calls the submitted function and keeps facts by name.

    `call` records, for every exercise alike:

    - `returned`: the result's value at once after the call;
    - `changed`: the places in the caller's arguments that are no longer as they were;
    - `calls`: how often each function among the arguments was called;
    - and whatever the subject adds to these.

    `record` adds `kept`, `again`, and what the subject varies. The names of facts that are `on_the_way` tell of the
    first call only: a result that was remembered is a result.
    """

    on_the_way = frozenset({"changed", "calls"})

    def __init__(self, function: Submitted, describe: Describe) -> None:
        self._function = function
        self.describe = describe
        self.facts: dict[str, Value] = {}
        self.result: object = None
        self._args: Sequence[object] = ()

    # Any: what a submission takes and returns can be anything.
    def call(self, **inputs: object) -> Any:
        """Call the function with `inputs` in their order; record the standard facts; return its result."""
        calls = _Calls()
        args = self._args = [calls.counting(value, name) for name, value in inputs.items()]
        before = self.before(inputs)
        limit = sys.getrecursionlimit()
        try:
            self.result = self._function(*args)
        finally:
            sys.setrecursionlimit(limit)  # too low a one would reach into what is done here
        self.after(before, inputs)
        self.facts["calls"] = Table(entries=tuple(calls.counts.items()))
        return self.result

    def before(self, inputs: dict[str, object]) -> State:
        """The state of the caller's things before the call; what is there is asked again after it."""
        return [Place(argument=name, part="values") for name in inputs], list(map(self.read, inputs.values()))

    def after(self, before: State, inputs: dict[str, object]) -> None:
        """Record facts about the result, and about the state that was there before the call."""
        self.facts["returned"] = self.read(self.result)
        self.facts["changed"] = told(differences(before, list(map(self.read, inputs.values()))))

    def read(self, thing: object) -> Value:
        """An object as a value."""
        raise NotImplementedError

    def shares(self, one: object, other: object) -> bool:  # noqa: ARG002  # for subjects whose objects have memory
        """Do two results share memory?"""
        return False

    def varied(self, ask: "Callable[[Recorder], object]") -> dict[str, Value]:  # noqa: ARG002  # as above
        """Facts about one more call, made with `ask`, in which a subject varies something that was as usual."""
        return {}

    # Any: what a submission takes and returns can be anything.
    def call_again(self, *args: Any) -> object:
        """Call the function once more; nothing is recorded."""
        with contextlib.redirect_stdout(_NOWHERE), contextlib.redirect_stderr(_NOWHERE):  # it has been printed
            return self._function(*args)

    def remembers(self) -> bool:
        """Does a call with the very same things give the result of the first one, or a part of it, once more?"""
        with contextlib.suppress(Exception):  # the things may have been used up
            return self.shares(self.result, self.call_again(*self._args))
        return False

    def note(self, name: str, step: Callable[[], object]) -> None:
        """Record what `step` returns as a fact, or the exception that it raises."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.facts[name] = self.read(step())
        except Exception as error:
            self.facts[name] = self.describe(error)


Probe = Callable[..., Any]
"""Drives a submitted function with the inputs that its exercise's questions name."""


def call(recorder: Recorder, **inputs: object) -> None:
    """The probe of most exercises: call the function with the question's inputs, record the standard facts."""
    recorder.call(**inputs)


def record(
    probe: Probe,
    recorder: Callable[[], Recorder],
    inputs: Callable[[], dict[str, object]],
    others: Callable[[], dict[str, object]] | None = None,
) -> dict[str, Value]:
    """The facts of one question; with `others`, also of a second call with these inputs, under `again`.

    That is a table of the second call's values, or what it raised: a function that keeps something between two calls
    shows there. `kept` says: are the results of earlier calls as they were, and is no part of one in this result?

    Two calls more have the inputs of the first: in one the subject may vary something, one has the very same things.
    """
    first = recorder()
    probe(first, **inputs())
    first.facts["kept"] = True
    if others is not None:
        first.facts["again"] = again = _again(probe, first, recorder(), others)
        with contextlib.redirect_stdout(_NOWHERE), contextlib.redirect_stderr(_NOWHERE):  # it has been printed
            first.facts |= first.varied(lambda last: probe(last, **inputs()))
        if isinstance(again, Table) and dict(again.entries)["kept"]:  # else that call has told already
            first.facts["kept"] = not first.remembers()
    return first.facts


def _again(probe: Probe, first: Recorder, second: Recorder, others: Callable[[], dict[str, object]]) -> Value:
    before = first.read(first.result)
    try:
        with contextlib.redirect_stdout(_NOWHERE), contextlib.redirect_stderr(_NOWHERE):  # it has been printed
            probe(second, **others())
    except Exception as error:
        return second.describe(error)
    kept = is_same(first.read(first.result), before) and not first.shares(first.result, second.result)
    values = ((name, limited(value)) for name, value in second.facts.items() if name not in second.on_the_way)
    return Table(entries=(*values, ("kept", kept)))


def limited(value: Value) -> Value:
    """A value of a later call: one larger than any right answer might not fit beside those of the first."""
    return value if _size(value) <= MAX_COMPARED else NotRepresentable(reason=Unfit.MANY_ENTRIES)


def _size(value: Value, depth: int = 3) -> int:
    """How many parts a value has; more than any right answer where it is nested more deeply than any."""
    match value:
        case Items(items=parts):
            return 1 + sum(_size(part, depth - 1) for part in parts) if depth else MAX_COMPARED + 1
        case Table(entries=entries):
            return _size(Items(kind="tuple", items=tuple(part for _, part in entries)), depth)
        case _:
            return 1


class _Calls:
    """Counts how often each function among the arguments is called; one function of two names counts for both."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self._counted: dict[object, tuple[Submitted, list[str]]] = {}

    def counting(self, value: object, name: str) -> object:
        """An argument with functions that count in the place of its own, also in a dictionary."""
        if type(value) is dict:
            for key, entry in value.items():
                value[key] = self.counting(entry, f"{name}[{key!r}]")
        if not _is_function(value):
            return value
        self.counts[name] = 0
        if value not in self._counted:
            self._counted[value] = self._counter(value)
        counted, names = self._counted[value]
        names.append(name)
        return counted

    def _counter(self, function: Submitted) -> tuple[Submitted, list[str]]:
        """A function in the place of this one, and the names for which it counts."""
        names: list[str] = []

        # Any: as the function takes and returns.
        def counted(*args: Any) -> Any:
            for name in names:
                self.counts[name] += 1
            return function(*args)

        return as_shown(counted), names


def _is_function(value: object) -> TypeGuard[Submitted]:
    """Is it one of a course's functions? Other arguments may happen to be callable."""
    return type(value) is type(_is_function)


class Found(Generic[T]):
    """Things of one kind inside a value, each with its place."""

    def __init__(self, is_one: Callable[[object], bool]) -> None:
        self._is_one = is_one

    def inside(self, value: object, argument: str | None) -> dict[Place, T]:
        """The things in an argument, or in the result where `argument` is None."""
        if self._is_one(value):  # as most are
            return {Place(argument=argument): value}  # type: ignore[dict-item]  # it is one
        found: dict[Place, T] = {}
        room = MAX_PARTS
        waiting: list[tuple[tuple[int | str, ...], object, int]] = [((), value, MAX_DEPTH)]
        while waiting:
            path, thing, depth = waiting.pop()
            if self._is_one(thing):
                found[Place(argument=argument, path=path)] = thing  # type: ignore[assignment]  # it is one
            elif depth:
                parts = _parts(thing, room)
                room -= len(parts)
                waiting += [((*path, step), part, depth - 1) for step, part in reversed(parts)]
        return found


def _parts(thing: object, room: int) -> list[tuple[int | str, object]]:
    """The things in a container, each with its index or key; nothing where a value does not look inside."""
    entries = entries_of(thing, min(room, MAX_ENTRIES)) or []
    if container_of(thing) is dict:
        return [
            (str(key)[:_MAX_KEY].encode(errors="replace").decode(), part) for key, part in entries if type(key) is str
        ]
    return [(index, part) for index, part in entries if type(index) is int]


def differences(before: State, after: Sequence[object]) -> Iterator[Place]:
    """The places that are no longer as they were."""
    places, values = before
    return (place for place, one, other in zip(places, values, after, strict=True) if not is_same(one, other))


def is_same(one: object, other: object) -> bool:
    """Are they equal? NaN is equal to itself here, as it is inside a tuple."""
    return (one,) == (other,)


def told(things: Iterable[Value]) -> Items:
    """The first of some things, as a fact."""
    first = islice(things, _MAX_TOLD)
    return Items(kind="tuple", items=tuple(one[:MAX_TEXT] if isinstance(one, str) else one for one in first))


def pair(one: Place, other: Place) -> Items:
    """Two places that belong together."""
    return Items(kind="tuple", items=(one, other))
