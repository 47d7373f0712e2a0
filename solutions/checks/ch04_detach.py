"""Hidden questions of chapter 4: detach."""

import math
from collections.abc import Iterator

from grader.authoring import Case, Draw, hidden, more, tensor
from grader.authoring.vectors import vectors


@more("detached_products")
def more_detached_products(draw: Draw) -> Iterator[Case]:
    """The gradient of a product with one detached factor."""
    yield from vectors(draw)


@more("frozen_factors")
def more_frozen_factors(draw: Draw) -> Iterator[Case]:
    """Factors that only f knows, and a caller's tensor that is a leaf with an old gradient."""
    yield hidden(f=draw.function("bent"), x=draw.vector(4))
    yield hidden(f=draw.function("bent"), x=draw.vector(4, dtype="float32", grad=True))
    yield hidden(f=draw.function("wave"), x=draw.vector(1, requires_grad=True))
    yield hidden(f=draw.function("wave"), x=tensor([]))


@more("one_forward")
def more_one_forward(draw: Draw) -> Iterator[Case]:
    """Two gradients from one forward."""
    yield from vectors(draw)


@more("two_branches")
def more_two_branches(draw: Draw) -> Iterator[Case]:
    """x and y differ, and are leaves of the caller's with old gradients in one case."""
    yield hidden(x=draw.scalar(), y=draw.scalar())
    yield hidden(x=draw.scalar(dtype="float32", grad=True), y=draw.scalar(dtype="float32", grad=True))


@more("tensors_of_any_kind")
def more_tensors_of_any_kind(draw: Draw) -> Iterator[Case]:
    """Leaves and computed tensors of every dtype, 0-dim, 2-D and empty."""
    yield hidden(t=draw.matrix(2, 3), computed=False)
    yield hidden(t=draw.vector(4, grad=True), computed=False)
    yield hidden(t=draw.vector(3, dtype="float32", requires_grad=True), computed=True)
    yield hidden(t=draw.integers(5), computed=False)
    yield hidden(t=draw.scalar(grad=True), computed=True)
    yield hidden(t=tensor([1, 0, 1], dtype="bool"), computed=False)
    yield hidden(t=tensor([-7, 7], dtype="int8"), computed=False)
    yield hidden(t=tensor([0.5, math.inf, math.nan], dtype="float16"), computed=False)
    yield hidden(t=tensor([], shape=(0, 3), requires_grad=True), computed=True)
    yield hidden(t=draw.vector(4, grad=True), computed=False)
