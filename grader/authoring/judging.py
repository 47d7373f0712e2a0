"""Judges one check over the stored answers to its questions. Pure: talks to no process."""

import re
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from grader.authoring.claims import Check
from grader.authoring.compare import Failed, fail
from grader.authoring.facts import Facts, NotAnswered, UnknownFact
from grader.display import show_call
from grader.model import (
    Absent,
    Answered,
    Died,
    Evidence,
    NotStarted,
    Observation,
    Observations,
    Outcome,
    OutOfMemory,
    Question,
    Raised,
    Record,
    Table,
    TimedOut,
    TooMuchOutput,
    Undefined,
    Value,
    Verdict,
    Visibility,
)
from grader.phrasebook import look_up

Know = Callable[[Question], Mapping[str, Value]]


class Judgement(Record):
    """A check's outcome, and the facts that it read on the way (in all of its questions together)."""

    outcome: Outcome
    reads: frozenset[str]


def judge(check: Check, seed: str, observations: Observations, know: Know) -> Judgement:
    """Judge every question of a check; the first one that is not right decides.

    An exception of the check itself or of the oracle is not caught: it is the author's, and the caller's to report.
    """
    decided: Outcome | None = None
    reads: set[str] = set()
    questions = check.cases.questions(seed)
    if any(question not in observations for question in questions):
        return ungraded(
            "This check asks something that the submission has not been asked: grade it again.",
            "The answers that were stored belong to other questions.",
        )
    for question in questions:
        outcome, read = _judge_question(check, question, observations[question].observation, know)
        reads |= read
        decided = decided or outcome
    shown = all(question.visibility is Visibility.VISIBLE for question in questions)
    passed = Outcome(verdict=Verdict.PASSED, visibility=Visibility.VISIBLE if shown else Visibility.HIDDEN)
    return Judgement(outcome=decided or passed, reads=frozenset(reads))


def ungraded(rationale: str, said: str) -> Judgement:
    """The judgement where our side failed: never a zero, never full marks; `said` is for whoever has to look."""
    outcome = Outcome(
        verdict=Verdict.UNGRADED,
        visibility=Visibility.HIDDEN,
        rationale=rationale,
        evidence=Evidence(detail=said[-1000:]),
    )
    return Judgement(outcome=outcome, reads=frozenset())


def _judge_question(
    check: Check, question: Question, observation: Observation, know: Know
) -> tuple[Outcome | None, set[str]]:
    if not isinstance(observation, Answered):
        return _without_answer(check, question, observation), set()
    facts = dict(observation.facts)
    reads: set[str] = set()
    actual = Facts(lambda: facts, NotAnswered, reads)
    expected = Facts(lambda: know(question), UnknownFact, set())
    outcome = None
    try:
        check.judge(actual, expected)
        _judge_second_call(check, facts, expected, reads)
    except Failed as failed:
        evidence = Evidence(
            call=show_call(question, check.cases.called_as),
            actual=failed.actual,
            expected=failed.expected,
            detail=failed.detail,
        )
        outcome = _outcome(question, Verdict.FAILED, failed.rationale.strip(), evidence)
    except NotAnswered:
        outcome = _outcome(question, Verdict.CRASHED, "The process sent an answer that is not complete.")
    return outcome, reads


def _judge_second_call(check: Check, facts: Mapping[str, Value], expected: Facts, reads: set[str]) -> None:
    """Judge what came out another way when the function was called again with the same arguments.

    A check that reads nothing of that has been judged; a second call that raised is a failure of all of them.
    """
    match facts.get("again"):
        case Raised() as raised:
            reads.add("again")
            phrase = look_up(raised)
            said = f"The first call is right, but a second one with the same arguments raised {raised.exception}."
            fail(f"{said} {phrase.says}" if phrase else said, detail=f"{raised.exception}: {raised.message}")
        case Table(entries=entries) if not reads.isdisjoint(dict(entries)):
            reads.add("again")
            second = {**facts, **dict(entries)}
            try:
                check.judge(Facts(lambda: second, NotAnswered, reads), expected)
            except Failed as failed:
                failed.rationale = f"The first call is right, but not a second one like it. {failed.rationale}"
                raise
        case _:
            pass


def _without_answer(check: Check, question: Question, observation: Observation) -> Outcome:
    """The outcome where no facts came back. There is no call to show where none was made."""
    call = Evidence(call=show_call(question, check.cases.called_as))
    match observation:
        case Raised():
            evidence = replace(call, detail=f"{observation.exception}: {observation.message}")
            return _outcome(question, Verdict.ERRORED, explain(observation), evidence)
        case NotStarted():
            return _outcome(question, Verdict.NOT_STARTED, "The stub still raises NotImplementedError.")
        case Absent():
            return _outcome(question, Verdict.NOT_STARTED, "Nothing of this chapter was handed in.")
        case Undefined(reason=reason):
            return _outcome(question, Verdict.ERRORED, reason, hint=_NAME_HINT)
        case OutOfMemory() | TooMuchOutput() | Died():
            rationale, hint = _crash(observation)
            return _outcome(question, Verdict.CRASHED, rationale, call, hint)
        case TimedOut():
            return _outcome(question, Verdict.TIMED_OUT, _late(observation), call, _TIME_HINT)
        case Answered():
            raise AssertionError("answers are judged elsewhere")


def _crash(observation: OutOfMemory | TooMuchOutput | Died) -> tuple[str, str]:
    """How a call ended its process, or came near it: rationale and hint."""
    match observation:
        case OutOfMemory():
            return "It asked for more memory than a submission may use.", _MEMORY_HINT
        case TooMuchOutput(limit=limit):
            return f"It printed over {limit >> 20} MiB, more than a submission may.", _OUTPUT_HINT
        case Died(reason=reason):
            return f"During the call, the process {reason}.", _DEATH_HINT


_NAME_HINT = "Does one of your files define a function with exactly this name, and does that file run to its end?"
_MEMORY_HINT = "Which of your tensors or lists grows with every step, or is far larger than the inputs?"
_OUTPUT_HINT = "Which print of your function stands in a loop that runs more often than you meant?"
_DEATH_HINT = "Which line of your function could end the whole Python process?"
_TIME_HINT = "Which loop of your function, or which wait, may never come to its end?"


# How Python refuses arguments: f() takes 1 positional argument but 2 were given, f() missing ..., f() got ...
_REFUSED_CALL = re.compile(r"\) (takes|missing|got) ")


def explain(raised: Raised) -> str:
    """An exception in words, without its message."""
    place = f" in {raised.file}, line {raised.line}" if raised.file else ""
    phrase = look_up(raised)
    if phrase:
        return f"It raised {raised.exception}{place}. {phrase.says}"
    if raised.exception == "TypeError" and not raised.file and _REFUSED_CALL.search(raised.message):
        return "It could not be called the way its stub is written: keep the stub's parameters."
    return f"It raised {raised.exception}{place}."


def _late(timed_out: TimedOut) -> str:
    match timed_out.limit:
        case "cpu":
            return f"It did not end within {timed_out.seconds:g} s of computing."
        case "wall":
            return f"It did not end within {timed_out.seconds:g} s (it was waiting, not computing)."
        case "exercise":
            return "Not asked any more, since this function had run out of time before."
        case "submission":
            return "Not asked any more, since the submission's time was used up."


def _outcome(
    question: Question, verdict: Verdict, rationale: str, evidence: Evidence | None = None, hint: str | None = None
) -> Outcome:
    return Outcome(verdict=verdict, visibility=question.visibility, rationale=rationale, hint=hint, evidence=evidence)
