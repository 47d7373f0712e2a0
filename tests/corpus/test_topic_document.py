"""The numbers that the topic document shows are what the references return for its inputs."""

import importlib.util
import types

import pytest
import torch

from tests.support import CATALOG, COURSE

X = torch.arange(4.0)


def reference(exercise: str) -> types.FunctionType:
    """The reference solution of an exercise."""
    path = COURSE.reference(CATALOG.chapter_of(exercise).id)
    spec = importlib.util.spec_from_file_location(f"reference_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    function = getattr(module, exercise)
    assert isinstance(function, types.FunctionType)
    return function


def numbers(value: object) -> object:
    """Tensors as lists, at any depth."""
    if isinstance(value, torch.Tensor):
        return value.tolist()
    return tuple(map(numbers, value)) if isinstance(value, tuple) else value


@pytest.mark.parametrize(
    ("exercise", "arguments", "shown"),
    [
        ("jacobian_2xtx", (X,), [0, 4, 8, 12]),
        ("zero_then_grad", (X,), ([0, 4, 8, 12], [1, 1, 1, 1])),
        ("accumulated_grad", (X,), ([0, 4, 8, 12], [1, 5, 9, 13])),
        ("sum_backward", (X,), [0, 2, 4, 6]),
        ("detached_product_grad", (X,), [0, 1, 4, 9]),
        ("both_gradients", (X,), ([0, 2, 4, 6], [0, 1, 4, 9])),
        ("two_branch_detach", (torch.tensor(2.0), torch.tensor(2.0)), ((2, None), (2, 2))),
        ("backward_twice", (torch.tensor([1.0, 2.0]),), [4, 8]),
    ],
)
def test_the_documents_numbers(exercise: str, arguments: tuple[torch.Tensor, ...], shown: object) -> None:
    """What the text prints is what the exercise's reference returns."""
    assert numbers(reference(exercise)(*arguments)) == shown


def test_the_detached_product_gives_u() -> None:
    """The gradient of z.sum() is u itself."""
    assert torch.equal(reference("detached_product_grad")(X), X * X)


@pytest.mark.parametrize(("kind", "ends"), [("abs", [-1, 1]), ("relu", [0, 1])])
def test_the_subderivatives_at_zero(kind: str, ends: list[int]) -> None:
    """At 0 the slopes are [-1, 1] for |x| and [0, 1] for max(x, 0)."""
    assert reference("subdifferential_interval")(kind, torch.tensor([0.0])).tolist() == [ends]


def test_the_shapes_of_derivatives() -> None:
    """Scalar by vector is a row, vector by scalar a column, vector by vector a matrix."""
    layout = reference("numerator_layout")
    assert layout(lambda x: x.sum(), X).shape == (1, 4)
    assert layout(lambda x: torch.stack([x, x * x, x]), torch.tensor(2.0)).shape == (3, 1)
    assert layout(lambda x: x[:3] * x[1:], X).shape == (3, 4)
