"""The answers to a check's questions as relations see them: beside each, what is right and what is around it. Pure."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from grader.inside.answers import Answered
from grader.inside.said import say
from grader.inside.values import Items, Place, Table, TensorValue, Value
from grader.judging.elsewhere import elsewhere
from grader.judging.judgement import Know
from grader.judging.relations import CallAnswer, Name, Path, Related, Relation
from grader.records import Question

RESULT = "returned"
"""The fact that a call's result is."""
# What an oracle may say beside what is right: values that an answer may be instead, by the code that computes them, and
# the gradients of other things, by the code of those.
_AROUND = "around"
_GRADIENTS = "gradients"


def answers_to(question: Question, observation: object, compared: tuple[str, str], know: Know) -> Iterator[CallAnswer]:
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
        second = question.next_call
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
    one_memory = frozenset(_twins(facts.get("twins"))) if name == RESULT else frozenset()

    def right_for_others(among: frozenset[Relation]) -> Iterator[tuple[Related, Value]]:
        for found, other in elsewhere(question, among):
            with contextlib.suppress(Exception):  # an oracle may refuse arguments that no check has asked
                yield found, know(other)[known_as]

    return CallAnswer(
        actual=facts[name],
        expected=known[known_as],
        given=given,
        old=tuple(old),
        around=_entries(known.get(_AROUND)),
        gradients=_entries(known.get(_GRADIENTS)),
        one_memory=one_memory,
        elsewhere=right_for_others,
    )


def _entries(value: Value) -> tuple[tuple[str, Value], ...]:
    """The entries of a dictionary; none of what is no dictionary."""
    return value.entries if isinstance(value, Table) else ()


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
