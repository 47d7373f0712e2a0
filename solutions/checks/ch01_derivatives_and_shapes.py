"""Hidden questions of chapter 1: derivatives and their shapes."""

import math
from collections.abc import Iterator

from grader.authoring import Case, Draw, computed, function, hidden, more, spread, tensor

# The smallest number of float64 that is not 0.
_TINIEST = math.ulp(0.0)
# Added to it, a number near 1 changes nothing in float64.
_HUGE = 1e18


@more("points_and_kinks")
def more_points_and_kinks(draw: Draw) -> Iterator[Case]:
    """Both functions at 0, at -0.0, on both sides of it, next to it, and at infinity; and an old gradient."""
    sides = [abs(draw.number()), 0.0, -abs(draw.number()), -0.0]
    far_and_near = [math.inf, -math.inf, _TINIEST, -_TINIEST]
    yield hidden(kind="abs", x=spread(tensor(sides)))
    sides = [abs(draw.number()), 0.0, -abs(draw.number()), -0.0]
    yield hidden(kind="relu", x=tensor([*sides, *far_and_near]))
    old = draw.vector(5, dtype="float32")
    yield hidden(kind="relu", x=tensor([0, -1, 1e-30, 0, 2], dtype="float32", requires_grad=True, grad=old))
    yield hidden(kind="abs", x=tensor([]))
    yield hidden(kind="abs", x=tensor(far_and_near))
    yield hidden(kind="abs", x=computed(tensor([0.0], dtype="float32")))


@more("functions_with_kinks")
def more_functions_with_kinks(draw: Draw) -> Iterator[Case]:
    """Functions with a kink, at the kink and beside it; one of them has no number there. One function has two names."""
    kinks = {
        "abs": draw.function("kink_abs"),
        "relu": draw.function("kink_relu"),
        "clamp": draw.function("kink_clamp"),
        "maximum": draw.function("kink_maximum"),
        "where": draw.function("kink_where"),
        "root of the square": draw.function("kink_sqrt"),
        "smooth": draw.function("smooth"),
    }
    yield hidden(fs=kinks, x=tensor(0.0))
    yield hidden(fs=kinks, x=draw.scalar(grad=True))
    pair = {"one": draw.function("smooth"), "two": draw.function("wave")}
    yield hidden(fs=pair, x=computed(draw.scalar(dtype="float32")))
    yield hidden(fs={}, x=draw.scalar(grad=True))
    smooth = draw.function("smooth")
    yield hidden(fs={"one": smooth, "two": draw.function("wave"), "one again": smooth}, x=draw.scalar())
    yield hidden(fs=kinks, x=tensor(0.0, dtype="float32"))


@more("all_kinds_of_shapes")
def more_all_kinds_of_shapes(draw: Draw) -> Iterator[Case]:
    """Scalars and vectors on both sides, in both dtypes; in one case as many outputs as inputs.

    Slopes are negative where one is alone, and of both signs elsewhere. Beside one row of a matrix, what is added to
    it may be lost in rounding.
    """
    yield hidden(f=draw.function("mix", 5 * 3), x=spread(draw.vector(3)))
    both_signs = abs(draw.number()), -abs(draw.number()), draw.number()
    yield hidden(f=function("fan", *both_signs), x=draw.scalar(dtype="float32", grad=True))
    yield hidden(f=draw.function("mix", 3), x=draw.vector(3, grad=True))
    # Without Python's numbers in it: for those, forward mode makes float64 of a 0-dim float32.
    yield hidden(f=function("square"), x=computed(tensor(-abs(draw.number()), dtype="float32")))
    falling = function("cubes", -abs(draw.number()), -abs(draw.number()))
    yield hidden(f=falling, x=draw.vector(1, dtype="float32", requires_grad=True))
    yield hidden(f=draw.function("waves"), x=tensor([]))
    yield hidden(f=draw.function("fans", 2), x=tensor([], dtype="float32"))
    yield hidden(f=draw.function("fan", 2), x=draw.scalar())
    yield hidden(f=draw.function("smooth"), x=draw.scalar())
    yield hidden(f=draw.function("mix", 3), x=draw.vector(1))
    yield hidden(f=draw.function("bowls", 2 * 2), x=draw.vector(2))
    yield hidden(f=function("mix", *_with_a_huge_row(draw, 5, 3)), x=draw.vector(3))


@more("vector_functions")
def more_vector_functions(draw: Draw) -> Iterator[Case]:
    """More outputs than inputs, fewer, as many, and one of each; every output depends on every input.

    Beside one row, what is added to it may be lost in rounding.
    """
    yield hidden(f=draw.function("mix", 3 * 5), x=spread(draw.vector(5)))
    yield hidden(f=draw.function("bowls", 2 * 2), x=draw.vector(2, dtype="float32", grad=True))
    yield hidden(f=draw.function("mix", 5), x=computed(draw.vector(5)))
    yield hidden(f=draw.function("mix", 3), x=draw.vector(1))
    yield hidden(f=draw.function("fans", 2), x=tensor([]))
    yield hidden(f=function("mix", *_with_a_huge_row(draw, 3, 5)), x=draw.vector(5))


def _with_a_huge_row(draw: Draw, rows: int, columns: int) -> list[float]:
    """The entries of a matrix, row by row; the first row is huge."""
    return [draw.number() * (_HUGE if row == 0 else 1) for row in range(rows) for _ in range(columns)]
