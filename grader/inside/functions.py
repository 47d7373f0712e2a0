"""Functions that exercises take as arguments, built from a name and coefficients on both sides of the pipe.

A course keeps its families in `probes/functions.py`. Coefficients are drawn anew for every question, so an answer that
was learnt by heart is wrong.
"""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from grader.inside.digits import exact
from grader.inside.values import FunctionSpec

Coefficients = tuple[float, ...]
# Any: what a course's functions work on is the course's affair.
Function = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A parametrised function: `evaluate(x, c)` computes it, and so does the code of its `formula`, for people.

    `arity` is the number of coefficients; None where it depends on the question. `simpler` names the plainest family
    that takes and gives the same kinds of things, and has no coefficients; it is empty where there is none.
    """

    evaluate: Callable[[Any, Coefficients], Any]
    formula: str
    arity: int | None = None
    simpler: str = ""

    def write(self, spec: FunctionSpec) -> str:
        """The function as code that runs where torch is imported."""
        numbers = [exact(value) for value in spec.coefficients]
        formula = self.formula.format(*numbers, c="[" + ", ".join(numbers) + "]")
        # No `itertools.count`, which would have to be imported.
        return f"lambda x, n=iter(range(1, 10**9)): next(n) * ({formula})" if spec.changes else f"lambda x: {formula}"


Families = Mapping[str, Family]


def as_shown(function: Function) -> Function:
    """The function under the name that it has for whoever pastes a shown call: there it is a lambda."""
    function.__name__ = function.__qualname__ = "<lambda>"
    return function


def build(spec: FunctionSpec, families: Families) -> Function:
    """The function that `spec` names."""
    family = families[spec.name]
    if not spec.changes:
        return lambda x: family.evaluate(x, spec.coefficients)
    calls = itertools.count(1)
    return lambda x: next(calls) * family.evaluate(x, spec.coefficients)
