"""Checks of chapter 5: using a graph twice."""

from collections.abc import Iterator

from grader.authoring import (
    Case,
    Draw,
    Facts,
    asks,
    autograd_ran_in_every_pass,
    caller_untouched,
    calls_once,
    close,
    fail,
    function,
    require_gradients,
    same,
    say,
    stands_alone,
    tensor,
    visible,
)
from grader.inside.values import Table, TensorValue


@asks("backward_twice")
def two_passes(draw: Draw) -> Iterator[Case]:
    """Two passes over one graph of a fixed function."""
    yield visible(x=tensor([1, 2], dtype="float32"))


@two_passes.check(points=1)
def is_twice_the_gradient(actual: Facts, expected: Facts) -> None:
    """The result is what two backward passes of x.x leave in x.grad."""
    close(actual.returned, expected.returned)


@two_passes.check(points=4, witnessed=True)
def autograd_ran(actual: Facts, expected: Facts) -> None:
    """Both passes are autograd's, and go over one graph."""
    require_gradients(actual, expected, 2)
    has_elements = isinstance(expected.returned, TensorValue) and expected.returned.data
    if has_elements and isinstance(actual.passes_over_one_graph, int) and actual.passes_over_one_graph < 2:
        fail(say("backward_twice.two_graphs"), asks=say("backward_twice.ask_two_graphs"))


caller_untouched(two_passes, points=1)
stands_alone(two_passes, points=1)


Y = (1,)
"""The path of the result that is no gradient."""


@asks("backward_n_times", functions_like="x")
def n_passes(draw: Draw) -> Iterator[Case]:
    """A function, a point and a number of passes."""
    yield visible(f=function("dot"), x=tensor([1, 2], dtype="float32"), n=2)


@n_passes.check(points=1)
def are_the_gradient_and_y(actual: Facts, expected: Facts) -> None:
    """The results are n times the gradient of f, and y."""
    close(actual.returned, expected.returned)


@n_passes.check(points=3, witnessed=True)
def frees_the_graph(actual: Facts, expected: Facts) -> None:
    """Of the n passes over one graph, the last one frees it; y is the tensor that f returned, and attached to it."""
    require_gradients(actual, expected, expected.passes, (Y,))
    if actual.graph_of_y == "gone":
        fail(say("backward_n_times.no_graph"), asks=say("backward_n_times.ask_no_graph"))
    if actual.graph_of_y == "usable" and expected.graph_of_y == "freed":
        if isinstance(actual.calls, Table) and dict(actual.calls.entries)["f"] != 1:
            fail(say("backward_n_times.several_graphs"), asks=say("backward_n_times.ask_several_graphs"))
        fail(say("backward_n_times.kept_graph"), asks=say("backward_n_times.ask_kept_graph"))
    same(actual.graph_of_y, expected.graph_of_y, say("backward_n_times.graph"))
    if actual.y_is_of_f is not True:
        fail(say("backward_n_times.other_y"), asks=say("backward_n_times.ask_other_y"))
    same(actual.grad_of_x, expected.grad_of_x, say("backward_n_times.grad_of_x"), asks=say("ask_claim.reached"))


autograd_ran_in_every_pass(n_passes, points=2, besides=(Y,))
calls_once(n_passes, "f", points=1)
caller_untouched(n_passes, points=1)
stands_alone(n_passes, points=1, may_have_graph=(Y,))
