"""Judging a check over stored observations."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest
from msgspec import structs

from grader.authoring import Case, Check, Draw, Facts, close, fail, hidden, say, tensor, visible
from grader.authoring.claims import Claim
from grader.authoring.compare import question_on
from grader.inside.answers import Answered, NotStarted, OutOfMemory
from grader.inside.values import Raised, Table, Value
from grader.judging.judgement import Judgement, judge
from grader.records import (
    Absent,
    Died,
    Ending,
    Evidence,
    Observation,
    Outcome,
    Question,
    Row,
    TimedOut,
    TooMuchOutput,
    Undefined,
    Verdict,
    Visibility,
)
from tests.support import COURSE
from tests.unit.records import case_set, check_of

RIGHT = Answered(facts=(("returned", 1),))
WRONG = Answered(facts=(("returned", 2),))
DIED = Died(how=Ending.ENDED)
UNDEFINED = Undefined(said=(say("undefined.missing", function="gradient"),))
RAISED = Raised(exception="ValueError", message="secret", file="a.py", line=3)


def shown(draw: Draw) -> Case:
    """A visible case."""
    return visible(x=0)


def kept(draw: Draw) -> Case:
    """A hidden case."""
    return hidden(x=draw.number())


def is_one(actual: Facts, expected: Facts) -> None:
    """The result is one."""
    close(actual.returned, expected.returned)


def check_on(*givens: Callable[[Draw], Case], claim: Claim = is_one) -> Check:
    """A check with this claim over these cases."""
    return replace(check_of(case_set(*givens)), claim=claim)


CHECK = check_on(shown, kept, kept)


def know(question: Question) -> Mapping[str, Value]:
    """It is always one."""
    return {"returned": 1}


def questions_of(check: Check) -> Sequence[Question]:
    """What a check asks."""
    return check.cases.questions("1", COURSE.probes.families)


def said_in(outcome: Outcome) -> str:
    """An outcome's rationale as a student reads it."""
    return COURSE.language.text(outcome.rationale)


def judged(*observations: Observation, check: Check = CHECK) -> Judgement:
    """The judgement over an observation for each question; the last one counts for the rest."""
    padded = [*observations, *[observations[-1]] * 3]
    pairs = zip(questions_of(check), padded, strict=False)
    rows = {question: Row(observation=one, code="return f(x)") for question, one in pairs}
    return judge(check, questions_of(check), rows, know)


def outcome(*observations: Observation, check: Check = CHECK) -> Outcome:
    """What comes out of it."""
    return judged(*observations, check=check).outcome


@pytest.mark.parametrize(
    ("check", "visibility"), [(CHECK, Visibility.HIDDEN), (check_on(shown, shown), Visibility.VISIBLE)]
)
def test_all_right_is_passed(check: Check, visibility: Visibility) -> None:
    """A check passes where every question was answered right, and is visible where all of them may be shown."""
    assert outcome(RIGHT, check=check) == Outcome(verdict=Verdict.PASSED, visibility=visibility)


def test_the_first_wrong_answer_decides() -> None:
    """A visible question that went wrong decides before a hidden one, and has evidence."""
    first = outcome(WRONG, DIED)
    assert (first.verdict, first.visibility) == (Verdict.FAILED, Visibility.VISIBLE)
    assert first.evidence is not None
    assert (first.evidence.call, first.evidence.actual, first.evidence.expected) == ("gradient(0)", "2", "1")


@pytest.mark.parametrize(
    ("observations", "verdict"),
    [((RIGHT, RIGHT, WRONG), Verdict.FAILED), ((RIGHT, DIED, WRONG), Verdict.CRASHED)],
)
def test_a_hidden_question_may_decide(observations: tuple[Observation, ...], verdict: Verdict) -> None:
    """One wrong answer to a hidden question is enough, and of several the first decides."""
    decided = outcome(*observations)
    assert (decided.verdict, decided.visibility) == (verdict, Visibility.HIDDEN)


@pytest.mark.parametrize(
    ("observation", "verdict", "said"),
    [
        (RAISED, Verdict.ERRORED, "It raised ValueError in a.py, line 3."),
        (Raised(exception="TypeError", message="f() takes 1 argument"), Verdict.ERRORED, "keep the stub's parameters"),
        (Raised(exception="TypeError", message="f() of something"), Verdict.ERRORED, "It raised TypeError."),
        (NotStarted(), Verdict.NOT_STARTED, "NotImplementedError"),
        (Absent(), Verdict.NOT_STARTED, "Nothing of this chapter"),
        (UNDEFINED, Verdict.ERRORED, "no function named gradient"),
        (OutOfMemory(), Verdict.CRASHED, "memory"),
        (TooMuchOutput(limit=16 << 20), Verdict.CRASHED, "It printed over 16 MiB"),
        (Died(how=Ending.SIGNAL, signal="SIGSEGV"), Verdict.CRASHED, "the process was ended by SIGSEGV"),
        (TimedOut(limit="cpu", seconds=5), Verdict.TIMED_OUT, "within 5 s of computing"),
        (
            TimedOut(limit="blocked", seconds=5),
            Verdict.TIMED_OUT,
            "most of the time it waited, without computing.",
        ),
        (TimedOut(limit="wall", seconds=20), Verdict.TIMED_OUT, "It did not end within 20 s."),
        (TimedOut(limit="exercise", seconds=5), Verdict.TIMED_OUT, "had run out of time before"),
        (TimedOut(limit="submission", seconds=5), Verdict.TIMED_OUT, "the submission's time"),
        (Answered(facts=()), Verdict.CRASHED, "not complete"),
    ],
)
def test_every_observation_has_its_verdict(observation: Observation, verdict: Verdict, said: str) -> None:
    """What happened is told apart in verdict and words; an exception's text is never in the rationale."""
    found = outcome(observation)
    assert found.verdict is verdict
    assert said in said_in(found)
    assert "secret" not in said_in(found)


@pytest.mark.parametrize("how", Ending)
def test_there_is_a_sentence_for_every_ending(how: Ending) -> None:
    """However the process came to its end, a student reads how, and is asked about it."""
    found = outcome(Died(how=how, signal="SIGSEGV", number=7))
    assert said_in(found).startswith("During the call, the process")
    assert found.hint == say("hint.death")


def test_an_exceptions_text_is_evidence() -> None:
    """What the exception said stands beside the call, where only who may see it does."""
    evidence = outcome(RAISED).evidence
    assert evidence is not None
    assert (evidence.call, evidence.code, evidence.detail) == ("gradient(0)", "return f(x)", "ValueError: secret")


def test_what_failed_in_the_place_of_a_definition_has_its_own_question() -> None:
    """The phrasebook's where it knows the error; beside it stands the line."""
    failure = say("cause.failure", place=say("cause.in", file="a.py"), failure=say("text", text="E: e"))
    for said, question in (
        ((failure,), say("hint.definition")),
        ((say("phrase.missing_colon"), failure), question_on("missing_colon")),
        ((), say("hint.name")),
    ):
        found = outcome(structs.replace(UNDEFINED, said=(*UNDEFINED.said, *said), code="def f(x)"))
        assert found.hint == question
        assert found.evidence == Evidence(code="def f(x)")


@pytest.mark.parametrize("observation", [NotStarted(), Absent(), UNDEFINED])
def test_no_call_is_shown_where_none_was_made(observation: Observation) -> None:
    """Where there is no function, there is no evidence."""
    assert outcome(observation).evidence is None


@pytest.mark.parametrize(
    ("observation", "has_one"),
    [
        (UNDEFINED, True),
        (OutOfMemory(), True),
        (DIED, True),
        (TimedOut(limit="cpu", seconds=5), True),
        (WRONG, False),
        (RAISED, True),
        (structs.replace(RAISED, leftover=True), True),
        (Raised(exception="TypeError", message="f() takes 1 positional argument but 2 were given"), True),
        (NotStarted(), False),
    ],
)
def test_only_what_is_no_wrong_idea_has_a_question_of_its_own(observation: Observation, has_one: bool) -> None:
    """A function that is missing, raised or did not come back is asked about; else the exercise's hint fits."""
    hint = outcome(observation).hint
    assert (hint is not None) is has_one
    assert hint is None or COURSE.language.say(hint).endswith("?")


def test_torchs_errors_are_explained() -> None:
    """An exception that the phrasebook knows comes with plain words."""
    raised = Raised(exception="RuntimeError", message="Trying to backward through the graph a second time")
    phrase = COURSE.phrasebook.look_up(raised)
    assert phrase is not None
    explained = said_in(outcome(structs.replace(raised, phrase=phrase.id)))
    assert explained.endswith(phrase.says)
    assert "frees" in explained


def test_a_warning_that_explains_an_error_is_told_and_asked_about() -> None:
    """It comes from an earlier line than the error."""
    raised = Raised(exception="AttributeError", message="", phrase="grad_is_none", warned=("nonleaf_grad",))
    [phrase] = [one for one in COURSE.phrasebook.phrase if one.id == "nonleaf_grad"]
    found = outcome(raised)
    assert said_in(found).endswith(phrase.says)
    assert found.hint is not None
    assert COURSE.language.say(found.hint) == phrase.asks


def reads_what_the_oracle_does_not_know(actual: Facts, expected: Facts) -> None:
    """An author's mistake."""
    close(actual.returned, expected.unknown_fact)


def is_broken(actual: Facts, expected: Facts) -> None:
    """Another one."""
    raise ZeroDivisionError("broken check")


@pytest.mark.parametrize(
    ("claim", "said"), [(reads_what_the_oracle_does_not_know, "unknown_fact"), (is_broken, "broken check")]
)
def test_an_authors_exception_is_not_swallowed(claim: Claim, said: str) -> None:
    """What a check raises is the caller's to report, and so is a fact that the oracle does not know."""
    with pytest.raises(Exception, match=said):
        outcome(RIGHT, check=check_on(kept, claim=claim))


def test_an_oracles_exception_is_not_swallowed() -> None:
    """What the oracle raises is the caller's to report."""

    def broken(question: Question) -> Mapping[str, Value]:
        raise ZeroDivisionError("broken oracle")

    rows = {question: Row(observation=RIGHT) for question in questions_of(CHECK)}
    with pytest.raises(ZeroDivisionError, match="broken oracle"):
        judge(CHECK, questions_of(CHECK), rows, broken)


def test_a_judgement_knows_what_it_read() -> None:
    """The facts that a check reads are noted, over all of its questions, also after the one that decides."""

    def reads(actual: Facts, expected: Facts) -> None:
        if actual.returned == 1:
            fail(say("text", text=str(actual.other)))
        close(actual.later, 1)

    facts: tuple[tuple[str, Value], ...] = (("other", "x"), ("later", 1), ("unread", 1))
    first, rest = (Answered(facts=(("returned", number), *facts)) for number in (1, 2))
    check = check_on(shown, kept, claim=reads)
    assert judged(first, check=check).reads == {"returned", "other"}
    assert judged(first, rest, check=check).reads == {"returned", "other", "later"}


def test_a_judgement_knows_which_question_decided() -> None:
    """It is the first that was not right; where all are, there is none."""
    assert judged(RIGHT, WRONG, WRONG).decided_by == 1
    assert judged(WRONG, RIGHT).decided_by == 0
    assert judged(RIGHT, RIGHT).decided_by is None


def twice(first: Value, again: Value) -> Answered:
    """An answer, and what a second call showed."""
    return Answered(facts=(("returned", first), ("unread", 0), ("kept", True), ("again", again)))


def values(**entries: Value) -> Table:
    """The values of a second call."""
    return Table(entries=tuple(entries.items()))


@pytest.mark.parametrize(
    ("again", "verdict", "said"),
    [
        (values(returned=1, unread=5), Verdict.PASSED, ""),
        (values(returned=2), Verdict.FAILED, "with other numbers. The value of the result"),
        (RAISED, Verdict.FAILED, "with other numbers, raised ValueError."),
        (1, Verdict.CRASHED, "not complete"),
    ],
)
def test_a_second_call_is_judged_as_well(again: Value, verdict: Verdict, said: str) -> None:
    """What a check reads has to be right at a second call, too; what the call raised is a failure."""
    found = outcome(twice(1, again))
    assert found.verdict is verdict
    assert said in said_in(found)
    assert "secret" not in said_in(found)
    assert (found.hint is not None) == bool(said)


def test_a_second_call_has_numbers_of_its_own() -> None:
    """What is right for it follows from its own inputs. Both calls are shown, the second one last."""
    x = tensor([1.0, 2.0])
    check = check_on(lambda _: visible(x=x))

    def know_x(question: Question) -> Mapping[str, Value]:
        return {"returned": dict(question.inputs)["x"]}

    def verdict_on(second: Value) -> Outcome:
        rows = {questions_of(check)[0]: Row(observation=twice(x, values(returned=second)))}
        return judge(check, questions_of(check), rows, know_x).outcome

    assert verdict_on(tensor([0.9375, 1.4375])).verdict is Verdict.PASSED
    wrong = verdict_on(x)
    assert wrong.verdict is Verdict.FAILED
    assert wrong.evidence is not None
    assert wrong.evidence.call == (
        "x = torch.tensor([1., 2.], dtype=torch.float64); gradient(x); "
        "x = torch.tensor([0.9375, 1.4375], dtype=torch.float64); gradient(x)"
    )


def test_values_that_are_several_facts_are_told_apart() -> None:
    """None is one object: of the facts that are None, the one is meant that was compared with its namesake."""

    def is_kept(actual: Facts, expected: Facts) -> None:
        close(actual.after, expected.after)

    check = check_on(shown, claim=is_kept)
    rows = {one: Row(observation=Answered(facts=(("before", None), ("after", None)))) for one in questions_of(check)}
    judged = judge(check, questions_of(check), rows, lambda _: {"before": None, "after": 1})
    assert judged.compared == ("after", "after")


def test_a_wrong_first_call_is_told_as_such() -> None:
    """Where the first call is wrong, nothing is said about the second."""
    assert "other numbers" not in said_in(outcome(twice(2, values(returned=3))))


def test_what_a_second_call_showed_has_been_read() -> None:
    """Only another answer with the same second call is like one that is wrong there."""
    assert judged(twice(1, values(returned=2))).reads == {"returned", "again"}
    assert judged(twice(1, values(returned=1))).reads == {"returned"}
