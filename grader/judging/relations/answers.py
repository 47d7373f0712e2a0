"""An answer as relations see it, and the parts of its values."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from grader.authoring.compare import agree
from grader.inside.values import Items, Table, Value
from grader.judging.relations.found import Name, Related, Relation

Path = tuple[int | str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswer:
    """The value that came back from one call, the right one, and the values around them by their names.

    `old` are values from before the call that could be left over in an answer, or None where there was none. The
    caller's tensors held gradients, and something was right for the call before. `around` are values on the way to the
    right one, by the code that computes them. `gradients` are those of other things, by the code of these. `one_memory`
    are the parts of the answer that share their memory with another part of it. `elsewhere` gives what is right for
    other arguments, each with the relation to that; it may take time.
    """

    actual: Value
    expected: Value
    given: tuple[tuple[Name, Value], ...] = ()
    old: tuple[tuple[Name, Value], ...] = ()
    around: tuple[tuple[str, Value], ...] = ()
    gradients: tuple[tuple[str, Value], ...] = ()
    one_memory: frozenset[Path] = frozenset()
    elsewhere: Callable[[frozenset[Relation]], Iterable[tuple[Related, Value]]] = lambda _: ()

    @property
    def is_right(self) -> bool:
        """Is there nothing to explain?"""
        return agree(self.actual, self.expected)

    def has_parts(self) -> bool:
        """Are its containers the right ones, so that only what is in them can be wrong?"""
        return paths(self.actual) == paths(self.expected)

    def off(self) -> set[Path]:
        """The parts that are wrong; none where the containers differ already."""
        if not self.has_parts():
            return set()
        return {path for path in paths(self.expected) if not agree(at(self.actual, path), at(self.expected, path))}


def paths(value: Value, path: Path = ()) -> list[Path]:
    """The ways to the things in a container that are none; the one way to the value itself where it is no container.

    Of a dictionary, they are in the order of its keys, so that two with the same keys have the same ways.
    """
    match value:
        case Items(items=items):
            return [one for index, item in enumerate(items) for one in paths(item, (*path, index))]
        case Table(entries=entries):
            return [one for name, entry in sorted(entries) for one in paths(entry, (*path, name))]
        case _:
            return [path]


def first_of(ways: Iterable[Path], value: Value) -> Path | None:
    """The one of some ways that leads to what stands first in a container; None where there are none."""
    places = {name: place for place, (name, _) in enumerate(value.entries)} if isinstance(value, Table) else {}
    return min(ways, key=lambda way: [places.get(str(step), step) for step in way[:1]] + list(way[1:]), default=None)


def part_of(value: Value, path: Path, ways: Sequence[Path]) -> Value:
    """The part of a value that has its parts at these ways; of any other value, all of it."""
    return at(value, path) if paths(value) == ways else value


def at(value: Value, path: Path) -> Value:
    """The part of a value to which a way leads."""
    for step in path:
        match value:
            case Items(items=items) if isinstance(step, int):
                value = items[step]
            case Table(entries=entries):
                value = dict(entries)[str(step)]
            case _:
                raise KeyError(step)
    return value
