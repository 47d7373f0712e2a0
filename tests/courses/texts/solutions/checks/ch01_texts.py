"""Hidden questions of the public checks, and a check that is hidden as a whole."""

from collections.abc import Iterator

from grader.authoring import Case, Draw, Facts, asks, close, hidden, more

_WORDS = ("to", "be", "or", "not")


@more("lists_of_words")
def more_lists_of_words(draw: Draw) -> Iterator[Case]:
    """Words in any order, and none at all."""
    yield hidden(words=[_WORDS[index % 4] for index in draw.shuffled(7)])
    yield hidden(words=[])


@more("lists_of_numbers")
def more_lists_of_numbers(draw: Draw) -> Iterator[Case]:
    """Several numbers and none."""
    yield hidden(f=draw.function("line"), numbers=[draw.number() for _ in range(4)])
    yield hidden(f=draw.function("square"), numbers=[])


@asks("count_words")
def words_in_capitals(draw: Draw) -> Iterator[Case]:
    """Words that differ in their case only."""
    yield hidden(words=["Be", "be", "BE", "be"])


@words_in_capitals.check(points=1)
def tells_cases_apart(actual: Facts, expected: Facts) -> None:
    """Words that differ in their case are different words."""
    close(actual.returned, expected.returned)
