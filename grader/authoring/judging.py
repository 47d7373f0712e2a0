"""Judges one check over the stored answers to its questions. Pure: talks to no process."""

import re
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from grader.authoring.claims import Check
from grader.authoring.compare import Failed
from grader.authoring.facts import Facts, NotAnswered, UnknownFact
from grader.display import show_call
from grader.functions.other import other_numbers
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
from grader.room import cut_text

_MAX_RATIONALE_BYTES = 1000

Know = Callable[[Question], Mapping[str, Value]]


class Judgement(Record):
    """A check's outcome, and the facts that it read on the way (in all of its questions together).

    `decided_by` is the number of the question that was not right.
    """

    outcome: Outcome
    reads: frozenset[str]
    decided_by: int | None = None


def judge(check: Check, seed: str, observations: Observations, know: Know) -> Judgement:
    """Judge every question of a check; the first one that is not right decides.

    An exception of the check itself or of the oracle is not caught: it is the author's, and the caller's to report.
    """
    decided: Outcome | None = None
    decided_by: int | None = None
    reads: set[str] = set()
    questions = check.cases.questions(seed)
    if any(question not in observations for question in questions):
        return ungraded(
            "This check asks something that the submission has not been asked: grade it again.",
            "The answers that were stored belong to other questions.",
        )
    for number, question in enumerate(questions):
        if decided is not None and not isinstance(observations[question].observation, Answered):
            continue  # it says no more, and no fact of it can be read
        outcome, read = _judge_question(check, question, observations[question].observation, know)
        reads |= read
        if decided is None and outcome is not None:
            decided, decided_by = outcome, number
    shown = all(question.visibility is Visibility.VISIBLE for question in questions)
    passed = Outcome(verdict=Verdict.PASSED, visibility=Visibility.VISIBLE if shown else Visibility.HIDDEN)
    return Judgement(outcome=decided or passed, reads=frozenset(reads), decided_by=decided_by)


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
    outcome = _judge_call(check, question, facts, know, reads)
    if outcome is None and "again" in facts:
        outcome = _judge_second_call(check, question, facts, know, reads)
    return outcome, reads


def _judge_call(
    check: Check, question: Question, facts: Mapping[str, Value], know: Know, reads: set[str]
) -> Outcome | None:
    """The failure that the facts of one call show; None where they are right."""
    actual = Facts(lambda: facts, NotAnswered, reads)
    expected = Facts(lambda: know(question), UnknownFact, set())
    try:
        check.judge(actual, expected)
    except Failed as failed:
        evidence = Evidence(
            call=show_call(question, check.cases.called_as),
            actual=failed.actual,
            expected=failed.expected,
            detail=failed.detail,
        )
        return _outcome(question, Verdict.FAILED, failed.rationale.strip(), evidence)
    except NotAnswered:
        return _outcome(question, Verdict.CRASHED, "The process sent an answer that is not complete.")
    return None


def _judge_second_call(
    check: Check, question: Question, facts: Mapping[str, Value], know: Know, reads: set[str]
) -> Outcome | None:
    """The same for the call that followed, with other numbers. If that call raised, every check fails."""
    second = replace(question, inputs=other_numbers(question.inputs))
    outcome: Outcome | None
    match facts["again"]:
        case Raised() as raised:
            said = f"This holds for the first call, but the next one, with other numbers, raised {raised.exception}."
            phrase = look_up(raised)
            evidence = Evidence(
                call=show_call(second, check.cases.called_as), detail=f"{raised.exception}: {raised.message}"
            )
            outcome = _outcome(question, Verdict.FAILED, f"{said} {phrase.says}" if phrase else said, evidence)
        case Table(entries=entries):
            outcome = _judge_call(check, second, {**facts, **dict(entries)}, know, reads)
            if outcome is not None and outcome.verdict is Verdict.FAILED:
                said = "This holds for the first call, but not for the next one, with other numbers."
                outcome = replace(outcome, rationale=f"{said} {outcome.rationale}")
        case _:
            outcome = _outcome(question, Verdict.CRASHED, "The process sent an answer that is not complete.")
    if outcome is None:
        return None
    reads.add("again")
    return replace(outcome, hint=_CALLS_HINT)


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


_CALLS_HINT = "Does your function use the numbers of this call, or fixed ones, or what it kept from an earlier call?"
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
    if raised.leftover:
        return (
            f"Your code is there, and the stub's own line `raise NotImplementedError` still ends the call{place}: take"
            " that line away."
        )
    if raised.cause:
        return f"It raised {raised.exception}{place}. {raised.cause}"
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
        case "blocked":
            return f"It did not end: it waited for {timed_out.seconds:g} s without computing."
        case "wall":
            return f"It did not end within {timed_out.seconds:g} s."
        case "exercise":
            return "Not asked any more, since this function had run out of time before."
        case "submission":
            return "Not asked any more, since the submission's time was used up."


def _outcome(
    question: Question, verdict: Verdict, rationale: str, evidence: Evidence | None = None, hint: str | None = None
) -> Outcome:
    # Names of files and words about a result may stand there, which a submission chooses.
    said = cut_text(rationale, _MAX_RATIONALE_BYTES)
    return Outcome(verdict=verdict, visibility=question.visibility, rationale=said, hint=hint, evidence=evidence)
