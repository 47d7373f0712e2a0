"""What a client made of our output: the one record that every reader here answers with.

The readers follow the clients' contracts, and never look at the code that writes. So a rule that the writer forgot is
a rule that the reader names.
"""

import json
from dataclasses import dataclass, field
from typing import Any, NoReturn

# Any: JSON that nobody has looked at yet.
Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One rule of the client's that does not hold, by its name, and the place or value that breaks it."""

    rule: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenTest:
    """One test as the client has it. None: the client has no points, or no verdict, for it."""

    name: str
    points: float | None = None
    max_points: float | None = None
    passed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """All that a client takes from one result.

    `ours` names what the client shows as the grader's fault rather than the student's.
    With a refusal that spoils the whole result there are no points: the client has none to show.
    """

    status: str
    points: float | None = None
    max_points: float | None = None
    tests: tuple[SeenTest, ...] = ()
    ours: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    @property
    def refused_by(self) -> frozenset[str]:
        """The names of the rules that do not hold."""
        return frozenset(refusal.rule for refusal in self.refusals)


@dataclass(slots=True)
class Rules:
    """Collects, while one result is read, the rules that do not hold."""

    broken: list[Refusal] = field(default_factory=list)

    def refuse(self, rule: str, what: object) -> None:
        """This rule does not hold, for this."""
        self.broken.append(Refusal(rule=rule, what=str(what)[:300]))

    def hold(self, rule: str, holds: bool, what: object) -> bool:
        """Whether the rule holds; otherwise it is noted."""
        if not holds:
            self.refuse(rule, what)
        return holds

    def json_object(self, raw: bytes) -> Json | None:
        """The JSON object in these bytes, as strict as a client's own parser: UTF-8, no NaN, no Infinity."""
        try:
            value = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
        except ValueError as error:
            self.refuse("json", error)
            return None
        return value if self.hold("object", isinstance(value, dict), value) else None

    def objects(self, rule: str, value: object) -> list[Json]:
        """The objects of a list; something else in its place, or in it, breaks the rule."""
        if not self.hold(rule, isinstance(value, list), value):
            return []
        return [one for one in value if self.hold(rule, isinstance(one, dict), one)]  # type: ignore[attr-defined]


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def is_number(value: object) -> bool:
    """An int or a float, but no bool: JSON has a type of its own for that."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_count(value: object) -> bool:
    """A whole number of at least 0."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
