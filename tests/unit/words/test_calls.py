"""Calls as code that runs."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from grader.authoring import CalledAs, function, once_more, tensor
from grader.inside.values import DTYPES, Items, Table, Value
from grader.records import Question
from grader.words.calls import JUST_CALLED, show_call, write
from tests.support import COURSE

X = tensor([1, 2], dtype="float32", requires_grad=True, grad=tensor([5, 6], dtype="float32"))
F = replace(function("dot"), text="lambda x: x.dot(x)")
G = replace(function("same"), text="lambda x: x")

FLOATS = {
    "float16": st.floats(width=16),
    "bfloat16": st.sampled_from([0.5, -3.0]),
    "float32": st.floats(width=32),
    "float64": st.floats(),
}

WRITTEN: list[tuple[Value, str]] = [
    (tensor([0, 1], dtype="float32"), "torch.tensor([0., 1.])"),
    (tensor(2), "torch.tensor(2., dtype=torch.float64)"),
    (tensor([1, 2], dtype="int64", shape=(2, 1)), "torch.tensor([[1], [2]])"),
    (tensor([1, 0], dtype="bool"), "torch.tensor([True, False])"),
    (tensor([], dtype="float32"), "torch.tensor([])"),
    (tensor([], dtype="int64"), "torch.tensor([], dtype=torch.int64)"),
    (tensor([], dtype="float32", shape=(0, 3)), "torch.zeros((0, 3))"),
    (tensor([1 / 3], dtype="float32"), "torch.tensor([0.33333334])"),
    (tensor([0.1]), "torch.tensor([0.1], dtype=torch.float64)"),
    (tensor([float("inf"), float("-inf")], dtype="float32"), "torch.tensor([float('inf'), -float('inf')])"),
    (tensor([1], dtype="float32", requires_grad=True), "torch.tensor([1.], requires_grad=True)"),
    (tensor([1.0] * 100, dtype="float32"), "torch.full((100,), 1.)"),
    (tensor(range(100), dtype="float32"), "torch.tensor([0., 1., ...], size=(100,))"),
    (Items(kind="tuple", items=(1,)), "(1,)"),
    (Items(kind="tuple", items=(1, 0.5)), "(1, 0.5)"),
    (Items(kind="list", items=()), "[]"),
    (Table(entries=(("a", None),)), "{'a': None}"),
]


@pytest.mark.parametrize(("value", "code"), WRITTEN)
def test_a_value_is_written_as_the_expression_that_makes_it(value: Value, code: str) -> None:
    """A tensor of many different elements is cut, and says how large it is."""
    assert write(value) == code


@given(
    st.sampled_from(sorted(DTYPES)).flatmap(
        lambda dtype: st.tuples(
            st.just(dtype),
            st.lists(
                FLOATS.get(dtype, st.integers(0, 1)),
                max_size=6,
            ),
        )
    ),
    st.booleans(),
)
def test_the_written_tensor_is_the_tensor(given_as: tuple[str, list[float]], upright: bool) -> None:
    """Bit for bit, whatever its dtype and its shape are."""
    dtype, numbers = given_as
    value = tensor(numbers, dtype=dtype, shape=(len(numbers), 1) if upright else None)
    made = eval(write(value), {"torch": torch})
    built = COURSE.subject.build_inputs((("x", value),), {})["x"]
    assert isinstance(built, torch.Tensor)
    assert (made.dtype, made.shape) == (built.dtype, built.shape)
    assert torch.equal(made.isnan(), built.isnan())
    assert torch.equal(made.nan_to_num(7), built.nan_to_num(7))


@pytest.mark.parametrize(
    ("inputs", "called_as", "fact", "code"),
    [
        pytest.param({"n": 2, "kind": "abs"}, JUST_CALLED, None, "e(2, 'abs')", id="plain"),
        pytest.param({"f": F, "n": 2}, JUST_CALLED, None, "e(lambda x: x.dot(x), 2)", id="a function"),
        pytest.param(
            {"x": X},
            JUST_CALLED,
            None,
            "x = torch.tensor([1., 2.], requires_grad=True); x.grad = torch.tensor([5., 6.]); e(x)",
            id="old gradient",
        ),
        pytest.param(
            {"xs": Items(kind="list", items=(X,)), "d": Table(entries=(("a", X),))},
            JUST_CALLED,
            None,
            "xs = [torch.tensor([1., 2.], requires_grad=True)]; xs[0].grad = torch.tensor([5., 6.]); "
            "d = {'a': torch.tensor([1., 2.], requires_grad=True)}; d['a'].grad = torch.tensor([5., 6.]); e(xs, d)",
            id="old gradient inside",
        ),
        pytest.param({"n": 2}, CalledAs(call="e(make(n), m.n)"), None, "e(make(2), m.n)", id="made by the probe"),
        pytest.param({"f": F}, CalledAs(call="e(f(1))"), None, "f = lambda x: x.dot(x); e(f(1))", id="called there"),
        pytest.param(
            {"f": F}, CalledAs(call="e(f); e(f)"), None, "f = lambda x: x.dot(x); e(f); e(f)", id="needed twice"
        ),
        pytest.param(
            {"n": 2},
            CalledAs(prepared=lambda n: [f"y = {n} + n"], facts={"left": "e(y).left"}),
            "left",
            "y = 2 + 2; e(y).left",
            id="a fact, prepared",
        ),
        pytest.param({"n": 2}, CalledAs(facts={"left": "e(n).left"}), "other", "e(2)", id="another fact"),
        pytest.param({"f": F, "g": F}, JUST_CALLED, None, "f = lambda x: x.dot(x); g = f; e(f, g)", id="one function"),
        pytest.param(
            {"fs": Table(entries=(("a", F), ("b", F), ("c", G)))},
            JUST_CALLED,
            None,
            "fs = {'a': lambda x: x.dot(x), 'b': lambda x: x.dot(x), 'c': lambda x: x}; fs['b'] = fs['a']; e(fs)",
            id="one function of two names",
        ),
        pytest.param(
            {"x": G, "y": once_more("x")}, JUST_CALLED, None, "x = lambda x: x; y = x; e(x, y)", id="the same once more"
        ),
    ],
)
def test_a_call_makes_its_inputs_first(
    inputs: dict[str, Value], called_as: CalledAs, fact: str | None, code: str
) -> None:
    """What holds a tensor has a name, and so has a function that the code calls or needs twice.

    What is one thing in a question is one thing in the code.
    """
    assert show_call(Question(exercise="e", inputs=tuple(inputs.items())), called_as, fact) == code


@pytest.mark.parametrize("requires_grad", [False, True])
def test_a_spread_tensor_is_written_as_one_of_its_own(requires_grad: bool) -> None:
    """It is not contiguous, and no view: torch would not let go of a view's history in place."""
    value = tensor([1.0, 2.0, 3.0, 4.0], shape=(2, 2), requires_grad=requires_grad)
    made = eval(write(replace(value, spread=True)), {"torch": torch})
    assert COURSE.subject.to_value(made) == replace(value, requires_grad=False)
    assert (made.is_contiguous(), made.is_leaf, made.requires_grad) == (False, True, requires_grad)
    made.detach_().zero_()
    assert not made.any()
