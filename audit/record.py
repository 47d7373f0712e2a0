"""The findings of an audit, as plain data."""

from collections.abc import Sequence

from msgspec import Struct


class Survivor(Struct, frozen=True, kw_only=True):
    """A changed right answer that gets full marks."""

    exercise: str
    style: str
    operator: str
    change: str
    diff: str
    source: str

    @property
    def place(self) -> str:
        """The answer that was changed."""
        return f"{self.exercise}/{self.style}"


class Strength(Struct, frozen=True, kw_only=True):
    """The mutants of one exercise."""

    exercise: str
    styles: tuple[str, ...]
    mutants: int
    survivors: tuple[Survivor, ...]


class Guess(Struct, frozen=True, kw_only=True):
    """A guess of one exercise, and its points."""

    exercise: str
    name: str
    points: int
    source: str


class Unfair(Struct, frozen=True, kw_only=True):
    """A right answer that loses points."""

    exercise: str
    style: str
    seed: str
    failed: tuple[str, ...]


class Fairness(Struct, frozen=True, kw_only=True):
    """The seeds on which right answers were graded, and those that lost points."""

    styles: int
    seeds: int
    reference_seeds: int
    unfair: tuple[Unfair, ...]


class Found(Struct, frozen=True, kw_only=True):
    """Everything that an audit found."""

    strength: tuple[Strength, ...]
    guesses: tuple[Guess, ...]
    fairness: Fairness


def with_points(guesses: Sequence[Guess]) -> list[Guess]:
    """The guesses that earn something."""
    return [one for one in guesses if one.points]
