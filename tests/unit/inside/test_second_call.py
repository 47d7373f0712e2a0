"""The inputs of a question with other numbers."""

import pytest

from grader.authoring import tensor
from grader.inside.second_call import other_numbers
from grader.inside.values import FunctionSpec, Items, Table, TensorValue, Value
from grader.records import Question, Visibility
from tests.support import COURSE

ASKED = dict.fromkeys(
    question for check in COURSE.checks for question in check.cases.questions("1", COURSE.probes.families)
)
SHOWN = [one for one in ASKED if one.visibility is Visibility.VISIBLE]


def tensors(value: Value) -> list[TensorValue]:
    """The tensors in a value, old gradients included."""
    match value:
        case TensorValue(grad=grad):
            return [value, *(tensors(grad) if grad is not None else [])]
        case Items(items=items):
            return [one for item in items for one in tensors(item)]
        case Table(entries=entries):
            return [one for _, item in entries for one in tensors(item)]
        case _:
            return []


def all_tensors(inputs: tuple[tuple[str, Value], ...]) -> list[TensorValue]:
    """The tensors of a question."""
    return [one for _, value in inputs for one in tensors(value)]


@pytest.mark.parametrize("question", SHOWN, ids=lambda one: one.exercise)
def test_every_number_of_a_visible_question_becomes_another(question: Question) -> None:
    """Kind, shape, dtype and flags stay, so that what is kept by one of these meets other numbers."""
    pairs = list(zip(all_tensors(question.inputs), all_tensors(other_numbers(question.inputs)), strict=True))
    assert pairs
    for one, other in pairs:
        assert (one.shape, one.dtype, one.requires_grad) == (other.shape, other.dtype, other.requires_grad)
        assert all(a != b for a, b in zip(one.elements(), other.elements(), strict=True))


def test_what_is_no_tensor_stays() -> None:
    """Functions, flags and counts are the question's; booleans have no other number."""
    inputs = (("f", FunctionSpec(name="sum")), ("n", 2), ("flag", True), ("mask", tensor([1, 0], dtype="bool")))
    assert other_numbers(inputs) == inputs


def test_the_content_of_a_list_becomes_another() -> None:
    """Fractions and texts do, so that an answer that was kept is found out; counts stay."""
    inputs = (("numbers", Items(kind="list", items=(1.0, 2, "to"))), ("mode", "sum"), ("scale", 0.5))
    other = (("numbers", Items(kind="list", items=(0.9375, 2, "TO"))), ("mode", "sum"), ("scale", 0.5))
    assert other_numbers(inputs) == other


def test_small_integers_stay_in_their_range() -> None:
    """No dtype overflows."""
    [(_, other)] = other_numbers((("x", tensor([0, 255], dtype="uint8")),))
    assert isinstance(other, TensorValue)
    assert other.elements() == (1, 254)
