"""How a wrong answer is explained where no misconception is recognised, and where one is."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from grader.authoring import Case, Draw, Facts, asks, close, hidden, stands_alone, tensor, visible
from grader.authoring.compare import question_on
from grader.inside.answers import Answered
from grader.inside.values import Items, Place, Raised, Table, TensorValue, Value
from grader.judging.explanation import Explanation, Only, Warned, explanation, told
from grader.judging.judgement import judge
from grader.judging.relations import Related, Relation
from grader.judging.slips import sure_slip
from grader.observing.traits import Slip, Trait
from grader.records import Question, Row, TimedOut, Verdict
from tests.support import COURSE

OLD = tensor([1.0, 2.0])
NOT_CALLED = Trait(slip=Slip.NOT_CALLED, line=2, name="backward")
NO_RETURN = Trait(slip=Slip.NO_RETURN)
GRAD = Place(argument="x", part="grad")
PAIR = Items(kind="tuple", items=(OLD, None))
IGNORED = Trait(slip=Slip.IGNORED, name="x")


@asks("gradient")
def cases(draw: Draw) -> Iterator[Case]:
    """One visible question, two hidden ones."""
    yield visible(x=tensor([1.0, 2.0]))
    yield hidden(x=tensor([3.0, -1.0]))
    yield hidden(x=tensor([0.5, 4.0], requires_grad=True))


@cases.check(points=1)
def is_twice_x(actual: Facts, expected: Facts) -> None:
    """It is twice x."""
    close(actual.returned, expected.returned)


CHECK = cases.checks[0]
QUESTIONS = cases.questions("1", COURSE.probes.families)


def twice(question: Question, factor: float = 2, plus: float = 0) -> TensorValue:
    """A multiple of x."""
    ((_, x),) = question.inputs
    assert isinstance(x, TensorValue)
    return tensor([one * factor + plus for one in x.elements()])


def know(question: Question) -> dict[str, Value]:
    """What is right."""
    return {"returned": twice(question)}


def explained(
    *returned: Value, traits: tuple[Trait, ...] = (), warned: tuple[tuple[str, Value], ...] = ()
) -> Explanation | None:
    """The explanation of these answers to the three questions, each with what warnings explain."""
    rows = {
        question: Row(observation=Answered(facts=(("returned", one), ("warned", Table(entries=warned)))))
        for question, one in zip(QUESTIONS, returned, strict=True)
    }
    judgement = judge(CHECK, QUESTIONS, rows, know)
    return explanation(judgement, traits, QUESTIONS, rows, know)


def test_a_relation_explains_a_wrong_answer() -> None:
    """Over all questions, where a hidden one decides; a slip comes before what is true of the wrong ones alone."""
    answers = [twice(question, -2) for question in QUESTIONS]
    assert explained(*answers) == Related(Relation.NEGATED)
    assert explained(*answers, traits=(IGNORED,)) == Related(Relation.NEGATED)
    assert explained(twice(QUESTIONS[0]), *answers[1:]) == Related(Relation.NEGATED)
    assert explained(twice(QUESTIONS[0]), *answers[1:], traits=(IGNORED,)) == IGNORED


def test_what_a_visible_question_shows_is_explained_by_visible_ones() -> None:
    """A handout has no others, and says the same: a hidden answer does not speak against it."""
    first, second, third = QUESTIONS
    assert explained(twice(first, -2), twice(second), twice(third, 3)) == Related(Relation.NEGATED)


def test_what_one_visible_question_may_show_by_chance_has_to_hold_in_all() -> None:
    """All ones, say: with hidden questions that are wrong in another way, something else is behind them."""
    ones = tensor([1.0, 1.0])
    assert explained(ones, ones, ones) == Related(Relation.ONES)
    assert explained(ones, *(twice(question, -2) for question in QUESTIONS[1:])) is None


def test_hidden_questions_explain_where_visible_ones_are_not_enough() -> None:
    """Of one call nobody can say that the answer is the same for every call."""
    assert explained(*[tensor([9.0, 9.5])] * 3) == Related(Relation.CONSTANT)


def test_an_answer_may_be_right_for_another_argument() -> None:
    """Or be a value on the way to the right one."""

    def know(question: Question) -> dict[str, Value]:
        return {"returned": twice(question, 2, plus=5), "around": Table(entries=(("2 * x", twice(question)),))}

    def found(*returned: Value) -> Explanation | None:
        rows = {
            question: Row(observation=Answered(facts=(("returned", one),)))
            for question, one in zip(QUESTIONS, returned, strict=True)
        }
        return explanation(judge(CHECK, QUESTIONS, rows, know), (), QUESTIONS, rows, know)

    x = Place(argument="x")
    assert found(*(twice(one, -2, plus=5) for one in QUESTIONS)) == Related(Relation.ELSEWHERE, thing=x, word="-x")
    assert found(*map(twice, QUESTIONS)) == Related(Relation.INSTEAD, word="2 * x")


ASIDE = Trait(slip=Slip.ASIDE, line=3, name="x")


def error_explained(
    phrase: str,
    *returned: Value | TimedOut | None,
    traits: tuple[Trait, ...] = (),
    exception: str = "RuntimeError",
) -> Explanation | None:
    """The explanation where some calls raise an error, those that return None here; some may not end."""
    raised = Raised(exception=exception, message="no", file="a.py", line=1, phrase=phrase)
    cases = asks("gradient")(lambda _: iter([hidden(x=x) for x in XS]))
    cases.check(points=1)(is_twice_x)
    questions = cases.questions("1", COURSE.probes.families)
    rows = {
        question: Row(
            observation=raised
            if one is None
            else one
            if isinstance(one, TimedOut)
            else Answered(facts=(("returned", one),))
        )
        for question, one in zip(questions, returned, strict=True)
    }
    judgement = judge(cases.checks[0], questions, rows, know)
    assert judgement.outcome.verdict is Verdict.ERRORED
    return explanation(judgement, traits, questions, rows, know)


XS = (tensor([]), tensor([1.0, 2.0]), tensor([0.5, 4.0]))
EMPTY = Related(Relation.WHERE_EMPTY, thing=Place(argument="x"))


def test_for_which_arguments_an_error_comes_is_told() -> None:
    """Where all other calls are right.

    The question on an error that is known stays, but where the sum of nothing, say, is a thing of another kind.
    """
    right = [tensor([2.0, 4.0]), tensor([1.0, 8.0])]
    found = error_explained("", None, *right)
    assert isinstance(found, Only)
    assert (found.rationale, found.question) == (EMPTY.rationale, EMPTY.question)
    known = error_explained("nothing_to_stack", None, *right)
    assert isinstance(known, Only)
    assert (known.rationale, known.question) == (EMPTY.rationale, question_on("nothing_to_stack"))
    other = error_explained("nothing_to_stack", None, *right, exception="TypeError")
    assert isinstance(other, Only)
    assert (other.rationale, other.question) == (EMPTY.rationale, EMPTY.question)
    assert error_explained("", None, right[0], right[0]) is None
    assert error_explained("", None, None, None) is None
    assert error_explained("", None, right[0], TimedOut(limit="cpu", seconds=5.0)) is None


REMADE = Trait(slip=Slip.REMADE, line=3)
GIVES_NOTHING = Trait(slip=Slip.GIVES_NOTHING, line=2, name="backward", used=(1,))


@pytest.mark.parametrize(
    ("phrase", "behind"),
    [
        ("nothing_requires_grad", ASIDE),
        ("nothing_requires_grad", REMADE),
        ("unused_input", REMADE),
        ("none_attribute", GIVES_NOTHING),
    ],
)
def test_what_is_missing_is_explained_by_the_line_behind_it(phrase: str, behind: Trait) -> None:
    """And no other error is, nor a wrong number."""
    assert error_explained(phrase, None, None, None, traits=(behind,)) == behind
    assert error_explained("nothing_to_stack", None, None, None, traits=(behind,)) is None
    assert explained(*[tensor([9.0, 9.5]), tensor([9.0, 8.5]), tensor([7.0, 9.5])], traits=(behind,)) is None


def test_nothing_that_is_kept_explains_only_an_error_where_it_is_used() -> None:
    """In another line, something else is None."""
    elsewhere = replace(GIVES_NOTHING, used=(3, 4))
    assert error_explained("none_attribute", None, None, None, traits=(elsewhere,)) is None


def test_a_second_name_for_a_gradient_is_why_nothing_is_left() -> None:
    """What was to be taken away has become what it is taken away from. Of other numbers it is no explanation."""
    alias = Trait(slip=Slip.ALIAS, line=2, name="old")
    assert explained(*[tensor([0.0, 0.0])] * 3, traits=(alias,)) == alias
    assert explained(*(twice(question, -2) for question in QUESTIONS), traits=(alias,)) == Related(Relation.NEGATED)


def test_an_argument_that_is_never_read_is_why_it_is_wrong_for_some() -> None:
    """That the function ignores it says more than for which of its values the answer is wrong."""
    n = Place(argument="n")
    cases = asks("gradient")(lambda _: iter([hidden(n=n, x=x) for n in ("a", "b") for x in (1.0, 3.0)]))

    @cases.check(points=1)
    def is_so(actual: Facts, expected: Facts) -> None:
        """It is so."""
        close(actual.returned, expected.returned)

    questions = cases.questions("1", COURSE.probes.families)
    returned = map(tensor, ([2.0, 2.5], [3.0, 2.5], [9.0, 7.5], [1.0, 8.5]))
    right = dict(zip(questions, map(tensor, ([2.0, 2.5], [3.0, 2.5], [5.0, 6.0], [7.0, 2.0])), strict=True))
    rows = {
        question: Row(observation=Answered(facts=(("returned", one),)))
        for question, one in zip(questions, returned, strict=True)
    }
    judgement = judge(cases.checks[0], questions, rows, lambda one: {"returned": right[one]})

    def found(*traits: Trait) -> Explanation | None:
        return explanation(judgement, traits, questions, rows, lambda one: {"returned": right[one]})

    where = Related(Relation.WHERE_IS, thing=n, word="'b'")
    assert found() == where
    assert found(IGNORED) == where
    assert found(replace(IGNORED, name="n")) == replace(IGNORED, name="n")


def test_other_facts_than_the_result_have_few_relations() -> None:
    """What a probe has written there was computed by nobody; an old gradient may still be there."""

    def found(actual: Value, right: Value, x: TensorValue) -> Explanation | None:
        cases = asks("gradient")(lambda _: iter([visible(x=x)]))

        @cases.check(points=1)
        def is_so(actual: Facts, expected: Facts) -> None:
            """It is so."""
            close(actual.grads, expected.grads)

        questions = cases.questions("1", COURSE.probes.families)
        rows = {question: Row(observation=Answered(facts=(("grads", actual),))) for question in questions}
        judgement = judge(cases.checks[0], questions, rows, lambda _: {"grads": right})
        return explanation(judgement, (), questions, rows, lambda _: {"grads": right})

    held = tensor([5.0, 7.0], requires_grad=True, grad=OLD)
    assert found(tensor([3.0, 8.0]), None, held) is None  # that nothing is to be returned is said of the result alone
    assert found(tensor([0.0, 0.0]), OLD, held) is None
    assert found(tensor([0.0, 0.0]), None, held) == Related(Relation.ZEROS_FOR_NONE)
    kept = found(OLD, tensor([0.0, 0.0]), held)
    assert kept == Related(Relation.KEPT_GRADIENT, thing=GRAD)


def test_a_right_answer_is_not_explained() -> None:
    """Whatever its source shows."""
    assert explained(*map(twice, QUESTIONS), traits=(NOT_CALLED, IGNORED)) is None


def test_a_sure_slip_comes_first_and_a_weak_one_last() -> None:
    """An uncalled method explains more than what came of it; an unread argument only what nothing else does."""
    negated = [twice(question, -2) for question in QUESTIONS]
    assert explained(*negated, traits=(NOT_CALLED, IGNORED)) == NOT_CALLED
    assert explained(*negated, traits=(IGNORED,)) == Related(Relation.NEGATED)
    odd = [twice(question, 2, plus=number + 0.3) for number, question in enumerate(QUESTIONS)]
    assert explained(*odd, traits=(IGNORED,)) == IGNORED
    assert explained(*odd) is None


def test_a_missing_return_explains_none() -> None:
    """And nothing but None."""
    assert explained(None, None, None, traits=(NO_RETURN,)) == NO_RETURN
    assert explained(*map(tensor, ([9.0, 9.5], [1.0, 7.0], [6.0, 0.5])), traits=(NO_RETURN,)) is None


def test_a_warning_explains_what_it_is_for() -> None:
    """None, or a wrong shape; it is told before a relation, and behind a sure slip."""
    warned = (("None", "nonleaf_grad"), ("shape", "transposed_vector"))
    assert explained(None, None, None, warned=warned) == Warned("nonleaf_grad")
    assert explained(None, None, None, warned=warned, traits=(NO_RETURN,)) == NO_RETURN
    flat = [tensor(list(twice(question).elements()), shape=(2, 1)) for question in QUESTIONS]
    assert explained(*flat, warned=warned) == Warned("transposed_vector")
    assert explained(*(twice(question, -2) for question in QUESTIONS), warned=warned) == Related(Relation.NEGATED)
    assert explained(None, None, None, warned=warned[1:]) is None


def test_a_graph_that_was_asked_for_explains_a_graph() -> None:
    """And no number."""
    cases = asks("gradient")(lambda _: iter([visible(x=tensor([1.0, 2.0]))]))
    stands_alone(cases, points=1)
    [check] = cases.checks
    questions = check.cases.questions("1", COURSE.probes.families)
    facts = (("graph", Items(kind="tuple", items=(Place(),))),)
    rows = {question: Row(observation=Answered(facts=facts)) for question in questions}
    assert explanation(judge(check, questions, rows, know), (IGNORED,), questions, rows, know) is None
    creates = Trait(slip=Slip.CREATES_GRAPH, line=4)
    assert sure_slip(judge(check, questions, rows, know), (creates,)) == creates
    assert explained(*(twice(question, -2) for question in QUESTIONS), traits=(creates,)) == Related(Relation.NEGATED)


def test_a_gradient_that_is_not_there_is_told_of_where_nothing_else_is() -> None:
    """Behind a warning, and only where None came back."""
    read = Trait(slip=Slip.GRAD_READ, line=4, name="leaf")
    assert explained(None, None, None, traits=(read, IGNORED)) == read
    assert explained(None, None, None, traits=(IGNORED,)) == IGNORED
    assert explained(None, None, None, traits=(read,), warned=(("None", "nonleaf_grad"),)) == Warned("nonleaf_grad")
    assert explained(tensor([9.0, 9.5]), OLD, OLD, traits=(read,)) is None
    assert explained(None, None, None, traits=(replace(read, entry=0),)) is None
    rows = {question: Row(observation=Answered(facts=(("returned", PAIR),))) for question in QUESTIONS}

    def both(question: Question) -> dict[str, Value]:
        return {"returned": replace(PAIR, items=(OLD, twice(question)))}

    judgement = judge(CHECK, QUESTIONS, rows, both)
    second = replace(read, entry=1)
    assert explanation(judgement, (read, replace(read, entry=0), second), QUESTIONS, rows, both) == second


@pytest.mark.parametrize("known", [Trait(slip=Slip.READ_EARLY, line=2, name="g"), Trait(slip=Slip.EMPTIED, line=2)])
def test_a_gradient_that_is_not_there_explains_none_in_a_part(known: Trait) -> None:
    """And a missing return does not."""
    rows = {question: Row(observation=Answered(facts=(("returned", PAIR),))) for question in QUESTIONS}
    judgement = judge(CHECK, QUESTIONS, rows, lambda _: {"returned": replace(PAIR, items=(OLD, OLD))})
    assert sure_slip(judgement, (NO_RETURN, known)) == known
    assert explained(tensor([9.0, 9.5]), OLD, OLD, traits=(known,)) is None


def test_an_explanation_is_told_behind_the_difference() -> None:
    """With the question that belongs to it."""
    rows = {question: Row(observation=Answered(facts=(("returned", None),))) for question in QUESTIONS}
    judgement = judge(CHECK, QUESTIONS, rows, know)
    outcome = told(judgement, NO_RETURN).outcome
    assert outcome.rationale == (*judgement.outcome.rationale, *NO_RETURN.rationale)
    assert outcome.hint == NO_RETURN.question
    assert outcome.verdict is Verdict.FAILED


def test_only_a_sure_slip_is_more_than_a_misconception() -> None:
    """What looks like one, and comes from a slip, is asked about the slip."""
    rows = {question: Row(observation=Answered(facts=(("returned", twice(question, 3)),))) for question in QUESTIONS}
    judgement = judge(CHECK, QUESTIONS, rows, know)
    assert sure_slip(judgement, (IGNORED, NOT_CALLED)) == NOT_CALLED
    caught = Trait(slip=Slip.CAUGHT, line=5)
    assert sure_slip(judgement, (IGNORED, caught)) == caught
    assert sure_slip(judgement, (IGNORED, NO_RETURN)) is None
