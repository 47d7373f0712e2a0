"""Hidden questions of chapter 4: detach."""

import math
from collections.abc import Iterator

from grader.authoring import Case, Draw, computed, hidden, more, once_more, spread, tensor
from grader.authoring.vectors import vectors


@more("detached_products")
def more_detached_products(draw: Draw) -> Iterator[Case]:
    """The gradient of a product with one detached factor."""
    yield from vectors(draw)


@more("frozen_factors")
def more_frozen_factors(draw: Draw) -> Iterator[Case]:
    """Factors that only f knows, and a caller's tensor that is a leaf with an old gradient, or none.

    One f has no finite slope where it is 0, and needs none.
    """
    yield hidden(f=draw.function("bent"), x=spread(draw.vector(4)))
    yield hidden(f=draw.function("bent"), x=draw.vector(4, dtype="float32", grad=True))
    yield hidden(f=draw.function("root"), x=computed(tensor([1.0])))
    yield hidden(f=draw.function("wave"), x=tensor([]))


@more("one_forward")
def more_one_forward(draw: Draw) -> Iterator[Case]:
    """Two gradients from one forward: beside the second, the first may be lost in rounding."""
    yield from vectors(draw)
    yield hidden(x=tensor([draw.number(), 1e18]))


@more("two_branches")
def more_two_branches(draw: Draw) -> Iterator[Case]:
    """x and y differ; in one case they are leaves of the caller's with old gradients, and in one a gradient is 0.

    Once they are the very same tensor.
    """
    yield hidden(x=computed(draw.scalar()), y=draw.scalar())
    yield hidden(x=draw.scalar(dtype="float32", grad=True), y=draw.scalar(dtype="float32", grad=True))
    yield hidden(x=tensor(0.0), y=draw.scalar())
    yield hidden(x=draw.scalar(), y=once_more("x"))


@more("tensors_of_any_kind")
def more_tensors_of_any_kind(draw: Draw) -> Iterator[Case]:
    """Leaves and computed tensors of every dtype, 0-dim, 3-D with an axis of one, not contiguous, and empty."""
    numbers = [draw.number() for _ in range(6)]
    yield hidden(t=spread(tensor(numbers, shape=(2, 1, 3))))
    yield hidden(t=draw.vector(4, grad=True))
    yield hidden(t=computed(draw.vector(3, dtype="float32")))
    yield hidden(t=tensor([2**53 + 1, 3, -2], dtype="int64"))
    yield hidden(t=computed(draw.scalar()))
    yield hidden(t=tensor([1, 0, 1], dtype="bool"))
    yield hidden(t=tensor([-7, 7], dtype="int8"))
    yield hidden(t=tensor([0.5, math.inf, math.nan], dtype="float16"))
    yield hidden(t=computed(tensor([0.5, -3.0], dtype="bfloat16")))
    yield hidden(t=computed(tensor([], shape=(0, 3))))
    yield hidden(t=draw.vector(4, grad=True))
