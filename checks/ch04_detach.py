"""Checks of chapter 4: detach."""

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
from grader.inside.values import Items


@asks("detached_product_grad")
def detached_products(draw: Draw) -> Iterator[Case]:
    """The gradient of a product with one detached factor."""
    yield visible(x=ARANGE)


@detached_products.check(points=1)
def is_u(actual: Facts, expected: Facts) -> None:
    """The result is the gradient of (u * x).sum() with u held constant."""
    close(actual.returned, expected.returned)


autograd_ran(detached_products, points=4)
caller_untouched(detached_products, points=1)
stands_alone(detached_products, points=1)


@asks("frozen_factor_grad", functions_like="x")
def frozen_factors(draw: Draw) -> Iterator[Case]:
    """A factor that only f knows, and a point."""
    yield visible(f=function("bent", 1, 3), x=tensor([0, 1, 2, 3], dtype="float32"))


@frozen_factors.check(points=1)
def treats_the_factor_as_constant(actual: Facts, expected: Facts) -> None:
    """The result is the gradient of (u * x).sum(), where u = f(x) is held constant."""
    close(actual.returned, expected.returned)
    # Whoever returns f(x) has the same numbers, and no gradient.
    require_gradients(actual, expected, 1)


autograd_ran(frozen_factors, points=5)
calls_once(frozen_factors, "f", points=1)
caller_untouched(frozen_factors, points=1)
stands_alone(frozen_factors, points=1)


@asks("both_gradients")
def one_forward(draw: Draw) -> Iterator[Case]:
    """Two gradients from one forward."""
    yield visible(x=ARANGE)


@one_forward.check(points=2)
def are_both_gradients(actual: Facts, expected: Facts) -> None:
    """The results are the gradient of y.sum(), and that of (u * x).sum() alone."""
    close(actual.returned, expected.returned)


autograd_ran(one_forward, points=4, gradients=2)
caller_untouched(one_forward, points=1)
stands_alone(one_forward, points=1)


@asks("two_branch_detach")
def two_branches(draw: Draw) -> Iterator[Case]:
    """Two scalars."""
    yield visible(x=tensor(2, dtype="float32"), y=tensor(2, dtype="float32"))


@two_branches.check(points=2)
def are_the_four_gradients(actual: Facts, expected: Facts) -> None:
    """The results are both .grad after the first backward and after the second, None where no path leads."""
    close(actual.returned, expected.returned)


autograd_ran(two_branches, points=4, gradients=2)
caller_untouched(two_branches, points=1)
stands_alone(two_branches, points=1)


@asks(
    "snapshot",
    called_as=CalledAs(
        call="snapshot(t)",
        facts={
            "after_change_of_t": "copy = snapshot(t); t.detach().zero_(); copy",
            "t_after_change": "copy = snapshot(t); t.detach().zero_(); copy.detach().fill_(1); t",
        },
    ),
)
def tensors_of_any_kind(draw: Draw) -> Iterator[Case]:
    """A tensor of any kind."""
    yield visible(t=tensor([1, 2], dtype="float32", requires_grad=True))


@tensors_of_any_kind.check(points=2)
def is_a_copy(actual: Facts, expected: Facts) -> None:
    """The result has the shape, dtype and values of t and no history, and keeps them when t is overwritten in place."""
    same(actual.returned, expected.returned)
    if actual.graph != Items(kind="tuple", items=()):
        fail(say("snapshot.requires_grad"), asks=say("snapshot.ask_requires_grad"))
    same(actual.after_change_of_t, expected.after_change_of_t, say("snapshot.copy"), asks=say("ask_claim.shared"))


@tensors_of_any_kind.check(points=1, witnessed=True)
def can_be_changed(actual: Facts, expected: Facts) -> None:
    """t keeps its history, and its values when the result is overwritten in place."""
    if actual.same_history is not True:
        fail(say("snapshot.history"), asks=say("snapshot.ask_history"))
    same(actual.t_after_change, expected.t_after_change, say("snapshot.original"), asks=say("ask_claim.shared"))


caller_untouched(tensors_of_any_kind, points=1)
stands_alone(tensors_of_any_kind, points=3)
