"""Hidden cases that many exercises share. A handout does not have this module."""

from collections.abc import Iterator

from grader.authoring.claims import Case, hidden
from grader.authoring.draw import Draw, computed, spread, tensor


def vectors(draw: Draw, n: int = 4) -> Iterator[Case]:
    """Cases for a function of a vector x alone; `n` is the length of the one that is shown.

    Among them are lengths 0 and 1, float32, zeros alone, and two tensors of one length and dtype. The caller's tensor
    is a leaf with an old gradient, or computed from another, or not contiguous, in one case each.
    """
    yield hidden(x=spread(draw.vector(5)))
    yield hidden(x=draw.vector(n, dtype="float32", grad=True))
    yield hidden(x=computed(draw.vector(1)))
    yield hidden(x=tensor([], requires_grad=True))
    yield hidden(x=tensor([0.0, 0.0]))
