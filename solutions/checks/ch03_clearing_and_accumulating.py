"""Hidden questions of chapter 3: clearing and accumulating."""

import math
from collections.abc import Iterator

from grader.authoring import Case, Draw, computed, function, hidden, more, spread, tensor
from grader.authoring.vectors import vectors

# Added to it, a number near 1 changes nothing in float64.
_HUGE = 1e18


@more("cleared")
def more_cleared(draw: Draw) -> Iterator[Case]:
    """Two gradients of fixed functions, cleared in between: beside the first, the second may be lost in rounding.

    Once the first is infinite: what is only subtracted from it, or multiplied by 0, is no number.
    """
    yield from vectors(draw)
    yield hidden(x=tensor([draw.number(), _HUGE * draw.number()]))
    yield hidden(x=tensor([3e38], dtype="float32"))


@more("accumulated")
def more_accumulated(draw: Draw) -> Iterator[Case]:
    """Two gradients of fixed functions, nothing cleared in between."""
    yield from vectors(draw)


@more("summed")
def more_summed(draw: Draw) -> Iterator[Case]:
    """The gradient of the sum over a vector."""
    yield from vectors(draw)


@more("pairs_of_functions")
def more_pairs_of_functions(draw: Draw) -> Iterator[Case]:
    """With and without clearing, and a caller's tensor that is a leaf with an old gradient, or none.

    One first gradient is infinite: what is only subtracted from it, or multiplied by 0, is no number. Once both
    functions are the same one.
    """
    yield hidden(f1=draw.function("cubes"), f2=draw.function("waves"), x=spread(draw.vector(4)), zero_between=True)
    yield hidden(
        f1=draw.function("scaled_sum"),
        f2=draw.function("bowl"),
        x=draw.vector(3, dtype="float32", grad=True),
        zero_between=False,
    )
    falling = function("roots", -abs(draw.number()))
    yield hidden(f1=falling, f2=draw.function("cubes"), x=computed(tensor([1.0])), zero_between=True)
    yield hidden(f1=draw.function("waves"), f2=draw.function("cubes"), x=tensor([]), zero_between=False)
    yield hidden(f1=draw.function("cubes"), f2=draw.function("waves"), x=draw.vector(4), zero_between=True)
    cubes = draw.function("cubes")
    yield from (hidden(f1=cubes, f2=cubes, x=draw.vector(2), zero_between=clears) for clears in (False, True))


@more("parameters")
def more_parameters(draw: Draw) -> Iterator[Case]:
    """Unused parameters, inf and nan in a gradient, gradients with a graph, all shapes; one parameter, and none.

    One gradient is not contiguous.
    """
    for set_to_none in (True, False):
        broken = tensor([math.inf, math.nan, 1.0])
        yield hidden(
            params=[
                draw.vector(3, grad=True),
                draw.vector(2, dtype="float32", requires_grad=True),
                tensor([7, 8, 9], requires_grad=True, grad=broken),
                draw.vector(4, grad=True),
            ],
            set_to_none=set_to_none,
            with_graph=(3,),
        )
    yield hidden(params=[], set_to_none=False, with_graph=())
    yield hidden(params=[draw.vector(2, grad=True)], set_to_none=True, with_graph=())
    for set_to_none in (True, False, False):
        yield hidden(
            params=[
                draw.scalar(grad=True),
                tensor([1, 2, 3, 4], shape=(2, 2), requires_grad=True, grad=spread(draw.matrix(2, 2))),
                tensor([], requires_grad=True, grad=tensor([])),
                tensor([7, 8, 9], shape=(3, 1), requires_grad=True, grad=draw.matrix(3, 1)),
            ],
            set_to_none=set_to_none,
            with_graph=(0,),
        )


@more("weighted_outputs")
def more_weighted_outputs(draw: Draw) -> Iterator[Case]:
    """More outputs than inputs and fewer, with v and without, and a caller's tensor with an old gradient.

    Where f only adds, what autograd finds is v itself. Once no output counts: all of v is 0.
    """
    yield hidden(f=draw.function("mix", 3 * 5), x=spread(draw.vector(5)), v=spread(draw.vector(3)))
    yield hidden(
        f=draw.function("mix", 4 * 2),
        x=draw.vector(2, dtype="float32", grad=True),
        v=draw.vector(4, dtype="float32"),
    )
    yield hidden(f=draw.function("mix", 2 * 4), x=draw.vector(4), v=None)
    yield hidden(f=draw.function("moved"), x=computed(draw.vector(1)), v=draw.vector(1))
    yield hidden(f=draw.function("fans", 2), x=tensor([]), v=draw.vector(2))
    yield hidden(f=draw.function("bowls", 3 * 3), x=draw.vector(3), v=draw.vector(3))
    yield hidden(f=draw.function("mix", 3 * 5), x=draw.vector(5), v=draw.vector(3))
    # Times a negative number, 0 is -0.0.
    positive = [abs(draw.number()) for _ in range(2)]
    yield hidden(f=function("mix", *positive), x=tensor(positive), v=tensor([0.0]))
