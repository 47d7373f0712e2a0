"""Judging a check over stored observations, and scoring what came out."""

from collections.abc import Callable, Mapping

import pytest

from grader.authoring import Case, Check, Draw, Facts, asks, close, fail, hidden, judge, visible
from grader.authoring.claims import CaseSet
from grader.errors import ExerciseError
from grader.model import (
    Absent,
    Answered,
    Died,
    NotStarted,
    Observation,
    Outcome,
    OutOfMemory,
    Question,
    Raised,
    Row,
    TimedOut,
    Undefined,
    Value,
    Verdict,
    Visibility,
)
from grader.scoring import exercise_verdict, points_of

SEED = "1"
RIGHT = Answered(facts=(("returned", 1),))
WRONG = Answered(facts=(("returned", 2),))


@asks("gradient")
def cases(draw: Draw):  # type: ignore[no-untyped-def]  # as an author writes it
    """A visible case and two hidden ones."""
    yield visible(x=0)
    yield hidden(x=draw.number())
    yield hidden(x=draw.number())


@cases.check(points=3)
def is_one(actual: Facts, expected: Facts) -> None:
    """The result is one."""
    close(actual.returned, expected.returned)


[CHECK] = cases.checks
VISIBLE, HIDDEN, LAST = cases.questions(SEED)


def know(question: Question) -> Mapping[str, Value]:
    """It is always one."""
    return {"returned": 1}


def outcome(*observations: Observation, check: Check = CHECK) -> Outcome:
    """The judgement over an observation for each question; the last one counts for the rest."""
    padded = [*observations, *[observations[-1]] * 3]
    rows = {question: Row(observation=one) for question, one in zip(cases.questions(SEED), padded, strict=False)}
    return judge(check, SEED, rows, know).outcome


def test_all_right_is_passed() -> None:
    """A check passes where every question was answered right; some of them were hidden."""
    assert outcome(RIGHT) == Outcome(verdict=Verdict.PASSED, visibility=Visibility.HIDDEN)


def test_the_first_wrong_answer_decides() -> None:
    """A visible question that went wrong decides before a hidden one, and has evidence."""
    judged = outcome(WRONG, Died(reason="ended"))
    assert (judged.verdict, judged.visibility) == (Verdict.FAILED, Visibility.VISIBLE)
    assert judged.evidence is not None
    assert (judged.evidence.call, judged.evidence.actual, judged.evidence.expected) == ("gradient(x=0)", "2", "1")


def test_a_hidden_question_may_decide() -> None:
    """One wrong answer to a hidden question is enough."""
    judged = outcome(RIGHT, RIGHT, WRONG)
    assert (judged.verdict, judged.visibility) == (Verdict.FAILED, Visibility.HIDDEN)


@pytest.mark.parametrize(
    ("observation", "verdict", "said"),
    [
        (Raised(exception="ValueError", message="secret", file="a.py", line=3), Verdict.ERRORED, "in a.py, line 3"),
        (Raised(exception="TypeError", message="f() takes 1 argument"), Verdict.ERRORED, "keep the stub's parameters"),
        (Raised(exception="TypeError", message="f() of something"), Verdict.ERRORED, "It raised TypeError."),
        (NotStarted(), Verdict.NOT_STARTED, "NotImplementedError"),
        (Absent(), Verdict.NOT_STARTED, "Nothing of this chapter"),
        (Undefined(reason="There is none."), Verdict.ERRORED, "There is none."),
        (OutOfMemory(), Verdict.CRASHED, "memory"),
        (Died(reason="was ended by SIGSEGV"), Verdict.CRASHED, "the process was ended by SIGSEGV"),
        (TimedOut(limit="cpu", seconds=5), Verdict.TIMED_OUT, "within 5 s of computing"),
        (TimedOut(limit="wall", seconds=20), Verdict.TIMED_OUT, "waiting, not computing"),
        (TimedOut(limit="exercise", seconds=5), Verdict.TIMED_OUT, "had run out of time before"),
        (TimedOut(limit="submission", seconds=5), Verdict.TIMED_OUT, "the submission's time"),
        (Answered(facts=()), Verdict.CRASHED, "not complete"),
    ],
)
def test_every_observation_has_its_verdict(observation: Observation, verdict: Verdict, said: str) -> None:
    """What happened is told apart in verdict and words; an exception's text is evidence, never rationale."""
    judged = outcome(observation)
    assert judged.verdict is verdict
    assert said in judged.rationale
    assert "secret" not in judged.rationale


def test_torchs_errors_are_explained() -> None:
    """An exception that the phrasebook knows comes with plain words."""
    raised = Raised(exception="RuntimeError", message="Trying to backward through the graph a second time")
    assert "frees" in outcome(raised).rationale


def test_an_authors_exception_is_not_swallowed() -> None:
    """What a check or the oracle raises is the caller's to report."""

    def broken(actual: Facts, expected: Facts) -> None:
        close(actual.returned, expected.unknown_fact)

    check = Check(name="b", title="B.", points=1, witnessed=False, judge=broken, cases=cases)
    with pytest.raises(Exception, match="unknown_fact"):
        outcome(RIGHT, check=check)


def test_a_judgement_knows_what_it_read() -> None:
    """The facts that a check reads are noted, over all of its questions."""

    def reads(actual: Facts, expected: Facts) -> None:
        if actual.returned == 1:
            fail(str(actual.other))

    check = Check(name="r", title="R.", points=1, witnessed=True, judge=reads, cases=cases)
    facts = Answered(facts=(("returned", 1), ("other", "x"), ("unread", 1)))
    rows = {question: Row(observation=facts) for question in cases.questions(SEED)}
    assert judge(check, SEED, rows, know).reads == {"returned", "other"}


# ---------------------------------------------------------------- questions


def case_set(*givens: Callable[[Draw], Case]) -> CaseSet:
    """A case set of these cases."""

    @asks("gradient")
    def some(draw: Draw):  # type: ignore[no-untyped-def]  # as an author writes it
        for given in givens:
            yield given(draw)

    return some


def test_questions_follow_from_the_seed() -> None:
    """The same seed asks the same, another one asks something else; visible ones stay."""
    one, other = cases.questions("1"), cases.questions("2")
    assert case_set(lambda draw: hidden(x=draw.number())).questions("1") == case_set(
        lambda draw: hidden(x=draw.number())
    ).questions("1")
    assert one[0] == other[0]
    assert set(one[1:]).isdisjoint(other[1:])


def test_a_case_moves_no_other() -> None:
    """However much one case draws, the next one's numbers stay."""
    little = case_set(lambda draw: hidden(x=draw.number()), lambda draw: hidden(x=draw.vector(3)))
    much = case_set(lambda draw: hidden(x=draw.vector(50)), lambda draw: hidden(x=draw.vector(3)))
    assert little.questions(SEED)[1] == much.questions(SEED)[1]


def test_a_check_needs_a_title() -> None:
    """A docstring is the line that the student reads."""

    def silent(actual: Facts, expected: Facts) -> None: ...

    with pytest.raises(ExerciseError, match="has no docstring"):
        case_set().check(points=1)(silent)


# ---------------------------------------------------------------- points

PASSED, FAILED, UNGRADED = Verdict.PASSED, Verdict.FAILED, Verdict.UNGRADED


def a_check(name: str, *, witnessed: bool) -> Check:
    """A check of two points."""
    return Check(name=name, title="T.", points=2, witnessed=witnessed, judge=lambda _, __: None, cases=cases)


@pytest.mark.parametrize(
    ("computed", "witnessed", "points"),
    [
        (PASSED, PASSED, (2, 2)),
        (PASSED, FAILED, (2, 0)),
        (FAILED, PASSED, (0, 0)),
        (UNGRADED, PASSED, (None, None)),
        (PASSED, UNGRADED, (2, None)),
        (Verdict.NOT_STARTED, PASSED, (0, 0)),
    ],
)
def test_side_effects_pay_only_for_right_numbers(
    computed: Verdict, witnessed: Verdict, points: tuple[int | None, int | None]
) -> None:
    """A witnessed check pays where the computed ones pass; an ungraded check has no points, not zero."""
    checks = [a_check("c", witnessed=False), a_check("w", witnessed=True)]
    paid = points_of(checks, {"gradient.c": computed, "gradient.w": witnessed})
    assert tuple(paid.values()) == points


def test_an_exercise_is_as_bad_as_its_worst_check() -> None:
    """Our own fault shows first, then what stopped the code, then what was wrong."""
    order = ["ungraded", "crashed", "timed_out", "errored", "failed", "not_started", "passed"]
    for index, worst in enumerate(order):
        assert exercise_verdict([Verdict(verdict) for verdict in reversed(order[index:])]) == worst
    assert exercise_verdict([]) is Verdict.UNGRADED
