"""Judges one check over the stored answers to its questions. Pure: talks to no process."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from grader.authoring.claims import Check
from grader.authoring.compare import Failed, phrase, phrase_of, question_on
from grader.authoring.facts import Facts, NotAnswered, UnknownFact
from grader.inside.answers import Answered, NotStarted, OutOfMemory
from grader.inside.said import Said, say
from grader.inside.values import Raised, Record, Table, Value
from grader.records import (
    Absent,
    Died,
    Evidence,
    Observations,
    Outcome,
    Question,
    Row,
    TimedOut,
    TooMuchOutput,
    Undefined,
    Verdict,
    Visibility,
)
from grader.words.calls import show_call

Know = Callable[[Question], Mapping[str, Value]]


class Judgement(Record):
    """A check's outcome, and the facts that it read on the way (in all of its questions together).

    `decided_by` is the number of the question that was not right. `compared` names the fact that was not right there,
    and the known one that it was compared with.
    """

    outcome: Outcome
    reads: frozenset[str]
    decided_by: int | None = None
    compared: tuple[str, str] | None = None


def judge(check: Check, questions: Sequence[Question], observations: Observations, know: Know) -> Judgement:
    """Judge all questions of a check; the first one that is not right decides.

    An exception of the check itself or of the oracle is not caught: it is the author's, and the caller's to report.
    """
    decided: _Decided | None = None
    decided_by: int | None = None
    reads: set[str] = set()
    if any(question not in observations for question in questions):
        return ungraded(say("judged.not_asked"), None)
    for number, question in enumerate(questions):
        if decided is not None and not isinstance(observations[question].observation, Answered):
            continue  # it says no more, and no fact of it can be read
        found, read = _judge_question(check, question, observations[question], know)
        reads |= read
        if decided is None and found is not None:
            decided, decided_by = found, number
    shown = all(question.visibility is Visibility.VISIBLE for question in questions)
    passed = Outcome(verdict=Verdict.PASSED, visibility=Visibility.VISIBLE if shown else Visibility.HIDDEN)
    outcome, compared = (passed, None) if decided is None else (decided.outcome, decided.compared)
    return Judgement(outcome=outcome, reads=frozenset(reads), decided_by=decided_by, compared=compared)


def ungraded(rationale: Said, detail: str | None) -> Judgement:
    """The judgement where our side failed: never a zero, never full marks; `detail` is for whoever has to look."""
    outcome = Outcome(
        verdict=Verdict.UNGRADED,
        visibility=Visibility.HIDDEN,
        rationale=(rationale,),
        evidence=Evidence(detail=detail and detail[-1000:]),
    )
    return Judgement(outcome=outcome, reads=frozenset())


def deferred() -> Judgement:
    """The judgement on a check that asks nothing here: it is graded where its questions are."""
    outcome = Outcome(verdict=Verdict.DEFERRED, visibility=Visibility.HIDDEN, rationale=(say("judged.deferred"),))
    return Judgement(outcome=outcome, reads=frozenset())


@dataclass(frozen=True, slots=True)
class _Decided:
    """The outcome of a question that was not right, and the names of the facts that differ there."""

    outcome: Outcome
    compared: tuple[str, str] | None = None


def _judge_question(check: Check, question: Question, row: Row, know: Know) -> tuple[_Decided | None, set[str]]:
    observation = row.observation
    if not isinstance(observation, Answered):
        return _Decided(_without_answer(check, question, row)), set()
    facts = dict(observation.facts)
    reads: set[str] = set()
    found = _judge_call(check, [question], facts, know, reads)
    if found is None and "again" in facts:
        found = _judge_second_call(check, question, facts, know, reads)
    return found, reads


def _judge_call(
    check: Check, calls: Sequence[Question], facts: Mapping[str, Value], know: Know, reads: set[str]
) -> _Decided | None:
    """The failure that the facts of the last of some calls show; None where they are right."""
    question = calls[-1]
    known: dict[str, Value] = {}

    def ask() -> Mapping[str, Value]:
        known.update(know(question))
        return known

    actual = Facts(lambda: facts, NotAnswered, reads)
    expected = Facts(ask, UnknownFact, set())
    try:
        check.claim(actual, expected)
    except Failed as failed:
        compared = _names(failed.compared, facts, known)
        evidence = Evidence(
            call=_code(check, calls, compared and compared[0]),
            actual=failed.actual,
            expected=failed.expected,
            detail=failed.detail,
        )
        outcome = _outcome(question, Verdict.FAILED, failed.rationale, evidence, failed.asks)
        return _Decided(outcome, compared)
    except NotAnswered:
        return _Decided(_outcome(question, Verdict.CRASHED, (say("judged.incomplete"),)))
    return None


def _names(
    compared: tuple[Value, Value] | None, facts: Mapping[str, Value], known: Mapping[str, Value]
) -> tuple[str, str] | None:
    """The names of two values that were compared, where both are facts as they came."""
    if compared is None:
        return None
    pair = zip((facts, known), compared, strict=True)
    mine, right = ([name for name, one in where.items() if one is value] for where, value in pair)
    # None and numbers may be several facts at once; most checks compare facts of one name.
    if both := [name for name in mine if name in right]:
        return both[0], both[0]
    return (mine[0], right[0]) if mine and right else None


def _code(check: Check, calls: Sequence[Question], fact: str | None = None) -> str:
    """Calls that follow one another, as code."""
    return "; ".join(show_call(question, check.cases.called_as, fact) for question in calls)


def _judge_second_call(
    check: Check, question: Question, facts: Mapping[str, Value], know: Know, reads: set[str]
) -> _Decided | None:
    """The same for the call that followed, with other numbers. If that call raised, every check fails."""
    second = question.next_call
    compared: tuple[str, str] | None = None
    outcome: Outcome
    match facts["again"]:
        case Raised() as raised:
            said = say("judged.next_raised", exception=raised.exception)
            evidence = Evidence(call=_code(check, [question, second]), detail=f"{raised.exception}: {raised.message}")
            outcome = _outcome(question, Verdict.FAILED, (said, *phrase_of(raised)), evidence)
        case Table(entries=entries):
            found = _judge_call(check, [question, second], {**facts, **dict(entries)}, know, reads)
            if found is None:
                return None
            outcome, compared = found.outcome, found.compared
            if outcome.verdict is Verdict.FAILED:
                outcome = replace(outcome, rationale=(say("judged.next_differs"), *outcome.rationale))
        case _:
            outcome = _outcome(question, Verdict.CRASHED, (say("judged.incomplete"),))
    reads.add("again")
    return _Decided(replace(outcome, hint=say("hint.calls")), compared)


def _without_answer(check: Check, question: Question, row: Row) -> Outcome:
    """The outcome where no facts came back. There is no call to show where none was made."""
    call = Evidence(call=_code(check, [question]))
    match row.observation:
        case Raised() as raised:
            evidence = replace(call, code=row.code or None, detail=f"{raised.exception}: {raised.message}")
            said = explain(raised, row.cause)
            return _outcome(question, Verdict.ERRORED, said, evidence, _question_on(raised))
        case NotStarted():
            return _outcome(question, Verdict.NOT_STARTED, (say("judged.not_started"),))
        case Absent():
            return _outcome(question, Verdict.NOT_STARTED, (say("judged.absent"),))
        case Undefined(said=said, code=code):
            line = Evidence(code=code) if code else None
            return _outcome(question, Verdict.ERRORED, said, line, _question_on_what_failed(said))
        case OutOfMemory() | TooMuchOutput() | Died() as ended:
            rationale, hint = _crash(ended)
            return _outcome(question, Verdict.CRASHED, (rationale,), call, hint)
        case TimedOut() as late:
            return _outcome(question, Verdict.TIMED_OUT, (_late(late),), call, say("hint.time"))
        case Answered():
            raise AssertionError("answers are judged elsewhere")


def _crash(observation: OutOfMemory | TooMuchOutput | Died) -> tuple[Said, Said]:
    """How a call ended its process, or came near it: rationale and hint."""
    match observation:
        case OutOfMemory():
            return say("crash.memory"), say("hint.memory")
        case TooMuchOutput(limit=limit):
            return say("crash.output", mib=limit >> 20), say("hint.output")
        case Died(how=how, signal=signal, number=number):
            return say(f"crash.{how}", signal=signal, number=number), say("hint.death")


# How Python refuses arguments: f() takes 1 positional argument but 2 were given, f() missing ..., f() got ...
_REFUSED_CALL = re.compile(r"\) (takes|missing|got) ")


def explain(raised: Raised, cause: tuple[Said, ...]) -> tuple[Said, ...]:
    """An exception in words, without its message; `cause` is what the source says of it."""
    if raised.leftover:
        return (_placed("judged.leftover", raised),)
    said = (_placed("judged.raised", raised, exception=raised.exception),)
    if _is_refused_call(raised) and not cause:
        return (say("judged.refused_call"),)
    if explained := cause or phrase_of(raised):
        return (*said, *explained, *map(phrase, raised.warned))
    return said


def _is_refused_call(raised: Raised) -> bool:
    return raised.exception == "TypeError" and not raised.file and bool(_REFUSED_CALL.search(raised.message))


def _question_on(raised: Raised) -> Said:
    """The question on an exception: the phrasebook's, about a warning that explains it first; else a plain one."""
    if raised.leftover:
        return say("hint.leftover")
    if _is_refused_call(raised):
        return say("hint.parameters")
    if known := next(iter(raised.warned), raised.phrase):
        return question_on(known)
    return say("hint.error")


def _question_on_what_failed(said: Sequence[Said]) -> Said:
    """The question on an error in the place of a definition: the phrasebook's where it knows it."""
    ids = {one.id for one in said}
    known = next((name for one in ids if (name := one.removeprefix("phrase.")) != one), None)
    if known is not None:
        return question_on(known)
    return say("hint.definition" if "cause.failure" in ids else "hint.name")


def _placed(identity: str, raised: Raised, **arguments: str) -> Said:
    """The sentence about an exception, with its place where there is one."""
    if raised.file is None:
        return say(identity, **arguments)
    return say(f"{identity}_at", **arguments, file=raised.file, line=raised.line)


def _late(timed_out: TimedOut) -> Said:
    return say(f"late.{timed_out.limit}", seconds=timed_out.seconds)


def _outcome(
    question: Question,
    verdict: Verdict,
    rationale: tuple[Said, ...],
    evidence: Evidence | None = None,
    hint: Said | None = None,
) -> Outcome:
    return Outcome(verdict=verdict, visibility=question.visibility, rationale=rationale, hint=hint, evidence=evidence)
