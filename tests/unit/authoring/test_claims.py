"""How a check file says what it asks and what it claims."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from grader.authoring import Case, Draw, Facts, asks, hidden, tensor, visible
from grader.errors import ExerciseError
from grader.inside.functions import Family
from grader.inside.said import say
from grader.inside.values import FunctionSpec, Items, Table
from grader.records import Visibility
from tests.unit.records import case_set, check_of

SEED = "1"
FAMILIES = {"line": Family(evaluate=lambda x, c: c[0] * x + c[1], formula="{0} * x + {1}", arity=2)}
X = tensor([1.0, 2.0])


def a_number(draw: Draw) -> Case:
    """A hidden case with a number."""
    return hidden(x=draw.number())


def a_vector(draw: Draw) -> Case:
    """A hidden case with a vector."""
    return hidden(x=draw.vector(3))


def holds(actual: Facts, expected: Facts) -> None:
    """It holds, whatever the answer is."""


def test_questions_follow_from_the_seed() -> None:
    """The same seed asks the same, another one asks something else; visible ones stay."""
    givens: tuple[Callable[[Draw], Case], ...] = (lambda _: visible(x=0), a_number, a_number)
    one, again, other = (case_set(*givens).questions(seed, FAMILIES) for seed in ("1", "1", "2"))
    assert one == again
    assert one[0] == other[0]
    assert set(one[1:]).isdisjoint(other[1:])


def test_a_case_moves_no_other() -> None:
    """However much one case draws, and whatever follows, a case's numbers stay."""
    little = case_set(a_number, a_vector).questions(SEED, FAMILIES)
    much = case_set(lambda draw: hidden(x=draw.vector(50)), a_vector, a_number).questions(SEED, FAMILIES)
    assert little[1] == much[1]


def test_cases_draw_numbers_of_their_own() -> None:
    """Two cases alike ask different things, and so do two case sets of an exercise and two exercises."""

    @asks("make_leaf")
    def cases(draw: Draw):  # type: ignore[no-untyped-def]  # as an author writes it
        yield a_number(draw)

    sets = (case_set(a_number, a_number), case_set(a_number, name="others"), cases)
    drawn = [question.inputs for one in sets for question in one.questions(SEED, FAMILIES)]
    assert len(set(drawn)) == 4


def test_a_question_is_its_case() -> None:
    """It has the exercise, the inputs in their order, and may be shown where the case may."""
    shown, kept = case_set(lambda _: visible(b=1, a=X), lambda _: hidden(x=None)).questions(SEED, FAMILIES)
    assert (shown.exercise, shown.inputs, shown.visibility) == ("gradient", (("b", 1), ("a", X)), Visibility.VISIBLE)
    assert kept.visibility is Visibility.HIDDEN


def test_containers_may_be_given_as_they_are() -> None:
    """Tuples, lists and dictionaries of values become values, at any depth."""
    [question] = case_set(lambda _: hidden(t=(1, [X]), d={"a": (2.0,)})).questions(SEED, FAMILIES)
    inputs = dict(question.inputs)
    assert inputs["t"] == Items(kind="tuple", items=(1, Items(kind="list", items=(X,))))
    assert inputs["d"] == Table(entries=(("a", Items(kind="tuple", items=(2.0,))),))


def test_a_function_is_written_where_it_is_asked() -> None:
    """With its coefficients, at any depth, so that whoever shows a question needs no family."""
    given = FunctionSpec(name="line", coefficients=(2.0, -1.0))
    [question] = case_set(lambda _: hidden(f=given, d={"a": (given,)})).questions(SEED, FAMILIES)
    inputs = dict(question.inputs)
    assert inputs["f"] == FunctionSpec(name="line", coefficients=(2.0, -1.0), text="lambda x: 2 * x + -1")
    assert inputs["d"] == Table(entries=(("a", Items(kind="tuple", items=(inputs["f"],))),))


def test_functions_are_made_for_things_like_an_argument() -> None:
    """All of them, also in a container, and where they change."""
    given = FunctionSpec(name="line", coefficients=(2.0, -1.0))

    cases = asks("gradient", functions_like="x")(lambda _: iter([hidden(f=given, d={"a": given}, x=1.0)]))
    for one in (cases, cases.with_changing_functions(1)):
        [question] = one.questions(SEED, FAMILIES)
        (_, f), (_, d), _ = question.inputs
        assert isinstance(f, FunctionSpec)
        assert f.like == "x"
        assert d == Table(entries=(("a", replace(f, changes=False, text="lambda x: 2 * x + -1")),))


def test_changing_functions_are_asked_of_the_first_cases() -> None:
    """Only the functions change, and they are written so that a reader sees it."""
    givens = [lambda _, n=n: hidden(f=FunctionSpec(name="line", coefficients=(1.0, n)), n=n) for n in range(3)]
    cases = case_set(*givens)
    asked, changing = (one.questions(SEED, FAMILIES) for one in (cases, cases.with_changing_functions(2)))
    assert [dict(one.inputs)["n"] for one in changing] == [dict(one.inputs)["n"] for one in asked[:2]] == [0, 1]
    for one, other in zip(asked, changing, strict=False):
        steady, odd = dict(one.inputs)["f"], dict(other.inputs)["f"]
        assert isinstance(steady, FunctionSpec)
        assert isinstance(odd, FunctionSpec)
        assert (steady.changes, odd.changes, steady.coefficients) == (False, True, odd.coefficients)
        assert steady.text != odd.text


def test_a_check_is_what_was_written() -> None:
    """Its name is the function's, its title the docstring in one line; checks keep the order of the file."""
    cases = case_set()
    assert cases.check(points=3, witnessed=True)(holds) is holds
    cases.add("second", say("title.own_memory"), holds, points=1, witnessed=False)
    first, second = cases.checks
    assert (first.id, first.title) == ("gradient.holds", say("text", text="It holds, whatever the answer is."))
    assert (first.points, first.witnessed, first.claim, first.cases) == (3, True, holds, cases)
    assert (second.id, second.title, second.witnessed) == ("gradient.second", say("title.own_memory"), False)


def test_a_check_belongs_to_its_exercise() -> None:
    """Its id is the exercise's and its own name."""
    assert check_of(case_set(), "mine").id == "gradient.mine"


def test_a_check_needs_a_title() -> None:
    """A docstring is the line that the student reads."""

    def silent(actual: Facts, expected: Facts) -> None: ...

    with pytest.raises(ExerciseError, match=r"gradient\.silent has no docstring"):
        case_set().check(points=1)(silent)
