"""Explains a wrong answer: by a slip that its source shows, or by what it is. Pure.

A failure that a visible question shows is explained by the visible questions alone where they are enough: so a handout
says the same.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from grader.authoring.compare import phrase, question_on
from grader.inside.answers import Answered
from grader.inside.said import Argument, Said, say
from grader.inside.values import Items, Place, Raised, Table, TensorValue, Value
from grader.judging.diagnosis import NAMEABLE
from grader.judging.elsewhere import elsewhere
from grader.judging.judgement import Judgement, Know
from grader.judging.relations import CallAnswer, Name, Path, Related, Relation, relation, resemblance, where
from grader.observing.traits import Slip, Trait
from grader.records import Observation, Observations, Question, Verdict, Visibility

# They explain whatever else went wrong.
_SURE = frozenset(
    {
        Slip.NOT_CALLED,
        Slip.COMPARED,
        Slip.MISSPELT,
        Slip.CUT,
        Slip.DROPPED,
        Slip.LAZY,
        Slip.FLAG_LOST,
        Slip.FLAG_LATE,
        Slip.RETURN_IN_LOOP,
        Slip.CAUGHT,
        Slip.SHADOWED,
        Slip.MADE_LATER,
        Slip.RETAINS_LATE,
    }
)
# Where None came back, or was found in what came back.
_OF_NO_RESULT = frozenset({Slip.NO_RETURN, Slip.FALLS_OFF, Slip.GIVES_NOTHING})
_OF_NO_GRADIENT = frozenset({Slip.READ_EARLY, Slip.EMPTIED, Slip.RESULT_FLAGGED, Slip.RENEWED})
# Where a graph is missing.
_OF_NO_GRAPH = frozenset({Slip.ASIDE, Slip.NO_LEAF})
# All others explain what nothing else does.
_WEAK = frozenset(Slip) - _SURE - _OF_NO_RESULT - _OF_NO_GRADIENT - _OF_NO_GRAPH - {Slip.CREATES_GRAPH, Slip.GRAD_READ}
_NO_GRAPH = "phrase.nothing_requires_grad"
_RESULT = "returned"
# What an oracle may say beside what is right: values that an answer may be instead, by the code that computes them, and
# the gradients of other things, by the code of those.
_AROUND = "around"
_GRADIENTS = "gradients"
# Other facts are about what became of things, and hold numbers that nobody has computed.
_OF_ANY_FACT = frozenset(
    {
        *(Relation.KEPT_GRADIENT, Relation.KEPT_GRADIENTS, Relation.PLUS_GRADIENT, Relation.PLUS_GRADIENTS),
        *(Relation.FLIPPED, Relation.ZEROS_FOR_NONE),
    }
)
# Something was not done: a slip may show which step that was.
_WITHOUT_A_STEP = frozenset({Relation.CONSTANT, Relation.KEPT_GRADIENT, Relation.KEPT_GRADIENTS})
# What they did is another thing than any misconception does that comes to the same.
INSTEAD = _OF_NO_RESULT | _OF_NO_GRADIENT | {Slip.FLAG_LOST, Slip.FLAG_LATE}


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning of the library that explains an answer, by the id of the phrasebook's entry."""

    phrase: str

    @property
    def rationale(self) -> tuple[Said, ...]:
        """The sentence that says it."""
        return (phrase(self.phrase),)

    @property
    def question(self) -> Said:
        """The question that dissolves it: a hint."""
        return question_on(self.phrase)


@dataclass(frozen=True, slots=True)
class Only:
    """For which arguments alone an error comes, beside the question on the error."""

    where: Related
    hint: Said | None

    @property
    def rationale(self) -> tuple[Said, ...]:
        """The sentence that says it."""
        return self.where.rationale

    @property
    def question(self) -> Said:
        """The question on the error where it is known; else the one on the arguments."""
        return self.where.question if self.hint in {None, say("hint.error")} else self.hint


Explanation = Trait | Related | Warned | Only


def explanation(
    judgement: Judgement,
    traits: Sequence[Trait],
    questions: Sequence[Question],
    observations: Observations,
    know: Know,
) -> Explanation | None:
    """The slip, warning or relation behind a check that did not pass, or None where nothing of them is known."""
    if sure := slip(judgement, traits):
        return sure
    if judgement.outcome.verdict is Verdict.ERRORED:
        return _of_an_error(judgement, traits, questions, observations, know)
    compared = judgement.compared
    if judgement.outcome.verdict is not Verdict.FAILED or compared is None:
        return None  # of a side effect its claim has a question of its own
    if warned := _warned(judgement, questions, observations):
        return warned
    answers = [
        (one.visibility, answer)
        for one in questions
        for answer in _answers(one, observations[one].observation, compared, know)
    ]
    groups = _groups(answers, judgement.outcome.visibility)
    found = _related(relation, groups, compared[0])
    if found is not None and found.relation not in _WITHOUT_A_STEP:
        return next((trait for trait in traits if _is_why(trait, found)), found)
    if weak := next((trait for trait in traits if _may_explain(trait, judgement)), found):
        return weak
    return _related(resemblance, groups, compared[0])


def _of_an_error(
    judgement: Judgement,
    traits: Sequence[Trait],
    questions: Sequence[Question],
    observations: Observations,
    know: Know,
) -> Explanation | None:
    """The line that cut the way to an error of a missing graph, or the arguments for which alone an error comes."""
    outcome = judgement.outcome
    passed_by = next((trait for trait in traits if trait.slip in _OF_NO_GRAPH), None)
    if passed_by is not None and any(said.id == _NO_GRAPH for said in outcome.rationale):
        return passed_by
    rows = [(one, _as_answered(observations[one].observation)) for one in questions]
    answers = [
        (one.visibility, answer)
        for one, observation in rows
        for answer in _answers(one, observation, (_RESULT, _RESULT), know)
    ]
    # Where something else went wrong as well, it is not wrong there alone.
    is_alone = all(isinstance(observation, Answered) for _, observation in rows) and all(
        answer.is_right or isinstance(answer.actual, Raised) for _, answer in answers
    )
    found = _related(where, _groups(answers, outcome.visibility), _RESULT) if answers and is_alone else None
    return None if found is None else Only(found, outcome.hint)


def _as_answered(observation: Observation) -> Observation:
    """An exception as the result of its call, so that it can stand beside other results."""
    return Answered(facts=((_RESULT, observation),)) if isinstance(observation, Raised) else observation


def _groups(
    answers: Sequence[tuple[Visibility, CallAnswer]], decided: Visibility | None
) -> Sequence[Sequence[CallAnswer]]:
    """All answers to a check; where a visible question decided, before them those to the visible questions alone."""
    every = [answer for _, answer in answers]
    shown = [answer for visibility, answer in answers if visibility is Visibility.VISIBLE]
    return [shown, every] if decided is Visibility.VISIBLE else [every]


def _related(
    find: Callable[[Sequence[CallAnswer]], Related | None], groups: Sequence[Sequence[CallAnswer]], fact: str
) -> Related | None:
    """The relation that explains a fact: of the first group of answers that has one."""
    for answers in groups:
        found = find(answers)
        if found is not None and (fact == _RESULT or found.relation in _OF_ANY_FACT):
            return found
    return None


def slip(judgement: Judgement, traits: Sequence[Trait]) -> Trait | None:
    """The slip that explains a check for sure, whatever misconception it looks like."""
    if judgement.outcome.verdict not in NAMEABLE:
        return None
    return next((trait for trait in traits if _explains(trait, judgement)), None)


def told(judgement: Judgement, found: Explanation) -> Judgement:
    """The judgement with an explanation, and the question that belongs to it."""
    outcome = judgement.outcome
    more = replace(outcome, rationale=(*outcome.rationale, *found.rationale), hint=found.question)
    return replace(judgement, outcome=more)


def _none(judgement: Judgement) -> Argument:
    """The thing that is None where something else was expected; None where there is no such thing."""
    for said in judgement.outcome.rationale:
        if said.id == "compare.kind" and said.argument("actual") == say("kind.none"):
            return said.argument("what")
    return None


def _explains(trait: Trait, judgement: Judgement) -> bool:
    """Does a slip that is one for sure explain this check?"""
    place = _none(judgement)
    if trait.slip in _OF_NO_RESULT:
        return place == Place()
    if trait.slip in _OF_NO_GRADIENT:
        return isinstance(place, Place) and place.argument is None
    if trait.slip is Slip.CREATES_GRAPH:
        return any(said.id == "claim.graph" for said in judgement.outcome.rationale)
    return trait.slip in _SURE


def _is_why(trait: Trait, found: Related) -> bool:
    """Is an answer wrong only for some values of an argument, since the function never looks at it?"""
    is_about_it = isinstance(found.thing, Place) and found.thing.argument == trait.name
    return trait.slip is Slip.IGNORED and is_about_it and found.relation is Relation.WHERE_IS


def _may_explain(trait: Trait, judgement: Judgement) -> bool:
    """Does a slip explain this check where nothing else does?"""
    if trait.slip is Slip.GRAD_READ:
        return _none(judgement) == Place(path=() if trait.entry is None else (trait.entry,))
    return trait.slip in _WEAK


def _warned(judgement: Judgement, questions: Sequence[Question], observations: Observations) -> Warned | None:
    """The warning that explains the answer which was not right."""
    warned = _deciding(judgement, questions, observations).get("warned")
    if not isinstance(warned, Table):
        return None
    known = dict(warned.entries)
    found: Value = None
    if _none(judgement) is not None:
        found = known.get("None")
    elif any(said.id == "compare.shape" for said in judgement.outcome.rationale):
        found = known.get("shape")
    return Warned(found) if isinstance(found, str) else None


def _deciding(judgement: Judgement, questions: Sequence[Question], observations: Observations) -> Mapping[str, Value]:
    """The facts of the question that was not right; none where there is no such question, or no answer to it."""
    if judgement.decided_by is None:
        return {}
    observation = observations[questions[judgement.decided_by]].observation
    return dict(observation.facts) if isinstance(observation, Answered) else {}


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
    one_memory = frozenset(_twins(facts.get("twins"))) if name == _RESULT else frozenset()

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
