"""Checks of chapter 1: derivatives and their shapes."""

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
    no_shortcut,
    stands_alone,
    tensor,
    visible,
)


@asks("subdifferential_interval")
def points_and_kinks(draw: Draw) -> Iterator[Case]:
    """A function with a kink, at some points."""
    yield visible(kind="abs", x=tensor([-3, 5, 7], dtype="float32"))


@points_and_kinks.check(points=4)
def are_the_extreme_slopes(actual: Facts, expected: Facts) -> None:
    """Each row holds the smallest and the largest slope that fits at that element."""
    close(actual.returned, expected.returned)


caller_untouched(points_and_kinks, points=1)
stands_alone(points_and_kinks, points=1)


@asks("kink_gradients", functions_like="x")
def functions_with_kinks(draw: Draw) -> Iterator[Case]:
    """Several functions by name, and one point."""
    yield visible(fs={"square": function("square"), "line": function("line", 3, 1)}, x=tensor(2, dtype="float32"))


@functions_with_kinks.check(points=2)
def are_autograds_choices(actual: Facts, expected: Facts) -> None:
    """Each value is the gradient that autograd gives for that function at x, and no other function's."""
    close(actual.returned, expected.returned)


autograd_ran(functions_with_kinks, points=4)
caller_untouched(functions_with_kinks, points=1)
stands_alone(functions_with_kinks, points=1)


@asks("numerator_layout", functions_like="x")
def all_kinds_of_shapes(draw: Draw) -> Iterator[Case]:
    """A function of a scalar or a vector, and a point."""
    yield visible(f=function("twice_dot"), x=tensor([1, 2], dtype="float32"))


@all_kinds_of_shapes.check(points=2)
def is_the_matrix(actual: Facts, expected: Facts) -> None:
    """The result is dy/dx with a row for each output and a column for each input."""
    close(actual.returned, expected.returned)


autograd_ran(all_kinds_of_shapes, points=4)
caller_untouched(all_kinds_of_shapes, points=1)
stands_alone(all_kinds_of_shapes, points=1)


@asks("jacobian_by_rows", functions_like="x")
def vector_functions(draw: Draw) -> Iterator[Case]:
    """A function from vectors to vectors, and a point."""
    yield visible(f=function("mix", 1, 2, 0, 3, 1, 0), x=tensor([2, 3], dtype="float32"))


@vector_functions.check(points=1)
def is_the_jacobian(actual: Facts, expected: Facts) -> None:
    """Row i of the result is the gradient of output i."""
    close(actual.returned, expected.returned)


autograd_ran(vector_functions, points=1)
calls_once(vector_functions, "f", points=1)
no_shortcut(vector_functions, points=6)
caller_untouched(vector_functions, points=1)
stands_alone(vector_functions, points=1)
