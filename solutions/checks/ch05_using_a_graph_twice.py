"""Hidden questions of chapter 5: using a graph twice."""

from collections.abc import Iterator

from grader.authoring import Case, Draw, computed, hidden, more, spread, tensor
from grader.authoring.vectors import vectors


@more("two_passes")
def more_two_passes(draw: Draw) -> Iterator[Case]:
    """Two passes over one graph of a fixed function."""
    yield from vectors(draw, 2)


@more("n_passes")
def more_n_passes(draw: Draw) -> Iterator[Case]:
    """One pass and several, functions that save tensors and one that saves none."""
    yield hidden(f=draw.function("cubes"), x=spread(draw.vector(4)), n=3)
    yield hidden(f=draw.function("bowl"), x=draw.vector(3, dtype="float32", grad=True), n=2)
    yield hidden(f=draw.function("rest"), x=draw.vector(2, requires_grad=True), n=7)
    yield hidden(f=draw.function("scaled_dot"), x=computed(draw.vector(1)), n=1)
    yield hidden(f=draw.function("cubes"), x=tensor([]), n=2)
    yield hidden(f=draw.function("cubes"), x=draw.vector(4), n=3)
    yield hidden(f=draw.function("waves"), x=draw.vector(3), n=1)
