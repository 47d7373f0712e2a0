"""A language: for each id a whole sentence with named holes, and how what stands in a hole is written."""

import functools
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from grader.inside.said import MAX_SHOWN_DIMENSIONS, MAX_SHOWN_SIZE, Argument, Count, Listed, Said, Sizes
from grader.inside.values import Place

ENGLISH = "en"
_HOLE = re.compile(r"\{(\w+)\}")

Sentences = Mapping[str, str]


class Unsayable(Exception):
    """A language has not the sentence that is to be said: its author's mistake. There are no words for it but these."""


class _Known(dict[str, str]):
    """The sentences of a language; to ask for another one raises `Unsayable`."""

    def __init__(self, language: str, sentences: Sentences) -> None:
        super().__init__(sentences)
        self._language = language

    def __missing__(self, identity: str) -> str:
        raise Unsayable(f"no sentence of the language {self._language!r} is called {identity!r}")


class Language:
    """Says what is to be said; `sentences` are by id."""

    def __init__(self, name: str, sentences: Sentences) -> None:
        self.name = name
        self.sentences: Sentences = _Known(name, sentences)

    def with_more(self, sentences: Sentences) -> "Language":
        """The same language, which can say some sentences more."""
        return Language(self.name, {**self.sentences, **sentences})

    def text(self, said: Sequence[Said]) -> str:
        """Some sentences, one after the other."""
        return " ".join(map(self.say, said))

    def say(self, said: Said) -> str:
        """One sentence; raises `Unsayable` for an id that the language has not, or a hole that stays empty."""
        sentence, arguments = self.sentences[said.id], dict(said.arguments)
        if lacking := set(_HOLE.findall(sentence)) - arguments.keys():
            raise Unsayable(f"the sentence {said.id!r} has no argument {min(lacking)!r}")
        return _HOLE.sub(lambda hole: self._written(arguments[hole[1]]), sentence)

    def _written(self, argument: Argument) -> str:
        match argument:
            case None:
                return self.sentences["thing.other"]
            case float():
                return f"{argument:.6g}"
            case str() | int():
                return str(argument)
            case Count(number=number):
                return self._count(number)
            case Sizes(sizes=sizes):
                return self._shape(sizes)
            case Place():
                return self._place(argument)
            case Listed():
                return self._listed(argument)
            case Said():
                return self.say(argument)

    def _count(self, number: int) -> str:
        return str(number) if number <= MAX_SHOWN_SIZE else self.sentences["thing.many"]

    def _shape(self, sizes: tuple[int, ...]) -> str:
        if len(sizes) > MAX_SHOWN_DIMENSIONS:
            return self.sentences["thing.many_dimensions"]
        return _tuple([self._count(size) for size in sizes])

    def _place(self, place: Place) -> str:
        thing = self.sentences["thing.result"] if place.argument is None else place.argument
        whole = thing + "".join(f"[{step!r}]" for step in place.path)
        return whole if place.part is None else _HOLE.sub(lambda _: whole, self.sentences[f"thing.{place.part}"])

    def _listed(self, listed: Listed) -> str:
        written = [self._written(thing) for thing in listed.things]
        match listed.kind:
            case "index":
                return ", ".join(written)
            case "shape":
                return _tuple(written)
            case "pair":
                pair = dict(zip(("one", "other"), written, strict=True))
                return _HOLE.sub(lambda hole: pair[hole[1]], self.sentences["thing.pair"])
            case kind:
                return self.sentences[f"thing.{kind}"].join(written)


def _tuple(written: Sequence[str]) -> str:
    """As Python writes it."""
    return f"({written[0]},)" if len(written) == 1 else f"({', '.join(written)})"


@functools.cache
def own_language(name: str = ENGLISH) -> Language:
    """A language of the kit's own; raises `Unsayable` where there is none of this name."""
    return Language(name, read_sentences(Path(__file__).with_name(f"{name}.toml")))


def read_sentences(path: Path) -> Sentences:
    """The sentences of a file, each by the names of its tables and its own; raises `Unsayable` where it is none."""
    try:
        # Any: TOML.
        content: dict[str, Any] = msgspec.toml.decode(path.read_bytes())
    except (OSError, ValueError, msgspec.MsgspecError) as error:  # a file may be in any encoding
        raise Unsayable(f"{path.name} cannot be read: {error}") from error
    return _flat(content, "")


def _flat(table: Mapping[str, Any], prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, entry in table.items():
        if isinstance(entry, dict):
            found |= _flat(entry, f"{prefix}{name}.")
        elif isinstance(entry, str):
            found[f"{prefix}{name}"] = entry
    return found
