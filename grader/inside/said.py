"""Sentences as data: an id, and what stands in the holes. The words are in `grader.words` and in the course.

So nothing has to be read out of a sentence, and another language is another file.
"""

from typing import Annotated, Literal

from msgspec import Meta

from grader.inside.values import MAX_DIMENSIONS, MAX_ENTRIES, Place, Record, Text

# More than any right answer has, or any shape of one.
MAX_SHOWN_SIZE = 30
MAX_SHOWN_DIMENSIONS = 3


class Count(Record, tag="count"):
    """A number of things; of a large one is told only that it is large, since the number could be a message."""

    number: int


class Sizes(Record, tag="sizes"):
    """The sizes of a shape, told as counts are; of many dimensions is told only that they are many."""

    sizes: Annotated[tuple[int, ...], Meta(max_length=MAX_DIMENSIONS)]


class Listed(Record, tag="listed"):
    """Things one after the other.

    They are `several`, `pairs` of things that belong together, one such `pair`, an `index`, or a `shape` that is ours
    to tell in full.
    """

    things: "Annotated[tuple[Argument, ...], Meta(max_length=MAX_ENTRIES)]"
    kind: Literal["several", "pairs", "pair", "index", "shape"] = "several"


class Said(Record, tag="said"):
    """A sentence, or the name of a thing, by its id; `arguments` are what stands in its holes, by name."""

    id: Text
    arguments: "Annotated[tuple[tuple[Text, Argument], ...], Meta(max_length=MAX_ENTRIES)]" = ()

    def argument(self, name: str) -> "Argument":
        """The content of a hole; None where there is none of this name."""
        return dict(self.arguments).get(name)


Argument = None | int | float | Text | Place | Count | Sizes | Listed | Said


def count(number: int) -> Count:
    """A number of things. Large ones are all the same: whoever reads a report's data is told no more than its text."""
    return Count(number=min(number, MAX_SHOWN_SIZE + 1))


def sizes(shape: tuple[int, ...]) -> Sizes:
    """The sizes of a shape. Shapes of many dimensions are all the same, as large numbers are."""
    if len(shape) > MAX_SHOWN_DIMENSIONS:
        return Sizes(sizes=(0,) * (MAX_SHOWN_DIMENSIONS + 1))
    return Sizes(sizes=tuple(count(size).number for size in shape))


def known(**arguments: Argument) -> dict[str, Argument]:
    """The arguments that are there: what a sentence has no hole for is left away."""
    return {name: value for name, value in arguments.items() if value is not None}


def say(identity: str, /, **arguments: Argument) -> Said:
    """A sentence with its holes filled."""
    return Said(id=identity, arguments=tuple(arguments.items()))
