"""Checks of chapter 2: first backward."""

from collections.abc import Iterator

from grader.authoring import (
    ARANGE,
    CalledAs,
    Case,
    Draw,
    Facts,
    asks,
    autograd_ran,
    caller_untouched,
    close,
    fail,
    function,
    own_memory,
    same,
    say,
    stands_alone,
    tensor,
    visible,
)
from grader.inside.values import Items


@asks("jacobian_2xtx")
def twice_dot(draw: Draw) -> Iterator[Case]:
    """The derivative of a fixed function."""
    yield visible(x=ARANGE)


@twice_dot.check(points=1)
def is_the_derivative(actual: Facts, expected: Facts) -> None:
    """The result is the derivative of 2 x.x, in the shape of x."""
    close(actual.returned, expected.returned)


autograd_ran(twice_dot, points=4)
caller_untouched(twice_dot, points=1)
stands_alone(twice_dot, points=1)


@asks(
    "make_leaf",
    called_as=CalledAs(
        facts={
            "grad_before": "make_leaf(values, scale).grad",
            "grad_after": "leaf = make_leaf(values, scale); (3 * leaf).sum().backward(); leaf.grad",
        }
    ),
)
def values_and_scales(draw: Draw) -> Iterator[Case]:
    """A tensor of any numbers, and a scale."""
    yield visible(values=tensor([1, 2, 3], dtype="int64"), scale=0.5)


@values_and_scales.check(points=1)
def is_the_product(actual: Facts, expected: Facts) -> None:
    """The result holds values * scale, computed in float64."""
    close(actual.returned, expected.returned)


@values_and_scales.check(points=3, witnessed=True)
def is_a_fresh_leaf(actual: Facts, expected: Facts) -> None:
    """The result is a plain tensor and a leaf that requires grad; its .grad is None."""
    if actual.is_plain is not True:
        fail(say("make_leaf.not_plain"), asks=say("make_leaf.ask_not_plain"))
    if actual.requires_grad is not True:
        fail(say("make_leaf.no_flag"), asks=say("make_leaf.ask_no_flag"))
    if actual.is_leaf is not True:
        fail(say("make_leaf.no_leaf"), asks=say("make_leaf.ask_no_leaf"))
    asks = say("make_leaf.ask_grad_before")
    same(actual.grad_before, expected.grad_before, say("make_leaf.grad_before"), asks=asks)


@values_and_scales.check(points=1, witnessed=True)
def collects_its_gradient(actual: Facts, expected: Facts) -> None:
    """After a backward through (3 * leaf).sum(), its .grad is full of threes."""
    close(actual.grad_after, expected.grad_after, say("make_leaf.grad_after"))


caller_untouched(values_and_scales, points=1)
own_memory(values_and_scales, points=1)


@asks("gradient", functions_like="x", called_as=CalledAs(facts={"with_the_same_x": "gradient(f, x); gradient(f, x)"}))
def functions_and_points(draw: Draw) -> Iterator[Case]:
    """A function that only autograd can know, and a point."""
    yield visible(f=function("twice_dot"), x=tensor([0, 1, 2, 3], dtype="float32"))


@functions_and_points.check(points=2)
def is_the_gradient(actual: Facts, expected: Facts) -> None:
    """The result is the gradient of f at x, in the shape of x."""
    close(actual.returned, expected.returned)
    if actual.changed == Items(kind="tuple", items=()):  # else x is not the same
        close(actual.with_the_same_x, expected.returned, say("gradient.same_x"))


autograd_ran(functions_and_points, points=4)
caller_untouched(functions_and_points, points=1)
stands_alone(functions_and_points, points=1)


@asks(
    "grads_or_zeros",
    called_as=CalledAs(
        prepared=lambda **_: ["y = sum(f(xs[i]).double() for i in used)"],
        call="grads_or_zeros(y, [xs[i] for i in asked])",
        facts={
            "graph_usable": "grads_or_zeros(y, [xs[i] for i in asked]); "
            "torch.autograd.grad(y, xs, allow_unused=True) is not None",
        },
    ),
)
def used_and_unused(draw: Draw) -> Iterator[Case]:
    """Tensors of which some take no part in y."""
    yield visible(
        f=function("squares"),
        xs=[
            tensor([1, 2], dtype="float32", requires_grad=True),
            tensor([5], dtype="float32", shape=(1, 1), requires_grad=True),
        ],
        used=(0,),
        asked=(0, 1),
    )


@used_and_unused.check(points=4)
def are_the_gradients(actual: Facts, expected: Facts) -> None:
    """Each entry is the gradient for its tensor, with zeros where y does not depend on it."""
    close(actual.returned, expected.returned)


@used_and_unused.check(points=1, witnessed=True)
def graph_survives(actual: Facts, expected: Facts) -> None:
    """The graph of y can still be used by the caller, and no leaf of it has a new .grad."""
    asks = say("grads_or_zeros.ask_graph")
    same(actual.graph_usable, expected.graph_usable, say("grads_or_zeros.graph"), asks=asks)
    asks = say("grads_or_zeros.ask_other_grads")
    same(actual.other_grads, expected.other_grads, say("grads_or_zeros.other_grads"), asks=asks)


autograd_ran(used_and_unused, points=2)
caller_untouched(used_and_unused, points=1)
stands_alone(used_and_unused, points=1, among_themselves=False)
