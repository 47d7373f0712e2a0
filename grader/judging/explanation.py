"""Explains a wrong answer by what it is, where no misconception was recognised. Pure.

A failure that a visible question shows is explained by the visible questions alone: so a handout says the same.
"""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from grader.inside.answers import Answered
from grader.inside.said import say
from grader.inside.second_call import other_numbers
from grader.inside.values import Items, Place, Table, TensorValue, Value
from grader.judging.judgement import Judgement, Know
from grader.judging.relations import Answer, Name, relation
from grader.records import Observations, Question, Verdict, Visibility


def explained(judgement: Judgement, questions: Sequence[Question], observations: Observations, know: Know) -> Judgement:
    """The judgement of a check with the relation that its wrong answers have, and the question that belongs to it."""
    outcome = judgement.outcome
    if outcome.verdict is not Verdict.FAILED or judgement.compared is None:
        return judgement
    is_shown = outcome.visibility is Visibility.VISIBLE
    asked = [one for one in questions if not is_shown or one.visibility is Visibility.VISIBLE]
    answers = [
        answer for one in asked for answer in _answers(one, observations[one].observation, judgement.compared, know)
    ]
    found = relation(answers)
    if found is None:
        return judgement
    told = replace(outcome, rationale=(*outcome.rationale, found.rationale), hint=found.question)
    return replace(judgement, outcome=told)


def _answers(question: Question, observation: object, compared: tuple[str, str], know: Know) -> Iterator[Answer]:
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
) -> Answer | None:
    name, known_as = compared
    known = know(question)
    if name not in facts or known_as not in known:
        return None
    given = tuple(_things(question.inputs))
    old: list[tuple[Name, Value]] = [
        (replace(place, part="grad"), value.grad) for place, value in given if isinstance(value, TensorValue)
    ]
    old.append((say("before.call"), before))
    return Answer(actual=facts[name], expected=known[known_as], given=given, old=tuple(old))


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
