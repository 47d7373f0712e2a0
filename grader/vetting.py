"""A worker sends data; the words that people read are ours. Pure.

Facts about side effects are lists of words (`x.grad`, `the result[1]`), and rationales quote them. They do so also
where the question is hidden and the reader is a student. So nothing is passed on that could not be so: a submission
could put into it what the question asked. Where the question is hidden, a student is told only a few of the words that
remain. A choice among many true words could be a message, too.
"""

import functools
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from grader.model import (
    SHORTCUTS,
    Answered,
    Items,
    NotRepresentable,
    Observation,
    Question,
    Raised,
    Record,
    Table,
    TensorValue,
    Value,
    Visibility,
)
from grader.room import MAX_MESSAGE_BYTES, cut_text, fitted, room_for
from grader.wire import SourceFile

_UNKNOWN = "something"
_MAX_COUNT = 99
_MAX_WORDS = 20
# Enough to judge by: a claim forgives one word at most.
_MAX_HIDDEN_WORDS = 2
_MAX_HIDDEN_INDEX = 9
_MAX_HIDDEN_LINES = 1024
_AND = re.compile(" and ")
_SHORTCUTS = tuple(f"torch.{module}.{name}" for module in ("autograd.functional", "func") for name in SHORTCUTS)


class Foreseen(Record):
    """The things that the answer to a question can speak of.

    `facts` are the names that its probe records, `words` those of them that are lists of words. `tensors` are the
    labels of the tensors among the arguments, `lists` and `functions` those of lists and functions, `keys` those of
    their dictionaries.
    """

    facts: frozenset[str]
    words: frozenset[str]
    tensors: tuple[str, ...]
    lists: tuple[str, ...]
    functions: tuple[str, ...]
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Places:
    """Where an exception can have been raised: the lines of each piece of source, by its name."""

    lines: Mapping[str, tuple[int, int]]

    @classmethod
    def of(cls, files: Sequence[SourceFile]) -> "Places":
        """The places of some files."""
        cells = [cell for file in files for cell in file.cells]
        return cls({cell.file: (cell.first_line, cell.first_line + cell.source.count("\n")) for cell in cells})

    def has(self, file: str | None, line: int | None) -> bool:
        """Is there such a line?"""
        if file is None or line is None or file not in self.lines:
            return False
        first, last = self.lines[file]
        return first <= line <= last

    @property
    def count(self) -> int:
        """How many lines there are."""
        return sum(last - first + 1 for first, last in self.lines.values())


def vet(
    observation: Observation, question: Question, foreseen: Foreseen, everywhere: Places, own: Places
) -> Observation:
    """The observation with words and numbers of our own, and no larger than an answer to this question may be.

    `everywhere` are the submission's places, `own` those of the file whose function was called.
    """
    match observation:
        case Answered():
            by_name = {name: fact for name, fact in observation.facts if name in foreseen.facts}
            known = _Words(question, foreseen, by_name.get("returned"))
            facts = tuple((name, known.vetted(name, fact)) for name, fact in by_name.items())
            return Answered(facts=fitted(facts, room_for(question.inputs, question.calls)))
        case Raised():
            shown = replace(observation, message=cut_text(observation.message, MAX_MESSAGE_BYTES))
            hidden = question.visibility is Visibility.HIDDEN
            places = own if hidden else everywhere
            if places.has(shown.file, shown.line) and not (hidden and places.count > _MAX_HIDDEN_LINES):
                return shown
            return replace(shown, file=None, line=None)
        case _:
            return observation


def labels(value: Value, label: str, *kinds: type) -> Iterator[str]:
    """The parts of these kinds, labelled as `grader.probes.recorder` does: `x`, `params[1]`, `the result['y']`."""
    return (_label(label, path) for path, part in _parts(value, ()) if isinstance(part, kinds))


def _label(base: str, path: Sequence[int | str]) -> str:
    return base + "".join(f"[{index!r}]" for index in path)


def _parts(value: Value, path: tuple[int | str, ...]) -> Iterator[tuple[tuple[int | str, ...], Value]]:
    match value:
        case Items(items=items):
            for index, item in enumerate(items):
                yield from _parts(item, (*path, index))
        case Table(entries=entries):
            for key, entry in entries:
                yield from _parts(entry, (*path, key))
        case _:
            yield path, value


class _Words:
    """Knows what can be said about one answer."""

    def __init__(self, question: Question, foreseen: Foreseen, returned: Value) -> None:
        self._foreseen = foreseen
        self._hidden = question.visibility is Visibility.HIDDEN
        self._returned = returned

    def vetted(self, name: str, fact: Value) -> Value:
        """A fact in which nothing is told that is not known."""
        match fact:
            case Items(items=items) if name in self._foreseen.words:
                return Items(kind="tuple", items=self._few(items)) if items else fact
            case Table(entries=entries) if name == "calls":
                counts = [(label, count) for label, count in entries if label in self._foreseen.functions]
                return Table(entries=tuple((label, _count(count)) for label, count in counts if isinstance(count, int)))
            case int() if name in {"autograd_numbers", "passes_over_one_graph"}:
                return _count(fact)
            case Raised():
                return replace(fact, message=cut_text(fact.message, MAX_MESSAGE_BYTES), file=None, line=None)
            case _:
                return fact

    def _few(self, words: Collection[Value]) -> tuple[str, ...]:
        """The true ones of these words, in an order of ours, and that there were others."""
        known = sorted({word for word in words if isinstance(word, str) and self._can_be_said(word)})
        others = [_UNKNOWN] if any(word not in known for word in words) else []
        return tuple([*known, *others][: _MAX_HIDDEN_WORDS if self._hidden else _MAX_WORDS])

    def _can_be_said(self, word: str) -> bool:
        """Could the recorder have written this about these arguments and this result?"""
        if word in self._results or word in self._of_arguments:
            return True
        pairs = ((word[: found.start()], word[found.end() :]) for found in _AND.finditer(word))
        return any(first in self._results and other in self._owners | self._results for first, other in pairs)

    @functools.cached_property
    def _of_arguments(self) -> frozenset[str]:
        tensors = self._foreseen.tensors
        changes = {f"{tensor}{what}" for tensor in tensors for what in (": its values", ".requires_grad", ".grad")}
        return frozenset(changes | {f"{name}: the list" for name in self._foreseen.lists} | set(_SHORTCUTS))

    @functools.cached_property
    def _owners(self) -> frozenset[str]:
        return frozenset(name for tensor in self._foreseen.tensors for name in (tensor, f"{tensor}.grad"))

    @functools.cached_property
    def _results(self) -> frozenset[str]:
        """The tensors that came back, also those that cannot be read."""
        return frozenset(
            _label("the result", path)
            for path, part in _parts(self._returned, ())
            if isinstance(part, TensorValue | NotRepresentable) and (not self._hidden or self._is_plain(path))
        )

    def _is_plain(self, path: Sequence[int | str]) -> bool:
        """Is it found by the first few numbers, or by keys of the question's own? Others could be a message."""
        return all(part <= _MAX_HIDDEN_INDEX if isinstance(part, int) else part in self._foreseen.keys for part in path)


def _count(value: int) -> int:
    return min(max(value, 0), _MAX_COUNT)
