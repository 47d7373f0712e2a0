"""What the inputs of questions are drawn from."""

import pytest

from grader.authoring import Draw
from grader.inside.values import FunctionSpec
from tests.support import COURSE

FAMILIES = COURSE.probes.families


def is_harmless(number: float) -> bool:
    """Is it away from 0, where kinks are, and from 2, where 2x = x * x hides a mistake?"""
    return 0.3 <= abs(number) <= 1.7


@pytest.mark.parametrize("name", [name for name in FAMILIES if FAMILIES[name].arity != 0])
def test_coefficients_are_drawn_anew(name: str) -> None:
    """Two functions of one family differ in every coefficient, and no coefficient is near 0 or 2."""
    draw = Draw(FAMILIES)
    specs: list[FunctionSpec] = [draw.function(name, 6 if FAMILIES[name].arity is None else None) for _ in range(2)]
    coefficients = [number for spec in specs for number in spec.coefficients]
    assert [spec.name for spec in specs] == [name, name]
    assert len(set(coefficients)) == len(coefficients) > 0
    assert all(map(is_harmless, coefficients))


def test_a_family_has_as_many_coefficients_as_it_takes() -> None:
    """Where that is not fixed, the author says how many."""
    assert [len(Draw(FAMILIES).function(name).coefficients) for name in ("sum", "scaled_sum", "cubes")] == [0, 1, 2]
    assert len(Draw(FAMILIES).function("mix", 4).coefficients) == 4
    with pytest.raises(ValueError, match="mix needs a number of coefficients"):
        Draw(FAMILIES).function("mix")


def test_tensors_hold_such_numbers() -> None:
    """Scalars, vectors and matrices are of either sign and near neither 0 nor 2, old gradients included."""
    draw = Draw(FAMILIES)
    leaf, scalar = draw.vector(50, grad=True), draw.scalar(grad=True)
    matrix = draw.matrix(5, 10, dtype="float32")
    assert [one.shape for one in (leaf, scalar, matrix)] == [(50,), (), (5, 10)]
    assert leaf.requires_grad
    assert scalar.requires_grad
    assert leaf.grad is not None
    assert scalar.grad is not None
    assert leaf.grad.data != leaf.data
    for one in (leaf, leaf.grad, scalar, scalar.grad):
        assert all(map(is_harmless, one.elements()))
    assert {number > 0 for number in matrix.elements()} == {True, False}


def test_a_case_is_drawn_again_from_its_seed() -> None:
    """What is drawn follows from where the case begins, not from what was drawn before."""
    draw = Draw(FAMILIES)
    for _ in range(2):
        draw.restart("1", "gradient", "cases", 0)
        drawn = draw.vector(3), draw.integers(3), draw.shuffled(5)
        draw.restart("1", "gradient", "cases", 0)
        assert (draw.vector(3), draw.integers(3), draw.shuffled(5)) == drawn
        assert sorted(drawn[2]) == [0, 1, 2, 3, 4]
        assert all(3 <= number <= 9 for number in drawn[1].elements())
