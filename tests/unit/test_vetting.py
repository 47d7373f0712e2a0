"""What becomes of a worker's words before people read them."""

import pytest

from grader.authoring import function, tensor
from grader.model import Answered, Died, Items, Question, Raised, Table, Value
from grader.vetting import vet
from tests.unit.records import words

QUESTION = Question(
    exercise="kink_gradients",
    inputs=(("fs", Table(entries=(("abs", function("kink_abs", 1.0)),))), ("x", tensor(1.0)), ("f", function("dot"))),
)


def vetted(name: str, fact: Value) -> Value:
    """One fact after vetting."""
    observation = vet(Answered(facts=((name, fact),)), QUESTION, {"mine.py"})
    assert isinstance(observation, Answered)
    return dict(observation.facts)[name]


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("changed", "x: its values"),
        ("changed", "x.grad"),
        ("changed", "x.requires_grad"),
        ("changed", "x: the list"),
        ("graph", "the result"),
        ("graph", "the result['abs']"),
        ("shared", "the result[1] and x.grad"),
        ("twins", "the result[2] and the result[0]"),
        ("shortcuts", "torch.autograd.functional.jacobian"),
        ("shortcuts", "torch.func.jacrev"),
    ],
)
def test_what_the_recorder_writes_is_passed_on(name: str, word: str) -> None:
    """Every kind of word that the recorder makes of this question's names stays as it is."""
    assert vetted(name, words(word)) == words(word)


@pytest.mark.parametrize("word", ["0.531", "y.grad", "the result['0.531']", "the result[123]", "x.grad 0.5", "", 5])
@pytest.mark.parametrize("name", ["changed", "graph", "shared", "twins", "shortcuts"])
def test_a_word_of_a_submissions_own_is_not(name: str, word: Value) -> None:
    """Whatever else stands there, that something was there is all that is told."""
    assert vetted(name, Items(kind="list", items=(word,))) == words("something")


def test_a_flood_of_words_is_a_few() -> None:
    """The same word is told once, and their number is bounded."""
    many = vetted("changed", words(*(["?"] * 500), *(f"the result[{index}]" for index in range(500))))
    assert isinstance(many, Items)
    assert len(many.items) <= 20


def test_counts_are_bounded_and_of_known_functions() -> None:
    """A count is a small number, and functions that the question does not have are not told."""
    assert vetted("autograd_numbers", 123456789) == 99
    assert vetted("autograd_numbers", -123456789) == 0
    forged = Table(entries=(("f", 123456789), ("fs['abs']", 2), ("secret 0.531", 1)))
    assert vetted("calls", forged) == Table(entries=(("f", 99), ("fs['abs']", 2)))


@pytest.mark.parametrize("count", ["0.531", 0.531, None, words("0.531")])
def test_what_is_no_count_is_not_told(count: Value) -> None:
    """A rationale says how often a function was called, so nothing else may stand there."""
    assert vetted("calls", Table(entries=(("f", count),))) == Table(entries=())


@pytest.mark.parametrize("name", ["changed", "calls", "autograd_numbers"])
def test_a_fact_of_another_kind_is_left_to_the_check(name: str) -> None:
    """Vetting changes words and numbers only; that a fact is no fact is a judgement."""
    assert vetted(name, "nonsense") == "nonsense"


def test_returned_values_stay() -> None:
    """What was returned is compared, not quoted."""
    assert vetted("returned", words("0.531")) == words("0.531")


def test_a_place_is_one_of_the_submissions() -> None:
    """A file that the submission does not have is no place; anything else of an exception stays."""
    raised = Raised(exception="KeyError", message="m", file="mine.py", line=3)
    assert vet(raised, QUESTION, {"mine.py"}) == raised
    assert vet(raised, QUESTION, {"other.py"}) == Raised(exception="KeyError", message="m")


def test_other_observations_stay() -> None:
    """Deaths and time-outs are the grader's own words already."""
    assert vet(Died(reason="ended"), QUESTION, set()) == Died(reason="ended")
