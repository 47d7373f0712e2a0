"""Comparing: what is right passes, and a wrong answer says what is wrong, kind and shape before values."""

import math

import pytest

from grader.authoring import close, compare, fail, same, tensor
from grader.authoring.compare import TOLERANCES, Failed, agree
from grader.model import Items, NotRepresentable, Raised, Table, Value

X = tensor([1.0, 2.0, 3.0])


def rationale(actual: Value, expected: Value) -> str:
    """Why `close` fails."""
    with pytest.raises(Failed) as caught:
        close(actual, expected)
    return caught.value.rationale


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (X, X),
        (tensor([math.nan, math.inf, -0.0]), tensor([math.nan, math.inf, 0.0])),
        (tensor([]), tensor([])),
        (Items(kind="list", items=(X, None)), Items(kind="tuple", items=(X, None))),
        (Table(entries=(("a", 1), ("b", 2))), Table(entries=(("b", 2), ("a", 1)))),
        (1.0, 1.0 + 1e-12),
        (None, None),
        (True, True),
        ("s", "s"),
        (Raised(exception="ValueError", message="one"), Raised(exception="ValueError", message="one")),
        (
            Raised(exception="NameError", message="name 'a' is not defined"),
            Raised(exception="NameError", message="name 'b' is not defined"),
        ),
    ],
)
def test_equal_answers_pass(actual: Value, expected: Value) -> None:
    """NaN equals NaN, a list passes for a tuple, the order of keys does not matter."""
    close(actual, expected)


@pytest.mark.parametrize(
    ("actual", "expected", "said"),
    [
        (None, X, "Expected a float64 tensor of shape (3,) as the result, but it is None."),
        (tensor([[1.0], [2.0], [3.0]][0], shape=(1, 1)), X, "Expected shape (3,) for the result, but it has (1, 1)."),
        (tensor([1, 2, 3], dtype="float32"), X, "Expected dtype float64 for the result, but it has float32."),
        (tensor([9, 2, 3], dtype="float32", shape=(1, 3)), X, "Expected shape (3,) for the result, but it has (1, 3)."),
        (tensor([1.0, 0.0, 0.0]), X, "2 of 3 values of the result differ, the first at index 1."),
        (tensor([1, 2, 3, 5], shape=(2, 2)), tensor([1, 2, 3, 4], shape=(2, 2)), "the first at index 1, 1."),
        (tensor(1.0), tensor(2.0), "The value of the result differs."),
        (tensor(math.nan), tensor(1.0), "The value of the result differs."),
        (tensor(math.inf), tensor(-math.inf), "The value of the result differs."),
        (Items(kind="tuple", items=(X,)), Items(kind="tuple", items=(X, X)), "Expected 2 values in the result, but"),
        (Items(kind="tuple", items=(X, None)), Items(kind="tuple", items=(X, X)), "as the result[1], but it is None."),
        (Table(entries=(("a", 1),)), Table(entries=(("b", 1),)), "The keys of the result are not"),
        (Table(entries=(("a", 1),)), Table(entries=(("a", 2),)), "The value of the result['a'] is not"),
        (1, True, "Expected a Python bool as the result, but it is a Python int."),
        (1, 1.0, "Expected a Python float as the result, but it is a Python int."),
        (NotRepresentable(reason="a sparse tensor"), X, "but it is a sparse tensor."),
        (
            NotRepresentable(reason="a complex tensor"),
            NotRepresentable(reason="a complex tensor"),
            "Expected a complex",
        ),
        (Raised(exception="ValueError", message="secret 1.5"), X, "Finding out about the result raised ValueError."),
    ],
)
def test_a_wrong_answer_is_explained(actual: Value, expected: Value, said: str) -> None:
    """Kind, then shape, then dtype, then how many values differ and where."""
    assert said in rationale(actual, expected)


@pytest.mark.parametrize("dtype", TOLERANCES)
def test_values_may_differ_by_the_tolerance_of_their_dtype(dtype: str) -> None:
    """Half the tolerance passes, twice the tolerance does not."""
    rtol, atol = TOLERANCES[dtype]
    allowed = atol + rtol * 1024
    close(tensor(1024.0 + allowed / 2, dtype=dtype), tensor(1024.0, dtype=dtype))
    step = max(2 * allowed, 2.0 if dtype == "float16" else 0.0)
    with pytest.raises(Failed):
        close(tensor(1024.0 + step, dtype=dtype), tensor(1024.0, dtype=dtype))


def test_integers_are_compared_exactly() -> None:
    """There is no tolerance where there are no steps between."""
    with pytest.raises(Failed):
        close(tensor([10**12 + 1], dtype="int64"), tensor([10**12], dtype="int64"))


def test_same_has_no_tolerance() -> None:
    """`same` wants the very numbers."""
    close(tensor(1.0 + 1e-12), tensor(1.0))
    with pytest.raises(Failed):
        same(tensor(1.0 + 1e-12), tensor(1.0))
    with pytest.raises(Failed):
        same(1.0 + 1e-12, 1.0)


def test_a_rationale_holds_no_value() -> None:
    """Values go into the evidence: the rationale may be shown for a hidden question."""
    with pytest.raises(Failed) as caught:
        close(tensor([1.25, 77.5]), tensor([1.25, 42.5]), "x.grad")
    failed = caught.value
    assert "77.5" not in failed.rationale
    assert "42.5" not in failed.rationale
    assert "77.5" in str(failed.actual)
    assert "42.5" in str(failed.expected)
    assert "x.grad" in failed.rationale
    assert "35" in str(failed.detail)


def test_comparing_many_answers_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether two answers agree is asked far more often than anybody reads how they differ."""
    monkeypatch.setattr(compare, "show", None)
    assert not agree(X, tensor([1.0]))


def test_fail_ends_a_judgement() -> None:
    """`fail` says why, and shows nothing."""
    with pytest.raises(Failed) as caught:
        fail("It is wrong.", detail="more")
    failed = caught.value
    assert (failed.rationale, failed.actual, failed.expected, failed.detail) == ("It is wrong.", None, None, "more")


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (X, tensor([1.0, 2.0, 3.0 + 1e-10]), True),
        (X, tensor([1.0, 2.0, 4.0]), False),
        (NotRepresentable(reason="a sparse tensor"), NotRepresentable(reason="a sparse tensor"), True),
        (NotRepresentable(reason="a sparse tensor"), NotRepresentable(reason="a complex tensor"), False),
        (
            Raised(exception="RuntimeError", message="backward through the graph a second time (1)"),
            Raised(exception="RuntimeError", message="Trying to backward through the graph a second time"),
            True,
        ),
        (
            Raised(exception="RuntimeError", message="backward through the graph a second time"),
            Raised(exception="RuntimeError", message="something else"),
            False,
        ),
        (Raised(exception="ValueError", message=""), Raised(exception="TypeError", message=""), False),
        (Raised(exception="ValueError", message="one"), Raised(exception="ValueError", message="one"), True),
        (Raised(exception="ValueError", message="one"), Raised(exception="ValueError", message="another"), False),
    ],
)
def test_answers_agree(one: Value, other: Value, alike: bool) -> None:
    """Values within tolerance, exceptions by type and phrasebook entry or text, the rest as it is."""
    assert agree(one, other) is alike
