"""Checks of chapter 3: clearing and accumulating."""

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
    same,
    say,
    stands_alone,
    tensor,
    visible,
)


@asks("zero_then_grad")
def cleared(draw: Draw) -> Iterator[Case]:
    """Two gradients of fixed functions, cleared in between."""
    yield visible(x=ARANGE)


@cleared.check(points=1)
def are_both_gradients(actual: Facts, expected: Facts) -> None:
    """The results are the gradient of 2 x.x and, after clearing, that of x.sum()."""
    close(actual.returned, expected.returned)


autograd_ran(cleared, points=4, gradients=2)
caller_untouched(cleared, points=1)
stands_alone(cleared, points=1)


@asks("accumulated_grad")
def accumulated(draw: Draw) -> Iterator[Case]:
    """Two gradients of fixed functions, nothing cleared in between."""
    yield visible(x=ARANGE)


@accumulated.check(points=1)
def are_the_first_and_the_sum(actual: Facts, expected: Facts) -> None:
    """The results are the gradient of 2 x.x, and the sum of that and the gradient of x.sum()."""
    close(actual.returned, expected.returned)


autograd_ran(accumulated, points=4, gradients=2)
caller_untouched(accumulated, points=1)
stands_alone(accumulated, points=1)


@asks("sum_backward")
def summed(draw: Draw) -> Iterator[Case]:
    """The gradient of the sum over a vector."""
    yield visible(x=ARANGE)


@summed.check(points=1)
def is_the_gradient_of_the_sum(actual: Facts, expected: Facts) -> None:
    """The result is the gradient of (x * x).sum(), in the shape of x."""
    close(actual.returned, expected.returned)


autograd_ran(summed, points=4)
caller_untouched(summed, points=1)
stands_alone(summed, points=1)


@asks("two_backwards", functions_like="x")
def pairs_of_functions(draw: Draw) -> Iterator[Case]:
    """Two functions on one leaf, with or without clearing."""
    arange = tensor([0, 1, 2, 3], dtype="float32")
    yield visible(f1=function("twice_dot"), f2=function("sum"), x=arange, zero_between=False)


@pairs_of_functions.check(points=2)
def are_the_two_states_of_grad(actual: Facts, expected: Facts) -> None:
    """The results are what .grad holds after the first backward, and after the second."""
    close(actual.returned, expected.returned)


autograd_ran(pairs_of_functions, points=4, gradients=2)
caller_untouched(pairs_of_functions, points=1)
stands_alone(pairs_of_functions, points=1)


@asks(
    "clear_grads",
    called_as=CalledAs(
        prepared=lambda with_graph, **_: [
            f"params[{index}].grad = params[{index}].grad.clone().requires_grad_() * 1" for index in with_graph.items
        ],
        call="clear_grads(params, set_to_none)",
        facts={
            "grads": "clear_grads(params, set_to_none); [one.grad for one in params]",
            "values": "clear_grads(params, set_to_none); params",
            "flags": "clear_grads(params, set_to_none); [one.requires_grad for one in params]",
        },
    ),
)
def parameters(draw: Draw) -> Iterator[Case]:
    """Parameters with a gradient and without."""
    used = tensor([1, 2], dtype="float32", requires_grad=True, grad=tensor([2, 4], dtype="float32"))
    unused = tensor([3], dtype="float32", requires_grad=True)
    yield visible(params=[used, unused], set_to_none=False, with_graph=())


@parameters.check(points=4)
def clears_every_gradient(actual: Facts, expected: Facts) -> None:
    """Every .grad is None or full of zeros, as set_to_none says, and None where there was none; nothing is returned."""
    same(actual.grads, expected.grads, say("clear_grads.grads"))
    same(actual.returned, expected.returned)


@parameters.check(points=1, witnessed=True)
def keeps_the_tensors(actual: Facts, expected: Facts) -> None:
    """With set_to_none=False the gradient tensors stay the same ones, so whoever else holds one sees the zeros."""
    if actual.same_tensors != expected.same_tensors:
        fail(say("clear_grads.other_tensors"), asks=say("clear_grads.ask_other_tensors"))


@parameters.check(points=1, witnessed=True)
def cuts_the_graphs(actual: Facts, expected: Facts) -> None:
    """A cleared gradient carries no graph."""
    if actual.graphs != expected.graphs:
        fail(say("clear_grads.graphs"), asks=say("clear_grads.ask_graphs"))


@parameters.check(points=1, witnessed=True)
def leaves_the_parameters(actual: Facts, expected: Facts) -> None:
    """The parameters keep their values and still require grad, and the list holds the same ones."""
    same(actual.values, expected.values, say("clear_grads.values"), asks=say("ask_claim.changed"))
    same(actual.flags, expected.flags, say("clear_grads.flags"), asks=say("ask_claim.flagged"))
    if actual.same_list is not True:
        fail(say("clear_grads.other_list"), asks=say("clear_grads.ask_other_list"))


@asks("vector_backward", functions_like="x")
def weighted_outputs(draw: Draw) -> Iterator[Case]:
    """A function with several outputs, with weights or without."""
    yield visible(f=function("square"), x=tensor([0, 1, 2, 3], dtype="float32"), v=None)


@weighted_outputs.check(points=2)
def is_the_weighted_gradient(actual: Facts, expected: Facts) -> None:
    """The result is the gradient of the sum of f(x), each output weighted by v."""
    close(actual.returned, expected.returned)


autograd_ran(weighted_outputs, points=4)
caller_untouched(weighted_outputs, points=1)
stands_alone(weighted_outputs, points=1)
