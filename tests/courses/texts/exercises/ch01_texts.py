"""Lists of words and numbers."""

from collections.abc import Callable


def count_words(words: list[str]) -> dict[str, int]:
    """Return how often each word is in the list, for any number of words; the list stays as it is.

    >>> count_words(["to", "be", "or", "not", "to", "be"])
    {'to': 2, 'be': 2, 'or': 1, 'not': 1}
    """
    raise NotImplementedError


def total(f: Callable[[float], float], numbers: list[float]) -> float:
    """Return the sum of f over the numbers, and call f once for each of them.

    >>> total(lambda x: 2 * x + 1, [1.0, 2.0])
    8.0
    """
    raise NotImplementedError
