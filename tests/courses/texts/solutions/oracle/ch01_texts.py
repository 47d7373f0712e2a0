"""What is right in chapter 1."""

from collections import Counter
from collections.abc import Callable


def count_words(words: list[str]) -> dict[str, object]:
    """The counts."""
    return {"returned": dict(Counter(words))}


def total(f: Callable[[float], float], numbers: list[float]) -> dict[str, object]:
    """The sum."""
    return {"returned": sum((f(number) for number in numbers), 0.0)}
