"""Right solutions of chapter 1."""

from collections.abc import Callable


def count_words(words: list[str]) -> dict[str, int]:
    """A word that is new has been seen no time before."""
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts


def total(f: Callable[[float], float], numbers: list[float]) -> float:
    """The sum of nothing is 0.0, as for any other list of numbers."""
    return sum(map(f, numbers), 0.0)
