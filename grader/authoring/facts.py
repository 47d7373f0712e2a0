"""Facts as a check sees them."""

from collections.abc import Callable, Mapping

from grader.inside.values import Value


class NotAnswered(Exception):
    """An answer lacks a fact, or holds something else in its place."""


class UnknownFact(Exception):
    """An oracle knows nothing of a fact that a check reads: its author's mistake."""


class Facts:
    """Facts by name, as attributes; notes the names in `reads`. A fact that is not there raises `missing`."""

    def __init__(self, facts: Callable[[], Mapping[str, Value]], missing: type[Exception], reads: set[str]) -> None:
        self._facts = facts
        self._missing = missing
        self._reads = reads

    def __getattr__(self, name: str) -> Value:
        facts = self._facts()
        if name not in facts:
            raise self._missing(name)
        self._reads.add(name)
        return facts[name]
