"""Explains a wrong answer: by a slip that its source shows, or by what it is. Pure.

A failure that a visible question shows is explained by the visible questions alone: so a handout says the same.
"""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from grader.inside.answers import Answered
from grader.inside.said import say
from grader.inside.second_call import other_numbers
from grader.inside.values import Items, Place, Table, TensorValue, Value
from grader.judging.diagnosis import NAMEABLE
from grader.judging.judgement import Judgement, Know
from grader.judging.relations import CallAnswer, Name, Path, Related, Relation, relation
from grader.observing.traits import Slip, Trait
from grader.records import Observations, Question, Verdict, Visibility

# They explain whatever else went wrong. The other slips explain only what nothing else does.
_SURE = frozenset({Slip.NOT_CALLED, Slip.COMPARED, Slip.DROPPED, Slip.NO_RETURN, Slip.RETURN_IN_LOOP})
Explanation = Trait | Related


def explanation(
    judgement: Judgement,
    traits: Sequence[Trait],
    questions: Sequence[Question],
    observations: Observations,
    know: Know,
) -> Explanation | None:
    """The slip or the relation behind a check that did not pass, or None where nothing of both is known."""
    if sure := slip(judgement, traits, questions, observations):
        return sure
    if judgement.outcome.verdict is not Verdict.FAILED or judgement.compared is None:
        return None
    is_shown = judgement.outcome.visibility is Visibility.VISIBLE
    asked = [one for one in questions if not is_shown or one.visibility is Visibility.VISIBLE]
    found = relation(
        [answer for one in asked for answer in _answers(one, observations[one].observation, judgement.compared, know)]
    )
    if found is not None and found.relation is not Relation.CONSTANT:
        return found
    return next((trait for trait in traits if trait.slip not in _SURE), found)


def slip(
    judgement: Judgement, traits: Sequence[Trait], questions: Sequence[Question], observations: Observations
) -> Trait | None:
    """The slip that explains a check for sure, whatever misconception it looks like."""
    if judgement.outcome.verdict not in NAMEABLE:
        return None
    for trait in traits:
        if trait.slip in _SURE and (trait.slip is not Slip.NO_RETURN or _got_none(judgement, questions, observations)):
            return trait
    return None


def told(judgement: Judgement, found: Explanation) -> Judgement:
    """The judgement with an explanation, and the question that belongs to it."""
    outcome = judgement.outcome
    more = replace(outcome, rationale=(*outcome.rationale, found.rationale), hint=found.question)
    return replace(judgement, outcome=more)


def _got_none(judgement: Judgement, questions: Sequence[Question], observations: Observations) -> bool:
    """Is it None that was compared with something else?"""
    if judgement.compared is None or judgement.decided_by is None:
        return False
    observation = observations[questions[judgement.decided_by]].observation
    return isinstance(observation, Answered) and dict(observation.facts).get(judgement.compared[0], 0) is None


def _answers(question: Question, observation: object, compared: tuple[str, str], know: Know) -> Iterator[CallAnswer]:
    """The answers to one question: to the first call, and to the second where there was one."""
    if not isinstance(observation, Answered):
        return
    facts = dict(observation.facts)
    first = _answer(question, facts, compared, know, None)
    if first is None:
        return
    yield first
    again = facts.get("again")
    if isinstance(again, Table):
        second = replace(question, inputs=other_numbers(question.inputs))
        answer = _answer(second, {**facts, **dict(again.entries)}, compared, know, first.expected)
        if answer is not None:
            yield answer


def _answer(
    question: Question, facts: Mapping[str, Value], compared: tuple[str, str], know: Know, before: Value
) -> CallAnswer | None:
    name, known_as = compared
    known = know(question)
    if name not in facts or known_as not in known:
        return None
    given = tuple(_things(question.inputs))
    old: list[tuple[Name, Value]] = [
        (replace(place, part="grad"), value.grad) for place, value in given if isinstance(value, TensorValue)
    ]
    old.append((say("before.call"), before))
    one_memory = frozenset(_twins(facts.get("twins"))) if name == "returned" else frozenset()
    return CallAnswer(actual=facts[name], expected=known[known_as], given=given, old=tuple(old), one_memory=one_memory)


def _twins(fact: Value) -> Iterator[Path]:
    """The parts of a result that share memory with another part."""
    if isinstance(fact, Items):
        for both in fact.items:
            if isinstance(both, Items):
                yield from (place.path for place in both.items if isinstance(place, Place))


def _things(inputs: Sequence[tuple[str, Value]]) -> Iterator[tuple[Place, Value]]:
    """The arguments, and the entries of those that are containers."""
    for name, value in inputs:
        yield Place(argument=name), value
        if isinstance(value, Items):
            for index, item in enumerate(value.items):
                yield Place(argument=name, path=(index,)), item
        if isinstance(value, Table):
            for key, item in value.entries:
                yield Place(argument=name, path=(key,)), item
