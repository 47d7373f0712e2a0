"""Checks of chapter 1."""

from collections.abc import Iterator

from grader.authoring import Case, Draw, Facts, asks, caller_untouched, close, fail, function, say, visible
from grader.inside.values import Table


@asks("count_words")
def lists_of_words(draw: Draw) -> Iterator[Case]:
    """Words that come again."""
    yield visible(words=["to", "be", "or", "not", "to", "be"])


@lists_of_words.check(points=2)
def are_the_counts(actual: Facts, expected: Facts) -> None:
    """The result holds how often each word is in the list."""
    close(actual.returned, expected.returned)


caller_untouched(lists_of_words, points=1)


@asks("total")
def lists_of_numbers(draw: Draw) -> Iterator[Case]:
    """Functions of the course, and numbers."""
    yield visible(f=function("line", 2, 1), numbers=[1.0, 2.0])


@lists_of_numbers.check(points=2)
def is_the_sum(actual: Facts, expected: Facts) -> None:
    """The result is the sum of f over the numbers."""
    close(actual.returned, expected.returned)


@lists_of_numbers.check(points=1, witnessed=True)
def calls_f(actual: Facts, expected: Facts) -> None:
    """f is called, and its numbers are added."""
    if actual.calls == Table(entries=(("f", 0),)) and expected.returned:
        fail(say("total.not_called"))
