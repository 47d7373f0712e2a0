"""Checks of chapter 1: derivatives and their shapes."""

import math
from collections.abc import Iterator

from grader.authoring import (
    Case,
    Draw,
    Facts,
    asks,
    autograd_ran,
    caller_untouched,
    calls_once,
    close,
    function,
    hidden,
    no_shortcut,
    stands_alone,
    tensor,
    visible,
)

# The smallest number of float64 that is not 0.
_TINIEST = math.ulp(0.0)


@asks("subdifferential_interval")
def points_and_kinks(draw: Draw) -> Iterator[Case]:
    """Both functions at 0, at -0.0, on both sides of it, next to it, and at infinity."""
    yield visible(kind="abs", x=tensor([-3, 5, 7], dtype="float32"))
    for kind in ("abs", "relu"):
        sides = [abs(draw.number()), 0.0, -abs(draw.number()), -0.0]
        yield hidden(kind=kind, x=tensor(sides))
    yield hidden(kind="relu", x=tensor([0, -1, 1, 0, 2], dtype="float32", requires_grad=True))
    yield hidden(kind="abs", x=tensor([]))
    for kind in ("abs", "relu"):
        yield hidden(kind=kind, x=tensor([math.inf, -math.inf, _TINIEST, -_TINIEST]))


@points_and_kinks.check(points=4)
def are_the_extreme_slopes(actual: Facts, expected: Facts) -> None:
    """Each row holds the smallest and the largest slope that fits at that element."""
    close(actual.returned, expected.returned)


caller_untouched(points_and_kinks, points=1)
stands_alone(points_and_kinks, points=1)


@asks("kink_gradients")
def functions_with_kinks(draw: Draw) -> Iterator[Case]:
    """Functions with a kink, at the kink and beside it; one of them has no number there."""
    yield visible(fs={"square": function("square"), "line": function("line", 3, 1)}, x=tensor(2, dtype="float32"))
    kinks = {
        "abs": draw.function("kink_abs"),
        "relu": draw.function("kink_relu"),
        "clamp": draw.function("kink_clamp"),
        "maximum": draw.function("kink_maximum"),
        "where": draw.function("kink_where"),
        "root of the square": draw.function("kink_sqrt"),
        "smooth": draw.function("smooth"),
    }
    yield hidden(fs=kinks, x=tensor(0.0))
    yield hidden(fs=kinks, x=draw.scalar(grad=True))
    pair = {"one": draw.function("smooth"), "two": draw.function("wave")}
    yield hidden(fs=pair, x=draw.scalar(dtype="float32", grad=True))
    yield hidden(fs={}, x=draw.scalar(grad=True))


@functions_with_kinks.check(points=2)
def are_autograds_choices(actual: Facts, expected: Facts) -> None:
    """Each value is the gradient that autograd gives for that function at x, and no other function's."""
    close(actual.returned, expected.returned)


autograd_ran(functions_with_kinks, points=4)
caller_untouched(functions_with_kinks, points=1)
stands_alone(functions_with_kinks, points=1)


@asks("numerator_layout")
def all_kinds_of_shapes(draw: Draw) -> Iterator[Case]:
    """Scalars and vectors on both sides, never as many outputs as inputs where there are several of both."""
    yield visible(f=function("twice_dot"), x=tensor([1, 2], dtype="float32"))
    yield hidden(f=draw.function("mix", 3 * 5), x=draw.vector(5))
    yield hidden(f=draw.function("fan", 3), x=draw.scalar(dtype="float32", grad=True))
    yield hidden(f=draw.function("mix", 5), x=draw.vector(5, grad=True))
    yield hidden(f=draw.function("smooth"), x=draw.scalar())
    yield hidden(f=draw.function("cubes"), x=draw.vector(3, dtype="float32", requires_grad=True))
    yield hidden(f=draw.function("waves"), x=tensor([]))
    yield hidden(f=draw.function("fans", 2), x=tensor([]))


@all_kinds_of_shapes.check(points=2)
def is_the_matrix(actual: Facts, expected: Facts) -> None:
    """The result is dy/dx with a row for each output and a column for each input."""
    close(actual.returned, expected.returned)


autograd_ran(all_kinds_of_shapes, points=4)
caller_untouched(all_kinds_of_shapes, points=1)
stands_alone(all_kinds_of_shapes, points=1)


@asks("jacobian_by_rows")
def vector_functions(draw: Draw) -> Iterator[Case]:
    """More outputs than inputs, fewer, and one of each; every output depends on every input."""
    yield visible(f=function("mix", 1, 2, 0, 3, 1, 0), x=tensor([2, 3], dtype="float32"))
    yield hidden(f=draw.function("mix", 3 * 5), x=draw.vector(5))
    yield hidden(f=draw.function("mix", 4 * 2), x=draw.vector(2, dtype="float32", grad=True))
    yield hidden(f=draw.function("mix", 5), x=draw.vector(5, requires_grad=True))
    yield hidden(f=draw.function("mix", 3), x=draw.vector(1))
    yield hidden(f=draw.function("fans", 2), x=tensor([]))


@vector_functions.check(points=1)
def is_the_jacobian(actual: Facts, expected: Facts) -> None:
    """Row i of the result is the gradient of output i."""
    close(actual.returned, expected.returned)


autograd_ran(vector_functions, points=1)
calls_once(vector_functions, "f", points=1)
no_shortcut(vector_functions, points=6)
caller_untouched(vector_functions, points=1)
stands_alone(vector_functions, points=1)
