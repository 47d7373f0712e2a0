"""The claims about each exercise, as the cells of a notebook or the cases of a test file call them."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.workload import EXERCISES


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim of `suite/claims.py`: its name, its points, and the line that calls it."""

    exercise: str
    name: str
    points: int

    @property
    def call(self) -> str:
        """The line that makes the claim about the function, whose name is the exercise's."""
        arguments = self.exercise if self.exercise == "clear_grads" else f"{self.exercise}, {self.exercise!r}"
        return f"claims.{self.name}({arguments})"


def claims_about(exercise: str) -> Iterator[Claim]:
    """The claims about an exercise; together they are as many as the kit has checks."""
    points = {"is_right": 4, "autograd_ran": 2, "caller_untouched": 1, "stands_alone": 1}
    if exercise == "subdifferential_interval":
        del points["autograd_ran"]
    if exercise == "clear_grads":
        points = {"clears_every_gradient": 4, "keeps_the_tensors": 1, "cuts_the_graphs": 1, "leaves_the_parameters": 1}
    for name, worth in points.items():
        yield Claim(exercise=exercise, name=name, points=worth)


ALL_CLAIMS = {exercise: tuple(claims_about(exercise)) for exercise in EXERCISES}
