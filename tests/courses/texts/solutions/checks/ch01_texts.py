"""A check that is hidden as a whole."""

from collections.abc import Iterator

from grader.authoring import Case, Draw, Facts, asks, close, hidden


@asks("count_words")
def words_in_capitals(draw: Draw) -> Iterator[Case]:
    """Words that differ in their case only."""
    yield hidden(words=["Be", "be", "BE", "be"])


@words_in_capitals.check(points=1)
def tells_cases_apart(actual: Facts, expected: Facts) -> None:
    """Words that differ in their case are different words."""
    close(actual.returned, expected.returned)
