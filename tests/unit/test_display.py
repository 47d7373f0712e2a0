"""Values as people read them."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.authoring import function, tensor
from grader.display import describe_kind, shorten, show, show_call
from grader.model import Items, NotRepresentable, Question, Raised, Table, TensorValue, Value

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
    (tensor([0.0] * 61), "a float64 tensor of shape (61,)"),
]


@pytest.mark.parametrize(("value", "shown"), SHOWN)
def test_tensors_read_as_torch_writes_them(value: TensorValue, shown: str) -> None:
    """Numbers to six significant digits, dtype where it is not the usual one; long ones by kind."""
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
        (function("twice_dot"), "lambda x: 2 * x.dot(x)"),
        (NotRepresentable(reason="a sparse tensor"), "a sparse tensor"),
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


def test_a_call_is_shown_as_it_would_be_typed() -> None:
    """The exercise with its inputs by name."""
    question = Question(exercise="f", inputs=(("x", tensor([1], dtype="float32")), ("n", 2)))
    assert show_call(question) == "f(x=tensor([1.]), n=2)"


def test_a_kind_tells_no_value() -> None:
    """What may be said of a hidden answer: its kind, dtype and shape."""
    assert describe_kind(tensor([77.5])) == "a float64 tensor of shape (1,)"
    assert describe_kind(77.5) == "a Python float"
    assert describe_kind("secret") == "a Python str"
    assert "secret" not in describe_kind(Raised(exception="ValueError", message="secret"))
    assert describe_kind(Items(kind="tuple", items=(1, 2))) == "a tuple of 2"


def test_a_call_may_be_shown_in_other_words() -> None:
    """Where the probe makes the arguments, the call is the author's, and what it was made from follows."""
    question = Question(exercise="f", inputs=(("n", 2),))
    assert show_call(question, "f(make(n))") == "f(make(n)), made from n=2"


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=6, max_size=6))
def test_a_shown_tensor_is_the_tensor(numbers: list[float]) -> None:
    """What is shown, typed into torch, is the tensor to six significant digits."""
    shown = eval(show(tensor(numbers, dtype="float32", shape=(2, 3))), {"tensor": torch.tensor})
    assert shown.dtype == torch.float32
    assert torch.allclose(shown, torch.tensor(numbers).reshape(2, 3), rtol=1e-5, atol=0)


def test_a_large_shape_tells_little() -> None:
    """Sizes that nobody needs to see could be a message about a hidden input."""
    assert describe_kind(tensor([], shape=(0, 53071, 3))) == "a float64 tensor of shape (0, many, 3)"
    assert describe_kind(tensor([1], shape=(1,) * 9)) == "a float64 tensor of shape (many dimensions)"


def test_text_is_made_short() -> None:
    """No text is without end."""
    assert len(shorten("x" * 100_000)) < 3000
    assert shorten("short") == "short"


def test_a_large_number_of_entries_is_not_told() -> None:
    """How many there are could be a message as well."""
    assert describe_kind(Items(kind="list", items=(1,) * 531)) == "a list of many"
    assert describe_kind(Items(kind="list", items=(1,) * 3)) == "a list of 3"
