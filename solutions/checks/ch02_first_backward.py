"""Hidden questions of chapter 2: first backward."""

from collections.abc import Iterator

from grader.authoring import Case, Draw, computed, function, hidden, more, spread, tensor
from grader.authoring.vectors import vectors


@more("twice_dot")
def more_twice_dot(draw: Draw) -> Iterator[Case]:
    """The derivative of a fixed function."""
    yield from vectors(draw)


@more("values_and_scales")
def more_values_and_scales(draw: Draw) -> Iterator[Case]:
    """Dtypes that cannot require grad, numbers that float32 cannot hold, a tensor with a history, scales 1 and 0."""
    yield hidden(values=computed(draw.vector(4)), scale=draw.number())
    yield hidden(values=spread(draw.vector(3, dtype="float32")), scale=0.1)
    yield hidden(values=tensor([2**24 + 1, 3, -(2**24) - 3], dtype="int64"), scale=draw.number())
    yield hidden(values=tensor([1, 0, 1], dtype="bool"), scale=draw.number())
    yield hidden(values=draw.vector(3, grad=True), scale=draw.number())
    yield hidden(values=draw.vector(1), scale=1.0)
    yield hidden(values=tensor([]), scale=draw.number())
    yield hidden(values=draw.vector(2), scale=0.0)
    yield hidden(values=tensor([4, 0, 250], dtype="uint8"), scale=draw.number())


@more("functions_and_points")
def more_functions_and_points(draw: Draw) -> Iterator[Case]:
    """Functions that only autograd can know, and a caller's tensor that is a leaf with an old gradient, or none.

    One of them is no sum of parts with an element each.
    """
    falling = function("cubes", -abs(draw.number()), -abs(draw.number()))
    yield hidden(f=falling, x=spread(draw.vector(5)))
    yield hidden(f=draw.function("cubes"), x=draw.vector(5, grad=True))
    yield hidden(f=draw.function("waves"), x=draw.vector(3, dtype="float32"))
    yield hidden(f=draw.function("bowl"), x=draw.vector(3, requires_grad=True))
    yield hidden(f=draw.function("scaled_sum"), x=computed(draw.vector(1)))
    yield hidden(f=draw.function("scaled_dot"), x=tensor([]))


@more("used_and_unused")
def more_used_and_unused(draw: Draw) -> Iterator[Case]:
    """Some tensors take no part in y, some are asked for twice, some hold an old gradient; shapes and dtypes differ.

    One is computed from another, and of one that takes part in y the gradient is not asked for.
    """
    single = draw.vector(2, dtype="float32", requires_grad=True)
    yield hidden(f=draw.function("cubes"), xs=[draw.vector(3, grad=True), single], used=(0,), asked=(1, 0, 0))
    yield hidden(
        f=draw.function("waves"),
        xs=[
            draw.vector(4, grad=True),
            draw.vector(2, grad=True),
            computed(draw.vector(3)),
            draw.vector(2, requires_grad=True),
        ],
        used=(0, 2, 3),
        asked=(0, 2, 1),
    )
    yield hidden(f=draw.function("cubes"), xs=[draw.vector(3, requires_grad=True)], used=(0,), asked=(0,))
    yield hidden(
        f=draw.function("waves"),
        xs=[
            tensor([], requires_grad=True),
            tensor([draw.number() for _ in range(6)], shape=(2, 1, 3), requires_grad=True),
            tensor(draw.number(), dtype="float32", requires_grad=True),
            tensor([], dtype="float32", requires_grad=True),
        ],
        used=(0, 1),
        asked=(1, 2, 0, 3),
    )
    yield hidden(f=draw.function("cubes"), xs=[draw.vector(3, requires_grad=True)], used=(0,), asked=(0,))
