"""PUBLIC functions that exercises take as arguments, built from a name and coefficients on both sides of the pipe.

Coefficients are drawn anew for every question, so an answer remembered by heart is wrong. The functions use tensors'
own methods only: this package needs no torch, and neither do the checks that name them.
"""

import itertools
from collections.abc import Callable
from typing import Any

from grader.functions.families import FAMILIES
from grader.model import FunctionSpec

# Any: the functions work on torch tensors, which this package does not import.
Function = Callable[[Any], Any]


def build(spec: FunctionSpec) -> Function:
    """The function that `spec` names, from a tensor to a tensor."""
    family = FAMILIES[spec.name]
    if not spec.changes:
        return lambda x: family.evaluate(x, spec.coefficients)
    calls = itertools.count(1)
    return lambda x: next(calls) * family.evaluate(x, spec.coefficients)


def text(spec: FunctionSpec) -> str:
    """The function as a student would write it, coefficients to six significant digits."""
    written = FAMILIES[spec.name].write(spec.coefficients)
    return f"{written} [the n-th call: n times that]" if spec.changes else written
