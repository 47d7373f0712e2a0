"""What becomes of a worker's words before people read them."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from grader.authoring import Check, function, tensor
from grader.catalog import load_catalog
from grader.foreseen import foreseen
from grader.loading import checks_of
from grader.model import Answered, Died, Items, NotRepresentable, Question, Raised, Row, Table, Value, Visibility
from grader.room import room_for
from grader.vetting import Places, vet
from grader.wire import Cell, SourceFile
from tests.unit.records import VALUES, one_file, words

SHOWN = Question(
    exercise="kink_gradients",
    inputs=(
        ("fs", Table(entries=(("abs", function("kink_abs", 1.0)),))),
        ("x", tensor(1.0)),
        ("f", function("dot")),
        ("many", Items(kind="list", items=(tensor(1.0), tensor(2.0)))),
    ),
    visibility=Visibility.VISIBLE,
)
HIDDEN = replace(SHOWN, visibility=Visibility.HIDDEN)
RETURNED = Items(kind="list", items=(tensor(1.0),) * 12)
BY_KEY = Table(entries=(("abs", tensor(1.0)), ("0.531", tensor(2.0))))
MINE = one_file("mine.py", "a\nb\nc\n")
OTHER = one_file("other.py", "a\n")
EVERYWHERE = Places.of([MINE, OTHER])


def all_vetted(question: Question, *facts: tuple[str, Value]) -> dict[str, Value]:
    """An answer's facts after vetting."""
    known = foreseen("ch01_derivatives_and_shapes", question)
    observation = vet(Answered(facts=facts), question, known, EVERYWHERE, Places.of([MINE]))
    assert isinstance(observation, Answered)
    return dict(observation.facts)


def vetted(name: str, fact: Value, question: Question = SHOWN, returned: Value = RETURNED) -> Value:
    """One fact after vetting, beside what was returned."""
    return all_vetted(question, ("returned", returned), (name, fact))[name]


@pytest.mark.parametrize("question", [SHOWN, HIDDEN], ids=["visible", "hidden"])
@pytest.mark.parametrize(
    ("name", "word", "returned"),
    [
        ("changed", "x: its values", None),
        ("changed", "x.grad", None),
        ("changed", "x.requires_grad", None),
        ("changed", "many[1].grad", None),
        ("changed", "many: the list", None),
        ("graph", "the result", tensor(1.0)),
        ("graph", "the result", NotRepresentable(reason="a sparse tensor")),
        ("graph", "the result['abs']", BY_KEY),
        ("shared", "the result[1] and x.grad", RETURNED),
        ("shared", "the result[1] and many[0]", RETURNED),
        ("twins", "the result[2] and the result[0]", RETURNED),
        ("shortcuts", "torch.autograd.functional.jacobian", None),
        ("shortcuts", "torch.func.jacrev", None),
    ],
)
def test_what_the_recorder_writes_is_passed_on(name: str, word: str, returned: Value, question: Question) -> None:
    """Every kind of word that the recorder makes of this question's arguments and this result stays as it is."""
    assert vetted(name, words(word), question, returned) == words(word)


@pytest.mark.parametrize(
    "word",
    [
        *("0.531", "y.grad", "the result['0.531']", "the result[123]", "x.grad 0.5", "", 5, "the result"),
        *("many[2].grad", "many.grad", "x: the list", "fs['abs']: its values", "x[0].grad", "x.grad and x.grad"),
        *("the result[12]", "the result[0][0]", "the result[0].grad", "the result[1] and y", "the result[1] and "),
    ],
)
@pytest.mark.parametrize("name", ["changed", "graph", "shared", "twins", "shortcuts"])
def test_a_word_of_a_submissions_own_is_not(name: str, word: Value) -> None:
    """What does not exist here is not named: of it, that something was there is all that is told."""
    assert vetted(name, Items(kind="list", items=(word,))) == words("something")


@pytest.mark.parametrize("word", ["the result['0.531']", "the result['0.531'] and x", "the result['abs'] and y"])
def test_a_key_of_the_results_own_is_no_word_of_a_hidden_question(word: str) -> None:
    """A submission chooses its keys, and could choose them after the input."""
    assert vetted("graph", words(word), HIDDEN, BY_KEY) == words("something")


def test_of_a_hidden_question_a_few_words_are_told() -> None:
    """Which of many tensors, and in which order, could be a message: two are told, of the first ten, in our order."""
    chosen = [f"the result[{index}]" for index in (11, 7, 3, 5)]
    assert vetted("graph", words(*chosen), HIDDEN) == words("the result[3]", "the result[5]")
    assert vetted("graph", words("the result[11]"), HIDDEN) == words("something")
    assert vetted("graph", words(*chosen)) == words(*sorted(chosen))


def test_a_claim_may_forgive_one_word_of_the_two() -> None:
    """More words than are told are never needed to see that one is not forgiven."""
    forgiven = [one for check in checks_of(load_catalog()) for one in _forgiven(check)]
    assert all(len(names) <= 1 for names in forgiven)
    assert any(forgiven)


def _forgiven(check: Check) -> list[tuple[str, ...]]:
    """What a claim closes over: the words that it forgives."""
    cells = getattr(check.judge, "__closure__", None) or ()
    names = check.judge.__code__.co_freevars
    return [cell.cell_contents for name, cell in zip(names, cells, strict=True) if name == "may_have_graph"]


@pytest.mark.parametrize("question", [SHOWN, HIDDEN], ids=["visible", "hidden"])
def test_a_flood_of_words_is_a_few(question: Question) -> None:
    """The same word is told once, and their number is bounded."""
    many = vetted("changed", words(*(["?"] * 500), *(f"the result[{index}]" for index in range(500))), question)
    assert isinstance(many, Items)
    assert len(many.items) <= (20 if question is SHOWN else 2)


@pytest.mark.parametrize("count", [1, 1000])
def test_a_fact_that_nobody_asked_for_is_dropped(count: int) -> None:
    """The probe's own facts are kept, each once, whatever else was sent."""
    facts = all_vetted(SHOWN, *((f"more {number}", "text") for number in range(count)), *(("returned", 1),) * count)
    assert facts == {"returned": 1}


@pytest.mark.parametrize(
    "large",
    [
        tensor([0.0] * 1000),
        Items(kind="list", items=(tensor([0.0] * 1000), 1)),
        Items(kind="tuple", items=(1.5,) * 1000),
        Table(entries=tuple((str(number), 1.5) for number in range(1000))),
        Items(kind="list", items=(Items(kind="list", items=(1.5,) * 900),) * 9),
        "\u00e9" * 2000,
        Items(kind="list", items=("t" * 2000,) * 9),
    ],
    ids=lambda large: type(large).__name__,
)
def test_what_is_larger_than_a_multiple_of_the_question_is_not_kept(large: Value) -> None:
    """In the place of a value that no right answer could be as large as stands why; small facts beside it stay."""
    facts = all_vetted(HIDDEN, ("returned", large), ("changed", words("x.grad")), ("autograd_numbers", 1))
    assert "too l" in str(facts["returned"]) or "more entries" in str(facts["returned"])
    assert (facts["changed"], facts["autograd_numbers"]) == (words("x.grad"), 1)
    assert len(msgspec.msgpack.encode(tuple(facts.items()))) <= room_for(HIDDEN.inputs, HIDDEN.calls) + 200


@given(st.dictionaries(st.sampled_from(sorted(foreseen("ch01_derivatives_and_shapes", HIDDEN).facts)), VALUES))
def test_what_is_kept_can_be_read_back(facts: dict[str, Value]) -> None:
    """Whatever a worker sends, what is left of it is within every limit of a record, also with what is added to it."""
    observation = Answered(facts=(*all_vetted(HIDDEN, *facts.items()).items(), ("mentions", words("jacobian"))))
    row = Row(observation=observation, output="text")
    assert msgspec.msgpack.encode(
        msgspec.msgpack.decode(msgspec.msgpack.encode(row), type=Row)
    ) == msgspec.msgpack.encode(row)


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


def placed(question: Question, file: str, line: int, own: SourceFile = MINE) -> tuple[str | None, int | None]:
    """The place of an exception after vetting."""
    raised = Raised(exception="KeyError", message="m", file=file, line=line)
    known = foreseen("ch01_derivatives_and_shapes", question)
    vetted = vet(raised, question, known, Places.of([own, OTHER]), Places.of([own]))
    assert isinstance(vetted, Raised)
    assert (vetted.exception, vetted.message) == ("KeyError", "m")
    return vetted.file, vetted.line


def test_a_place_is_one_of_the_submissions() -> None:
    """A file that the submission does not have, and a line that its file does not have, are no place."""
    assert placed(SHOWN, "mine.py", 3) == ("mine.py", 3)
    assert placed(SHOWN, "other.py", 1) == ("other.py", 1)
    nowhere = [
        ("ghost.py", 1),
        ("mine.py", 0),
        ("mine.py", 5),
        ("mine.py", 531 << 20),
        ("mine.py", -1),
        ("other.py", 3),
    ]
    assert {placed(SHOWN, *place) for place in nowhere} == {(None, None)}


def test_a_cell_has_the_lines_of_its_own_count() -> None:
    """A piece of a file begins where it says."""
    notebook = SourceFile(path="n.ipynb", stem="n", cells=(Cell(file="n.ipynb[cell 2]", source="a\nb", first_line=7),))
    assert placed(SHOWN, "n.ipynb[cell 2]", 8, notebook) == ("n.ipynb[cell 2]", 8)
    assert placed(SHOWN, "n.ipynb[cell 2]", 6, notebook) == (None, None)


def test_a_place_is_no_message_about_a_hidden_question() -> None:
    """It is told where it is in the function's own file, and that has so few lines that they say little."""
    long = one_file("mine.py", "\n" * 2000)
    assert placed(HIDDEN, "mine.py", 3) == ("mine.py", 3)
    assert placed(HIDDEN, "other.py", 1) == (None, None)
    assert placed(HIDDEN, "mine.py", 3, long) == (None, None)
    assert placed(SHOWN, "mine.py", 1999, long) == ("mine.py", 1999)


def test_other_observations_stay() -> None:
    """Deaths and time-outs are the grader's own words already."""
    known = foreseen("ch01_derivatives_and_shapes", SHOWN)
    assert vet(Died(reason="ended"), SHOWN, known, EVERYWHERE, EVERYWHERE) == Died(reason="ended")
