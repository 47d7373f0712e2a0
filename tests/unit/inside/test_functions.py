"""The functions that exercises take as arguments: what is shown is what is computed."""

import itertools

import pytest
import torch
from msgspec.structs import replace

from grader.authoring import Draw
from grader.inside.functions import build
from grader.inside.values import FunctionSpec
from tests.support import COURSE

FAMILIES = COURSE.probes.families
SCALARS = tuple(torch.tensor(number) for number in (-0.7, 0.0, 0.7))
VECTORS = (torch.tensor([0.5, -1.5]), torch.tensor([0.0, 0.3]))
TAKES_SCALARS = {name for name in FAMILIES if name.startswith("kink_") or name in ("smooth", "fan")}
MATRIX_ENTRIES = 6


def spec_of(name: str) -> FunctionSpec:
    """A function of the family, as a check would draw it."""
    return Draw(FAMILIES).function(name, MATRIX_ENTRIES if FAMILIES[name].arity is None else None)


@pytest.mark.parametrize("changes", [False, True])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("name", FAMILIES)
def test_the_code_for_people_is_the_function(name: str, dtype: torch.dtype, changes: bool) -> None:
    """It runs where torch is imported, and computes the same, on both sides of a kink and at it, at every call."""
    spec = replace(spec_of(name), changes=changes)
    shown, built = eval(FAMILIES[name].write(spec), {"torch": torch}), build(spec, FAMILIES)
    for point in SCALARS if name in TAKES_SCALARS else VECTORS:
        # Some have no number below 0, and say so alike.
        assert torch.equal(built(point.to(dtype)).nan_to_num(7), shown(point.to(dtype)).nan_to_num(7))


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64])
@pytest.mark.parametrize("name", FAMILIES)
def test_a_function_keeps_the_dtype(name: str, dtype: torch.dtype) -> None:
    """A function gives what it is given: it makes no tensors of torch's default dtype."""
    for point in SCALARS if name in TAKES_SCALARS else VECTORS:
        assert build(spec_of(name), FAMILIES)(point.to(dtype)).dtype == dtype


@pytest.mark.parametrize("name", FAMILIES)
def test_a_function_goes_backward(name: str) -> None:
    """Every function's result depends on x through autograd, at the latest above 0: some are flat below."""
    x = (SCALARS if name in TAKES_SCALARS else VECTORS)[-1].clone().requires_grad_(True)
    build(spec_of(name), FAMILIES)(x).sum().backward()
    assert x.grad is not None
    assert x.grad.any()


@pytest.mark.parametrize("name", [name for name in FAMILIES if FAMILIES[name].arity])
def test_every_coefficient_counts(name: str) -> None:
    """Changing any one coefficient changes the function somewhere, so none can be guessed away."""
    spec = spec_of(name)
    points = SCALARS if name in TAKES_SCALARS else VECTORS
    for index in range(len(spec.coefficients)):
        changed = list(spec.coefficients)
        changed[index] += 0.25
        other = FunctionSpec(name=name, coefficients=tuple(changed))
        assert any(not torch.equal(build(spec, FAMILIES)(x), build(other, FAMILIES)(x)) for x in points)


def test_a_mixing_function_has_its_matrix_row_by_row() -> None:
    """`mix` takes R^2 to R^3: c is the (3, 2) matrix that is applied to the squares."""
    mix = build(FunctionSpec(name="mix", coefficients=(1, 2, 3, 4, 5, 6)), FAMILIES)
    assert mix(torch.tensor([1.0, 3.0])).tolist() == [19, 39, 59]


def test_a_coefficient_has_as_many_digits_as_it_needs() -> None:
    """A formula stays readable, and negative numbers keep their sign."""
    spec = FunctionSpec(name="scaled_dot", coefficients=(-0.25, 1 / 3))
    assert FAMILIES[spec.name].write(spec) == "lambda x: -0.25 * x.dot(x) + 0.3333333333333333 * x.sum()"


def test_a_function_that_changes_is_right_once() -> None:
    """Its first call gives what the same function gives that does not change; the second gives twice that."""
    steady = FunctionSpec(name="square")
    changing = FunctionSpec(name="square", changes=True)
    x, function = torch.tensor([1.0, 2.0]), build(changing, FAMILIES)
    assert torch.equal(function(x), build(steady, FAMILIES)(x))
    assert torch.equal(function(x), 2 * build(steady, FAMILIES)(x))
    assert torch.equal(build(changing, FAMILIES)(x), build(steady, FAMILIES)(x))


def test_a_function_that_changes_is_shown_as_one() -> None:
    """What a rationale shows of it computes the same at every call, and names no family."""
    changing = FunctionSpec(name="square", changes=True)
    shown = eval(FAMILIES["square"].write(changing), {"torch": torch, "itertools": itertools})
    x, function = torch.tensor([1.0, 2.0]), build(changing, FAMILIES)
    for _ in range(3):
        assert torch.equal(function(x), shown(x))
