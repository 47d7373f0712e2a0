"""Checks of chapter 2: first backward."""

from collections.abc import Iterator

from grader.authoring import (
    Case,
    Draw,
    Facts,
    asks,
    autograd_ran,
    caller_untouched,
    close,
    fail,
    function,
    hidden,
    own_memory,
    same,
    say,
    stands_alone,
    tensor,
    vectors,
    visible,
)
from grader.inside.values import Items


@asks("jacobian_2xtx")
def twice_dot(draw: Draw) -> Iterator[Case]:
    """The derivative of a fixed function."""
    yield from vectors(draw)


@twice_dot.check(points=1)
def is_the_derivative(actual: Facts, expected: Facts) -> None:
    """The result is the derivative of 2 x.x, in the shape of x."""
    close(actual.returned, expected.returned)


autograd_ran(twice_dot, points=4)
caller_untouched(twice_dot, points=1)
stands_alone(twice_dot, points=1)


@asks("make_leaf")
def values_and_scales(draw: Draw) -> Iterator[Case]:
    """Dtypes that cannot require grad, a scale that float32 cannot hold, a tensor with a history, and scale 1."""
    yield visible(values=tensor([1, 2, 3], dtype="int64"), scale=0.5)
    yield hidden(values=draw.vector(4), scale=draw.number())
    yield hidden(values=draw.vector(3, dtype="float32"), scale=0.1)
    yield hidden(values=draw.integers(3), scale=draw.number())
    yield hidden(values=tensor([1, 0, 1], dtype="bool"), scale=draw.number())
    yield hidden(values=draw.vector(3, grad=True), scale=draw.number())
    yield hidden(values=draw.vector(2), scale=1.0)
    yield hidden(values=tensor([]), scale=draw.number())
    yield hidden(values=tensor([4, 0, 250], dtype="uint8"), scale=draw.number())


@values_and_scales.check(points=1)
def is_the_product(actual: Facts, expected: Facts) -> None:
    """The result holds values * scale, computed in float64."""
    close(actual.returned, expected.returned)


@values_and_scales.check(points=3, witnessed=True)
def is_a_fresh_leaf(actual: Facts, expected: Facts) -> None:
    """The result is a plain tensor and a leaf that requires grad; its .grad is None."""
    if actual.is_plain is not True:
        fail(say("make_leaf.not_plain"))
    if actual.requires_grad is not True:
        fail(say("make_leaf.no_flag"))
    if actual.is_leaf is not True:
        fail(say("make_leaf.no_leaf"))
    same(actual.grad_before, expected.grad_before, say("make_leaf.grad_before"))


@values_and_scales.check(points=1, witnessed=True)
def collects_its_gradient(actual: Facts, expected: Facts) -> None:
    """After a backward through (3 * leaf).sum(), its .grad is full of threes."""
    close(actual.grad_after, expected.grad_after, say("make_leaf.grad_after"))


caller_untouched(values_and_scales, points=1)
own_memory(values_and_scales, points=1)


@asks("gradient")
def functions_and_points(draw: Draw) -> Iterator[Case]:
    """Functions that only autograd can know, and a caller's tensor that is a leaf with an old gradient."""
    yield visible(f=function("twice_dot"), x=tensor([0, 1, 2, 3], dtype="float32"))
    yield hidden(f=draw.function("cubes"), x=draw.vector(5))
    yield hidden(f=draw.function("cubes"), x=draw.vector(5, grad=True))
    yield hidden(f=draw.function("waves"), x=draw.vector(3, dtype="float32"))
    yield hidden(f=draw.function("scaled_sum"), x=draw.vector(1, requires_grad=True))
    yield hidden(f=draw.function("scaled_dot"), x=tensor([]))


@functions_and_points.check(points=2)
def is_the_gradient(actual: Facts, expected: Facts) -> None:
    """The result is the gradient of f at x, in the shape of x."""
    close(actual.returned, expected.returned)
    if actual.changed == Items(kind="tuple", items=()):  # else x is not the same
        close(actual.with_the_same_x, expected.returned, say("gradient.same_x"))


autograd_ran(functions_and_points, points=4)
caller_untouched(functions_and_points, points=1)
stands_alone(functions_and_points, points=1)


@asks("grads_or_zeros", called_as="grads_or_zeros(sum(f(xs[i]) for i in used), [xs[i] for i in asked])")
def used_and_unused(draw: Draw) -> Iterator[Case]:
    """Some tensors take no part in y, some are asked for twice, some hold an old gradient; shapes and dtypes differ."""
    yield visible(
        f=function("squares"),
        xs=[
            tensor([1, 2], dtype="float32", requires_grad=True),
            tensor([5], dtype="float32", shape=(1, 1), requires_grad=True),
        ],
        used=(0,),
        asked=(0, 1),
    )
    single = draw.vector(2, dtype="float32", requires_grad=True)
    yield hidden(f=draw.function("cubes"), xs=[draw.vector(3, requires_grad=True), single], used=(0,), asked=(1, 0, 0))
    yield hidden(
        f=draw.function("waves"),
        xs=[draw.vector(4, grad=True), draw.vector(2, grad=True), draw.vector(3, requires_grad=True)],
        used=(0, 2),
        asked=draw.shuffled(3),
    )
    yield hidden(f=draw.function("cubes"), xs=[draw.vector(3, requires_grad=True)], used=(0,), asked=(0,))
    yield hidden(
        f=draw.function("waves"),
        xs=[
            tensor([], requires_grad=True),
            tensor([draw.number() for _ in range(6)], shape=(2, 3), requires_grad=True),
            tensor(draw.number(), dtype="float32", requires_grad=True),
            tensor([], dtype="float32", requires_grad=True),
        ],
        used=(0, 1),
        asked=(1, 2, 0, 3),
    )
    yield hidden(f=draw.function("cubes"), xs=[draw.vector(3, requires_grad=True)], used=(0,), asked=(0,))


@used_and_unused.check(points=4)
def are_the_gradients(actual: Facts, expected: Facts) -> None:
    """Each entry is the gradient for its tensor, with zeros where y does not depend on it."""
    close(actual.returned, expected.returned)


@used_and_unused.check(points=1, witnessed=True)
def graph_survives(actual: Facts, expected: Facts) -> None:
    """The graph of y can still be used by the caller."""
    same(actual.graph_usable, expected.graph_usable, say("grads_or_zeros.graph"))


autograd_ran(used_and_unused, points=2)
caller_untouched(used_and_unused, points=1)
stands_alone(used_and_unused, points=1, among_themselves=False)
