"""Changes that a person has looked at: they keep the stub's contract, so no check may notice them."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from audit.record import Strength, Survivor

FILE = Path(__file__).parent / "equivalents.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The survivors of an audit, held against the list."""

    open: Sequence[Survivor]
    """Not on the list: findings."""
    equivalent: Sequence[Survivor]
    stale: Sequence[str]
    """On the list, and among the survivors no more."""


def read_equivalents(text: str) -> Mapping[str, str]:
    """The reason for each change on the list, by the change; raises `ValueError` where one stands there twice."""
    reasons: dict[str, str] = {}
    for entry in tomllib.loads(text).get("equivalent", ()):
        for change in entry["changes"]:
            if change in reasons:
                raise ValueError(f"{FILE.name} lists this change twice: {change}")
            reasons[change] = entry["reason"]
    return reasons


def listed_as(survivor: Survivor) -> str:
    """The line by which the list names a change: the answer, the line of its function, before and after."""
    return f"{survivor.place} {survivor.change}"


def judged(strength: Sequence[Strength], reasons: Mapping[str, str]) -> Judged:
    """Which survivors are equivalent, and which are findings. Entries about other exercises are not looked at."""
    survivors = [one for each in strength for one in each.survivors]
    exercises = {one.exercise for one in strength}
    found = {listed_as(one) for one in survivors}
    return Judged(
        open=[one for one in survivors if listed_as(one) not in reasons],
        equivalent=[one for one in survivors if listed_as(one) in reasons],
        stale=[one for one in reasons if one.partition("/")[0] in exercises and one not in found],
    )
