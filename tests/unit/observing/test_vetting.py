"""What becomes of a worker's words before people read them."""

import itertools

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from grader.authoring import Check, function, tensor
from grader.course import Course
from grader.inside.answers import Answered
from grader.inside.sizes import room_for
from grader.inside.values import Items, NotRepresentable, Part, Place, Raised, Table, Unfit, Value
from grader.inside.wire import Cell, SourceFile
from grader.observing.vetting import Places, Vetting
from grader.observing.vocabulary import vocabulary
from grader.records import Died, Ending, Question, Row, Visibility
from tests.support import COURSE, ROOT
from tests.unit.records import VALUES, listed, one_file

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
VETTING = Vetting(EVERYWHERE, COURSE.phrasebook)


def at(argument: str, *path: int | str, part: Part | None = None) -> Place:
    """A place in an argument."""
    return Place(argument=argument, path=path, part=part)


def result(*path: int | str) -> Place:
    """A place in the result."""
    return Place(path=path)


def all_vetted(question: Question, *facts: tuple[str, Value]) -> dict[str, Value]:
    """An answer's facts after vetting."""
    observation = VETTING.vet(Answered(facts=facts), question, vocabulary(COURSE, question), Places.of([MINE]))
    assert isinstance(observation, Answered)
    return dict(observation.facts)


def vetted(name: str, fact: Value, question: Question = SHOWN, returned: Value = RETURNED) -> Value:
    """One fact after vetting, beside what was returned."""
    return all_vetted(question, ("returned", returned), (name, fact))[name]


@pytest.mark.parametrize("question", [SHOWN, HIDDEN], ids=["visible", "hidden"])
@pytest.mark.parametrize(
    ("name", "thing", "returned"),
    [
        ("changed", at("x", part="values"), None),
        ("changed", at("x", part="grad"), None),
        ("changed", at("x", part="requires_grad"), None),
        ("changed", at("many", 1, part="grad"), None),
        ("changed", at("many", part="list"), None),
        ("graph", result(), tensor(1.0)),
        ("graph", result(), NotRepresentable(reason=Unfit.SPARSE)),
        ("graph", result("abs"), BY_KEY),
        ("shared", listed(result(1), at("x", part="grad")), RETURNED),
        ("shared", listed(result(1), at("many", 0)), RETURNED),
        ("twins", listed(result(2), result(0)), RETURNED),
        ("shortcuts", "torch.autograd.functional.jacobian", None),
        ("shortcuts", "torch.func.jacrev", None),
    ],
)
def test_what_the_recorder_tells_is_passed_on(name: str, thing: Value, returned: Value, question: Question) -> None:
    """Every kind of thing that the recorder tells of this question's arguments and this result stays as it is."""
    assert vetted(name, listed(thing), question, returned) == listed(thing)


@pytest.mark.parametrize(
    "thing",
    [
        *("0.531", "x.grad", "", "jacrev", 5, 0.531, None, Table(entries=())),
        *(at("y", part="grad"), at("0.531", part="values"), at("x", "0.531", part="grad"), at("x"), at("x", 0)),
        *(at("many", 2, part="grad"), at("many", part="grad"), at("x", part="list"), at("fs", "abs", part="values")),
        *(result(), result("0.531"), result(12), result(123), result(0, 0), Place(path=(0,), part="grad")),
        *(listed(at("x", part="grad"), at("x", part="grad")), listed(result(1), at("y")), listed(result(1), "0.531")),
        *(listed(result(1)), listed(result(1), result(0), result(2)), listed(), listed(result(1), listed(result(0)))),
        listed(result(1), at("x", part="values")),
    ],
)
@pytest.mark.parametrize("name", ["changed", "graph", "shared", "twins", "shortcuts"])
def test_a_thing_of_a_submissions_own_is_not(name: str, thing: Value) -> None:
    """What does not exist here is not named: of it, that something was there is all that is told."""
    assert vetted(name, Items(kind="list", items=(thing,))) == listed(None)


@pytest.mark.parametrize(
    "thing", [result("0.531"), listed(result("0.531"), at("x")), listed(result("abs"), at("y"))], ids=str
)
def test_a_key_of_the_results_own_is_no_place_in_a_hidden_question(thing: Value) -> None:
    """A submission chooses its keys, and could choose them after the input."""
    assert vetted("graph", listed(thing), HIDDEN, BY_KEY) == listed(None)


def test_of_a_hidden_question_a_few_places_are_told() -> None:
    """Which of many tensors, and in which order, could be a message: two are told, of the first ten, in our order."""
    chosen = [result(index) for index in (11, 7, 3, 5)]
    assert vetted("graph", listed(*chosen), HIDDEN) == listed(result(3), result(5))
    assert vetted("graph", listed(result(11)), HIDDEN) == listed(None)
    assert vetted("graph", listed(*chosen)) == listed(result(11), result(3), result(5), result(7))


def test_what_is_told_is_in_an_order_of_ours() -> None:
    """Whatever kinds of things they are: places in the result and in arguments, pairs, names, and what is unknown."""
    things: tuple[Value, ...] = ("torch.func.jacrev", listed(result(1), at("x")), at("x", part="grad"), result(0))
    told = listed(result(0), at("x", part="grad"), listed(result(1), at("x")), "torch.func.jacrev", None)
    for order in itertools.permutations((*things, "0.531")):
        assert vetted("graph", listed(*order)) == told


def test_a_claim_may_forgive_one_place_of_the_two() -> None:
    """More places than are told are never needed to see that one is not forgiven."""
    forgiven = [one for check in COURSE.checks for one in _forgiven(check)]
    assert all(len(paths) <= 1 for paths in forgiven)
    assert any(forgiven)


def _forgiven(check: Check) -> list[tuple[tuple[int | str, ...], ...]]:
    """What a claim closes over: the places that it forgives."""
    cells = getattr(check.claim, "__closure__", None) or ()
    names = check.claim.__code__.co_freevars
    return [cell.cell_contents for name, cell in zip(names, cells, strict=True) if name == "may_have_graph"]


@pytest.mark.parametrize("question", [SHOWN, HIDDEN], ids=["visible", "hidden"])
def test_a_flood_of_things_is_a_few(question: Question) -> None:
    """The same one is told once, and their number is bounded."""
    many = vetted("changed", listed(*(["?"] * 490), *[result(0)] * 10, *(result(one) for one in range(500))), question)
    assert isinstance(many, Items)
    assert len(many.items) == len(set(many.items)) == (12 if question is SHOWN else 2)


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
    facts = all_vetted(HIDDEN, ("returned", large), ("changed", listed(at("x", part="grad"))), ("autograd_numbers", 1))
    assert any(reason in str(facts["returned"]) for reason in (Unfit.LARGE_TENSOR, Unfit.LONG_TEXT, Unfit.MANY_ENTRIES))
    assert (facts["changed"], facts["autograd_numbers"]) == (listed(at("x", part="grad")), 1)
    assert len(msgspec.msgpack.encode(tuple(facts.items()))) <= room_for(HIDDEN.inputs, HIDDEN.calls) + 200


@given(st.dictionaries(st.sampled_from(sorted(vocabulary(COURSE, HIDDEN).facts)), VALUES))
def test_what_is_kept_can_be_read_back(facts: dict[str, Value]) -> None:
    """Whatever a worker sends, what is left of it is within every limit of a record, also with what is added to it."""
    observation = Answered(facts=(*all_vetted(HIDDEN, *facts.items()).items(), ("mentions", listed("jacobian"))))
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


@pytest.mark.parametrize("count", ["0.531", 0.531, None, listed("0.531")])
def test_what_is_no_count_is_not_told(count: Value) -> None:
    """A rationale says how often a function was called, so nothing else may stand there."""
    assert vetted("calls", Table(entries=(("f", count),))) == Table(entries=())


@pytest.mark.parametrize("name", ["changed", "calls", "autograd_numbers"])
def test_a_fact_of_another_kind_is_left_to_the_check(name: str) -> None:
    """Vetting changes words and numbers only; that a fact is no fact is a judgement."""
    assert vetted(name, "nonsense") == "nonsense"


def test_returned_values_stay() -> None:
    """What was returned is compared, not quoted."""
    assert vetted("returned", listed("0.531")) == listed("0.531")


def placed(question: Question, file: str, line: int, own: SourceFile = MINE) -> tuple[str | None, int | None]:
    """The place of an exception after vetting."""
    raised = Raised(exception="KeyError", message="m", file=file, line=line)
    vetting = Vetting(Places.of([own, OTHER]), COURSE.phrasebook)
    vetted = vetting.vet(raised, question, vocabulary(COURSE, question), Places.of([own]))
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
    died = Died(how=Ending.SIGNAL, signal="SIGKILL")
    assert VETTING.vet(died, SHOWN, vocabulary(COURSE, SHOWN), EVERYWHERE) == died


# ---------------------------------------------------------------- exceptions

FREED = Raised(exception="RuntimeError", message="Trying to backward through the graph a second time (0.531)")


@pytest.mark.parametrize("question", [SHOWN, HIDDEN], ids=["visible", "hidden"])
def test_an_exception_has_the_phrasebooks_entry(question: Question) -> None:
    """It is looked up by type and text, whatever the worker said of it, and also where a fact is an exception."""
    known = vocabulary(COURSE, question)
    for sent, phrase in ((FREED, "graph_freed"), (replace(FREED, message="another"), "")):
        told = replace(sent, phrase=phrase)
        for claimed in ("", "graph_freed", "0.531"):
            raised = replace(sent, phrase=claimed)
            assert VETTING.vet(raised, question, known, EVERYWHERE) == told
            assert vetted("returned", raised, question, raised) == told


def test_a_message_is_short() -> None:
    """However long the worker's was."""
    long = replace(FREED, message="\u2764" * 2000)
    for seen in (VETTING.vet(long, SHOWN, vocabulary(COURSE, SHOWN), EVERYWHERE), vetted("returned", long)):
        assert isinstance(seen, Raised)
        assert len(seen.message.encode()) <= 600


def test_a_fact_that_is_an_exception_has_no_place() -> None:
    """Where it was raised is told of the call alone."""
    assert vetted("returned", replace(FREED, file="mine.py", line=1)) == replace(FREED, phrase="graph_freed")


# ---------------------------------------------------------------- two calls


def test_a_second_call_can_speak_of_no_more_than_the_first() -> None:
    """Facts that no probe records, places that there are not, and large numbers are not passed on there either."""
    second = Table(
        entries=(
            ("returned", RETURNED),
            ("graph", listed(result(1), result("0.531"))),
            ("mentions", listed("0.531")),
            ("autograd_numbers", 123456789),
            ("calls", Table(entries=(("f", 2), ("secret 0.531", 1)))),
            ("kept", True),
        )
    )
    again = vetted("again", second)
    assert isinstance(again, Table)
    assert dict(again.entries) == {
        "returned": RETURNED,
        "graph": listed(result(1), None),
        "autograd_numbers": 99,
        "calls": Table(entries=(("f", 2),)),
        "kept": True,
    }
    assert vetted("again", FREED) == replace(FREED, phrase="graph_freed")


def test_a_hidden_question_has_no_second_call() -> None:
    """It is asked once; what is sent as an answer to another call could be a message."""
    assert "again" not in all_vetted(HIDDEN, ("returned", 1), ("again", Table(entries=(("changed", listed("0.531")),))))


# ---------------------------------------------------------------- other subjects


NONLEAF = "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad ..."
COPIED = "To copy construct from a tensor, it is recommended to use ..."


@pytest.mark.parametrize("question", [SHOWN, HIDDEN], ids=["visible", "hidden"])
def test_of_warnings_only_what_they_explain_is_told(question: Question) -> None:
    """By the phrasebook's entry: the text itself could be anything, and so could a warning of a submission's own."""
    told = all_vetted(question, ("returned", None), ("warned", listed(NONLEAF, "0.531", 7, COPIED, NONLEAF)))["warned"]
    assert isinstance(told, Table)
    assert dict(told.entries)["None"] == "nonleaf_grad"
    known = {phrase.id: phrase.explains for phrase in COURSE.phrasebook.phrase}
    assert all(isinstance(phrase, str) and what in known[phrase] for what, phrase in told.entries)
    assert all_vetted(question, ("warned", listed("anything")))["warned"] == Table(entries=())
    for odd in ("anything", Table(entries=(("None", "anything"),))):
        assert all_vetted(question, ("warned", odd))["warned"] == Table(entries=())


@pytest.mark.parametrize(
    ("message", "warned"),
    [
        ("'NoneType' object has no attribute 'zero_'", ("nonleaf_grad",)),
        ("element 0 of tensors does not require grad and does not have a grad_fn", ("copied_tensor",)),
        ("something else", ()),
    ],
)
def test_a_warning_before_an_exception_is_told_where_it_explains_it(message: str, warned: tuple[str, ...]) -> None:
    """And nowhere else."""
    raised = Raised(
        exception="AttributeError" if "NoneType" in message else "RuntimeError",
        message=message,
        warned=(NONLEAF, COPIED, "0.531"),
    )
    found = VETTING.vet(raised, HIDDEN, vocabulary(COURSE, HIDDEN), Places.of([MINE]))
    assert isinstance(found, Raised)
    assert found.warned == warned


def test_a_course_about_python_has_the_standard_facts() -> None:
    """Its questions can speak of what Python's recorder records, and of no library's functions."""
    course = Course.open(ROOT / "tests" / "courses" / "texts")
    question = Question(exercise="count_words", inputs=(("words", Items(kind="list", items=("a", "b"))),))
    known = vocabulary(course, question)
    assert known.facts == {"returned", "changed", "calls", "kept", "warned"}
    assert vocabulary(course, replace(question, visibility=Visibility.VISIBLE)).facts == {*known.facts, "again"}
    assert known.listed == {"changed"}
    assert known.changeable == {at("words", part="values")}
    assert (known.names, known.functions, known.keys) == (frozenset(), (), frozenset())
