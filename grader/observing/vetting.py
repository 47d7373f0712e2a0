"""A worker sends data, and no submission may choose what people read. Pure.

Facts about side effects are lists of places and names, and rationales quote them. They do so also where the question is
hidden and the reader is a student. So nothing is passed on that could not be so: a submission could put into it what
the question asked. Where the question is hidden, a student is told only a few of the places that remain. A choice among
many true ones could be a message, too.
"""

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from grader.course.phrasebook import Phrase, Phrasebook
from grader.inside.answers import Answered
from grader.inside.sizes import MAX_MESSAGE_BYTES, NamedValues, cut_text, fitted, room_for
from grader.inside.values import Items, NotRepresentable, Place, Raised, Table, TensorValue, Value
from grader.inside.wire import SourceFile
from grader.observing.vocabulary import Vocabulary
from grader.records import Observation, Question, Visibility

_MAX_COUNT = 99
_MAX_LISTED = 12
# Enough to judge by: a claim forgives one place at most.
_MAX_HIDDEN_LISTED = 2
_MAX_HIDDEN_INDEX = 9
_MAX_HIDDEN_LINES = 1024


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


class Vetting:
    """Vets the answers of one submission; `everywhere` are the places where its exceptions can have been raised."""

    def __init__(self, everywhere: Places, phrasebook: Phrasebook) -> None:
        self._everywhere = everywhere
        self._phrasebook = phrasebook

    def vet(self, observation: Observation, question: Question, vocabulary: Vocabulary, own: Places) -> Observation:
        """The observation in our own terms, and no larger than an answer to this question may be.

        `own` are the places in the file whose function was called.
        """
        match observation:
            case Answered():
                facts = self._facts(observation.facts, question, vocabulary)
                return Answered(facts=fitted(facts, room_for(question.inputs, question.calls)))
            case Raised():
                return self._raised(observation, question, own)
            case _:
                return observation

    def _raised(self, raised: Raised, question: Question, own: Places) -> Raised:
        shown = self._explained(raised)
        hidden = question.visibility is Visibility.HIDDEN
        places = own if hidden else self._everywhere
        if places.has(shown.file, shown.line) and not (hidden and places.count > _MAX_HIDDEN_LINES):
            return shown
        return replace(shown, file=None, line=None)

    def _facts(self, facts: NamedValues, question: Question, vocabulary: Vocabulary) -> NamedValues:
        """The facts that this question's probe records, in which nothing is told that is not known."""
        by_name = {name: fact for name, fact in facts if name in vocabulary.facts}
        known = _Known(question, vocabulary, by_name.get("returned"))
        vetted: dict[str, Value] = {}
        for name, fact in by_name.items():
            if name == "again" and isinstance(fact, Table):
                # As much is said by the facts of a second call.
                vetted[name] = Table(entries=self._facts(fact.entries, question, vocabulary))
            else:
                vetted[name] = self._vetted(name, fact, known)
        return tuple(vetted.items())

    def _vetted(self, name: str, fact: Value, known: "_Known") -> Value:
        match fact:
            case _ if name == "warned":
                return self._warnings_by_what_they_explain(fact.items if isinstance(fact, Items) else ())
            case Items() if known.is_list(name):
                return known.few(fact)
            case Table(entries=entries) if name == "calls":
                return known.counts(entries)
            case int() if name in {"autograd_numbers", "passes_over_one_graph"}:
                return _count(fact)
            case _:
                return self._with_phrase(fact)

    def _with_phrase(self, fact: Value) -> Value:
        return replace(self._explained(fact), file=None, line=None) if isinstance(fact, Raised) else fact

    def _explained(self, raised: Raised) -> Raised:
        """An exception with a short message, and with what the phrasebook says of it."""
        phrase = self._phrasebook.look_up(raised)
        return replace(
            raised,
            message=cut_text(raised.message, MAX_MESSAGE_BYTES),
            phrase=phrase.id if phrase else "",
            warned=tuple(one.id for one in self._warnings(raised.warned) if phrase and phrase.id in one.explains),
        )

    def _warnings_by_what_they_explain(self, texts: Sequence[Value]) -> Table:
        found = {what: phrase.id for phrase in self._warnings(texts) for what in phrase.explains}
        return Table(entries=tuple(sorted(found.items())))

    def _warnings(self, texts: Sequence[Value]) -> Sequence[Phrase]:
        """The phrasebook's entries for warnings, in its order; of other warnings nothing is told."""
        raised = [Raised(exception="UserWarning", message=text) for text in texts if isinstance(text, str)]
        found = {phrase.id for one in raised if (phrase := self._phrasebook.look_up(one))}
        return [phrase for phrase in self._phrasebook.phrase if phrase.id in found]


class _Known:
    """Knows what can be said about one answer."""

    def __init__(self, question: Question, vocabulary: Vocabulary, returned: Value) -> None:
        self._vocabulary = vocabulary
        self._hidden = question.visibility is Visibility.HIDDEN
        self._returned = returned

    def is_list(self, name: str) -> bool:
        """Is this fact a list of places or names?"""
        return name in self._vocabulary.listed

    def counts(self, entries: Sequence[tuple[str, Value]]) -> Table:
        """How often functions were called, of those that there are."""
        counts = [(label, count) for label, count in entries if label in self._vocabulary.functions]
        return Table(entries=tuple((label, _count(count)) for label, count in counts if isinstance(count, int)))

    def few(self, listed: Items) -> Items:
        """The true ones of these things, in an order of ours; None stands for others."""
        if not listed.items:
            return listed
        known = sorted({one for one in listed.items if self._can_be_said(one)}, key=_order)
        others: list[Value] = [None] if any(one not in known for one in listed.items) else []
        kept = [*known, *others][: _MAX_HIDDEN_LISTED if self._hidden else _MAX_LISTED]
        return Items(kind="tuple", items=tuple(kept))

    def _can_be_said(self, one: Value) -> bool:
        """Could the recorder have told this about these arguments and this result?"""
        match one:
            case Place():
                return one in self._results or one in self._vocabulary.changeable
            case Items(items=(Place() as first, Place() as other)):
                return first in self._results and (other in self._owners or other in self._results)
            case str():
                return one in self._vocabulary.names
            case _:
                return False

    @functools.cached_property
    def _owners(self) -> frozenset[Place]:
        """The arguments that have memory, and their gradients."""
        places = self._vocabulary.changeable
        return frozenset(
            place if place.part == "grad" else replace(place, part=None)
            for place in places
            if place.part in {"grad", "values"}
        )

    @functools.cached_property
    def _results(self) -> frozenset[Place]:
        """The tensors that came back, also those that cannot be read."""
        return frozenset(
            Place(path=path)
            for path, part in _parts(self._returned, ())
            if isinstance(part, TensorValue | NotRepresentable) and (not self._hidden or self._is_plain(path))
        )

    def _is_plain(self, path: Sequence[int | str]) -> bool:
        """Is it found by the first few numbers, or by keys of the question's own? Others could be a message."""
        keys = self._vocabulary.keys
        return all(part <= _MAX_HIDDEN_INDEX if isinstance(part, int) else part in keys for part in path)


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


def _order(one: Value) -> tuple[object, ...]:
    """Where a thing stands among others, whatever kinds they are."""
    match one:
        case Place(argument=argument, path=path, part=part):
            return (1, argument or "", tuple(map(str, path)), part or "")
        case Items(items=items):
            return (2, *map(_order, items))
        case _:
            return (3, str(one))


def _count(value: int) -> int:
    return min(max(value, 0), _MAX_COUNT)
