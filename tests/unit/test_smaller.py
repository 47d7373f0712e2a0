"""Smaller questions of the kind of a visible one."""

import pytest
import torch
from msgspec.structs import replace

from grader.authoring import function, tensor, visible
from grader.authoring.claims import Given
from grader.exam.smaller import smaller
from grader.inside.functions import Family
from grader.inside.values import FunctionSpec, Items, Table, TensorValue, Value
from grader.records import Question, Visibility
from grader.words.calls import write
from tests.support import COURSE

FAMILIES = {
    "sum": Family(evaluate=lambda x, _: x.sum(), formula="x.sum()", arity=0),
    "dot": Family(evaluate=lambda x, _: x.dot(x), formula="x.dot(x)", arity=0, simpler="sum"),
    "fan": Family(evaluate=lambda x, c: x.new_tensor(c) * x, formula="x.new_tensor({c}) * x"),
}
OLD = tensor([2, 4, 6], requires_grad=True, grad=tensor([5, -5, 5]))
F32 = "float32"


def made(inputs: dict[str, Given], visibility: Visibility = Visibility.VISIBLE) -> list[list[str]]:
    """The inputs of the smaller questions of one, as they are written."""
    question = Question(exercise="e", inputs=visible(**inputs).inputs, visibility=visibility)
    return [[write(value) for _, value in one.inputs] for one in smaller(question, FAMILIES)]


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        pytest.param(
            {"x": tensor([0, 1, 2, 3], dtype=F32)},
            [["torch.tensor([3.])"], ["torch.tensor([3., 2.])"]],
            id="fewer elements",
        ),
        pytest.param({"x": tensor([5, 6], dtype=F32)}, [["torch.tensor([3.])"]], id="never as many"),
        pytest.param({"x": tensor(5, dtype=F32)}, [], id="none that is smaller"),
        pytest.param(
            {"x": tensor([-8, 8, 8], dtype=F32)}, [["torch.tensor([-3.])"], ["torch.tensor([-3., 2.])"]], id="signs"
        ),
        pytest.param({"x": tensor([0, 0], dtype=F32)}, [["torch.tensor([0.])"]], id="zeros, where all are"),
        pytest.param({"x": tensor([7, 8], dtype="int64"), "n": 9}, [["torch.tensor([3])", "9"]], id="whole numbers"),
        pytest.param(
            {"x": tensor([0, 1, 1], dtype="bool")},
            [["torch.tensor([True])"], ["torch.tensor([True, True])"]],
            id="truth values",
        ),
        pytest.param(
            {"x": tensor(range(6), dtype=F32, shape=(2, 3))},
            [["torch.tensor([[3.]])"], ["torch.tensor([[3., 2.], [7., 5.]])"]],
            id="every axis",
        ),
        pytest.param(
            {"x": tensor([9, 9], dtype=F32), "y": tensor([9, 9], dtype=F32)},
            [["torch.tensor([3.])", "torch.tensor([2.])"]],
            id="two tensors",
        ),
        pytest.param(
            {"xs": [tensor([9], dtype=F32)] * 3, "which": (0, 2), "d": {"a": 1, "b": 2}},
            [
                ["[torch.tensor([3.])]", "(0,)", "{'a': 1}"],
                ["[torch.tensor([3.]), torch.tensor([2.])]", "(0, 2)", "{'a': 1, 'b': 2}"],
            ],
            id="fewer entries",
        ),
        pytest.param(
            {"f": function("dot"), "x": tensor([9, 9], dtype=F32)},
            [
                ["lambda x: x.sum()", "torch.tensor([3.])"],
                ["", "torch.tensor([3.])"],
                ["lambda x: x.sum()", "torch.tensor([3., 2.])"],
            ],
            id="a plainer function",
        ),
        pytest.param(
            {"f": function("dot"), "g": function("dot"), "x": tensor([9, 9], dtype=F32)},
            [["", "", "torch.tensor([3.])"]],
            id="two functions stay apart",
        ),
        pytest.param(
            {"f": function("fan", 8, 9, 7), "x": tensor(5, dtype=F32)},
            [
                ["lambda x: x.new_tensor([8]) * x", "torch.tensor(3.)"],
                ["lambda x: x.new_tensor([8, 9]) * x", "torch.tensor(3.)"],
            ],
            id="fewer outputs",
        ),
    ],
)
def test_a_smaller_question_has_less_of_the_same(inputs: dict[str, Given], expected: list[list[str]]) -> None:
    """Fewer elements, entries and outputs, a plainer function, other numbers; the smallest one comes first."""
    assert made(inputs) == expected


def test_an_old_gradient_stays_one() -> None:
    """It is cut with its tensor, whose flag stays as well."""
    [(_, first)] = smaller(Question(exercise="e", inputs=(("x", OLD),), visibility=Visibility.VISIBLE), {})[0].inputs
    assert first == tensor([3], requires_grad=True, grad=tensor([2]))


def test_a_hidden_question_has_none() -> None:
    """Whatever is made of it would tell of it."""
    assert made({"x": OLD}, Visibility.HIDDEN) == []


def test_a_function_that_changes_goes_on_changing() -> None:
    """The plainer one, too, is right at its first call only."""
    f = replace(function("dot"), changes=True)
    question = Question(exercise="e", inputs=(("f", f), ("x", OLD)), visibility=Visibility.VISIBLE)
    for one in smaller(question, FAMILIES):
        (_, changing), _ = one.inputs
        assert isinstance(changing, FunctionSpec)
        assert changing.changes


def kind_of(value: Value) -> object:
    """The kind of a value: what a smaller one has in common with it."""
    match value:
        case TensorValue(dtype=dtype, shape=shape, requires_grad=flag, grad=grad):
            return dtype, len(shape), flag, grad is None
        case Items(kind=kind, items=items):
            return kind, [kind_of(item) for item in items[:1]]
        case Table(entries=entries):
            return [(name, kind_of(entry)) for name, entry in entries[:1]]
        case FunctionSpec(changes=changes):
            return changes
        case _:
            return value


@pytest.mark.parametrize("family", [name for name, one in COURSE.probes.families.items() if one.simpler])
def test_the_plainer_family_is_the_plainest_of_its_kind(family: str) -> None:
    """It has no coefficients, and there is no plainer one; of a vector, both give as many numbers."""
    families = COURSE.probes.families
    plain = families[families[family].simpler]
    assert (plain.arity, plain.simpler) == (0, "")
    x = torch.tensor([1.0, 2.0])
    whole = families[family]
    assert plain.evaluate(x, ()).shape == whole.evaluate(x, (1.0,) * (whole.arity or 0)).shape


def test_every_exercise_keeps_its_kinds() -> None:
    """Of every visible question of the course: dtypes, axes, flags, old gradients, containers, plain values."""
    compared = 0
    for check in COURSE.checks:
        for question in check.cases.questions("1", COURSE.probes.families):
            found = smaller(question, COURSE.probes.families)
            assert len(found) <= 4
            for one in found:
                assert [(name, kind_of(value)) for name, value in one.inputs] == [
                    (name, kind_of(value)) for name, value in question.inputs
                ]
                compared += 1
    assert compared > 100
