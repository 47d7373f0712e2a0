"""Values as people read them."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from grader.authoring import computed, function, spread, tensor
from grader.inside.values import Items, NotRepresentable, Raised, Table, TensorValue, Unfit, Value, object_of
from grader.words.values import shorten, show

SHOWN: list[tuple[TensorValue, str]] = [
    (tensor([0, 1, 2, 3], dtype="float32"), "tensor([0., 1., 2., 3.])"),
    (tensor([1.5]), "tensor([1.5], dtype=float64)"),
    (tensor(2, dtype="float32"), "tensor(2.)"),
    (tensor([1, 2, 3, 4], dtype="int64", shape=(2, 2)), "tensor([[1, 2], [3, 4]])"),
    (tensor([1, 0], dtype="bool"), "tensor([True, False])"),
    (tensor([], dtype="float32"), "tensor([])"),
    (tensor([], dtype="float32", shape=(2, 0)), "tensor([], size=(2, 0))"),
    (tensor([1 / 3], dtype="float32"), "tensor([0.333333])"),
    (tensor([float("nan"), float("-inf"), 1e-9], dtype="float32"), "tensor([nan, -inf, 1e-09])"),
    (tensor([1], dtype="float32", grad=tensor([2], dtype="float32")), "tensor([1.], grad=tensor([2.]))"),
    (tensor([1], dtype="float32", requires_grad=True), "tensor([1.], requires_grad=True)"),
    (computed(tensor([1], dtype="float32")), "tensor([1.], requires_grad=True, computed=True)"),
    (spread(tensor([1], dtype="float32")), "tensor([1.], spread=True)"),
    (tensor([0.0] * 61), "tensor(..., dtype=float64, size=(61,))"),
    (tensor([0.0] * 66, dtype="float32", shape=(6, 11)), "tensor(..., dtype=float32, size=(6, 11))"),
]


@pytest.mark.parametrize(("value", "shown"), SHOWN)
def test_tensors_read_as_torch_writes_them(value: TensorValue, shown: str) -> None:
    """Numbers to six significant digits, dtype where it is not the usual one; long ones by dtype and shape."""
    assert show(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "None"),
        (True, "True"),
        (3, "3"),
        (1.0, "1."),
        ("a", "'a'"),
        (Items(kind="tuple", items=(1,)), "(1,)"),
        (Items(kind="list", items=(1, 2)), "[1, 2]"),
        (Table(entries=(("a", 1),)), "{'a': 1}"),
        (replace(function("twice_dot"), text="lambda x: 2 * x.dot(x)"), "lambda x: 2 * x.dot(x)"),
        (NotRepresentable(reason=Unfit.SPARSE), "<sparse>"),
        (object_of("set"), "<set>"),
        (Raised(exception="ValueError", message="no"), "ValueError: no"),
    ],
)
def test_every_value_is_shown_in_a_line(value: Value, shown: str) -> None:
    """Containers, functions and exceptions included."""
    assert show(value) == shown


def test_of_a_long_container_the_beginning_is_shown() -> None:
    """As many parts as a tensor may have elements."""
    assert show(Items(kind="list", items=(0,) * 61)) == "[" + "0, " * 60 + "...]"
    assert show(Table(entries=(("a", 0),) * 61)).endswith(", ...}")
    assert "..." not in show(Items(kind="tuple", items=(0,) * 60))


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=6, max_size=6))
def test_a_shown_tensor_is_the_tensor(numbers: list[float]) -> None:
    """What is shown, typed into torch, is the tensor to six significant digits."""
    shown = eval(show(tensor(numbers, dtype="float32", shape=(2, 3))), {"tensor": torch.tensor})
    assert shown.dtype == torch.float32
    assert torch.allclose(shown, torch.tensor(numbers).reshape(2, 3), rtol=1e-5, atol=0)


def test_text_is_made_short() -> None:
    """No text is without end."""
    assert len(shorten("x" * 100_000)) < 3000
    assert shorten("short") == "short"
