"""The questions next to one, by which an answer is found to be right for other arguments."""

import pytest

from grader.authoring import function, tensor
from grader.inside.values import Place, TensorValue, Value
from grader.judging.elsewhere import derived, elsewhere
from grader.judging.relations import Related, Relation
from grader.records import Question, Visibility

X = tensor([1.5, -2.5])
Y = tensor([4.0, 3.0])
AT_X = Place(argument="x")


def question(visibility: Visibility = Visibility.HIDDEN, **inputs: Value) -> Question:
    """A question with these inputs."""
    return Question(exercise="gradient", inputs=tuple(inputs.items()), visibility=visibility)


def found(**inputs: Value) -> dict[Related, dict[str, Value]]:
    """The inputs of each question next to one, by what an answer is that is right there."""
    return {related: dict(other.inputs) for related, other in elsewhere(question(Visibility.HIDDEN, **inputs))}


def test_a_switch_is_turned() -> None:
    """And everything else stays."""
    assert found(n=2, flag=True) == {
        Related(Relation.FLIPPED, thing=Place(argument="flag")): {"n": 2, "flag": False},
    }


def test_two_of_a_kind_are_exchanged() -> None:
    """Functions, and tensors of one shape; a tensor of another shape could not be taken for it."""
    f, g = function("sum"), function("square")
    exchanged = {one: inputs for one, inputs in found(f=f, x=X, g=g, y=Y).items() if one.relation is Relation.EXCHANGED}
    assert exchanged == {
        Related(Relation.EXCHANGED, thing=Place(argument="f"), word="g"): {"f": g, "x": X, "g": f, "y": Y},
        Related(Relation.EXCHANGED, thing=AT_X, word="y"): {"f": f, "x": Y, "g": g, "y": X},
    }
    assert not [one for one in found(x=X, y=tensor([4.0])) if one.relation is Relation.EXCHANGED]


@pytest.mark.parametrize(
    ("code", "numbers"),
    [("-x", [-1.5, 2.5]), ("x.abs()", [1.5, 2.5]), ("x.int()", [1.0, -2.0]), ("torch.ones_like(x)", [1.0, 1.0])],
)
def test_a_tensor_has_other_numbers(code: str, numbers: list[float]) -> None:
    """As the code would make them, in the same shape and dtype."""
    assert found(x=X)[Related(Relation.ELSEWHERE, thing=AT_X, word=code)] == {"x": tensor(numbers)}


def test_what_has_no_place_in_a_dtype_is_left_out() -> None:
    """An infinity has no integer, and uint8 nothing below 0; whole numbers stay as they are."""
    words = {one.word for one in found(x=tensor([float("inf")]))}
    assert "x.int()" not in words
    assert "-x" in words
    small = tensor([200, 3], dtype="uint8")
    by_word = {one.word: inputs["x"] for one, inputs in found(x=small).items()}
    assert "-x" not in by_word
    assert "x * x" not in by_word
    assert by_word["x.int()"] == small


def test_a_visible_question_has_them_for_its_next_call_as_well() -> None:
    """Always in the same order, so that they can be recorded."""
    one, hidden = question(Visibility.VISIBLE, x=X), question(x=X)
    others = [other for _, other in elsewhere(one)]
    next_ones = [other for _, other in elsewhere(one.next_call)]
    assert list(derived(one)) == [one.next_call, *others, *next_ones]
    assert list(derived(hidden)) == [other for _, other in elsewhere(hidden)]
    assert all(isinstance(dict(other.inputs)["x"], TensorValue) for other in derived(one))
