"""Explains a wrong answer: by a slip that its source shows, or by what it is. Pure.

A failure that a visible question shows is explained by the visible questions alone where they are enough: so a handout
says the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from grader.authoring.compare import phrase, question_on
from grader.inside.answers import Answered
from grader.inside.said import Said, say
from grader.inside.values import Raised, Table, Value
from grader.judging.call_answers import RESULT, answers_to
from grader.judging.judgement import Judgement, Know
from grader.judging.relations import OF_ARGUMENTS, CallAnswer, Related, Relation, relation, resemblance, where
from grader.judging.slips import slip_behind, slip_behind_an_error, sure_slip, weak_slip, what_is_none
from grader.observing.traits import Trait
from grader.records import Observation, Observations, Question, Verdict, Visibility

# Errors where a thing is of another kind than the line needs.
_OF_ANOTHER_KIND = {"AttributeError", "TypeError"}
# Other facts are about what became of things, and hold numbers that nobody has computed.
_OF_ANY_FACT = frozenset(
    {
        *(Relation.KEPT_GRADIENT, Relation.KEPT_GRADIENTS, Relation.PLUS_GRADIENT, Relation.PLUS_GRADIENTS),
        *(Relation.FLIPPED, Relation.ZEROS_FOR_NONE),
    }
)
# One question may show them by chance.
_BY_CHANCE = frozenset(
    {
        *(Relation.ONES, Relation.UNIFORM, Relation.FACTOR),
        *(Relation.ONE_MORE, Relation.ONE_LESS, Relation.ONLY_ONE, Relation.ADDED_AGAIN, Relation.TIMES_COUNT),
        *OF_ARGUMENTS,
    }
)
# Something was not done: a slip may show which step that was.
_WITHOUT_A_STEP = frozenset(
    {Relation.CONSTANT, Relation.KEPT_GRADIENT, Relation.KEPT_GRADIENTS, Relation.NONE_FOR_ZEROS}
)


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
    is_of_kind: bool
    """Was the thing of another kind than the line needs?"""

    @property
    def rationale(self) -> tuple[Said, ...]:
        """The sentence that says it."""
        return self.where.rationale

    @property
    def question(self) -> Said:
        """The question on the error where it is known; else, and where there is nothing, the one on the arguments."""
        # As the sum of nothing is the number 0. Another error tells itself what nothing lacks.
        is_of_nothing = self.where.relation is Relation.WHERE_EMPTY and self.is_of_kind
        return self.where.question if is_of_nothing or self.hint in {None, say("hint.error")} else self.hint


Explanation = Trait | Related | Warned | Only


def explanation(
    judgement: Judgement,
    traits: Sequence[Trait],
    questions: Sequence[Question],
    observations: Observations,
    know: Know,
) -> Explanation | None:
    """The slip, warning or relation behind a check that did not pass, or None where nothing of them is known."""
    if sure := sure_slip(judgement, traits):
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
        for answer in answers_to(one, observations[one].observation, compared, know)
    ]
    groups = _groups(answers, judgement.outcome.visibility)
    found = _related(relation, groups, compared[0])
    if found is not None and found.relation not in _WITHOUT_A_STEP:
        return slip_behind(found, traits) or found
    if known := weak_slip(judgement, traits) or found:
        return known
    return _related(resemblance, groups, compared[0])


def _of_an_error(
    judgement: Judgement,
    traits: Sequence[Trait],
    questions: Sequence[Question],
    observations: Observations,
    know: Know,
) -> Explanation | None:
    """The line that is behind an error on what is missing, or the arguments for which alone an error comes."""
    outcome = judgement.outcome
    if found := slip_behind_an_error(judgement, traits):
        return found
    rows = [(one, _as_answered(observations[one].observation)) for one in questions]
    answers = [
        (one.visibility, answer)
        for one, observation in rows
        for answer in answers_to(one, observation, (RESULT, RESULT), know)
    ]
    # Where something else went wrong as well, it is not wrong there alone.
    is_alone = all(isinstance(observation, Answered) for _, observation in rows) and all(
        answer.is_right or isinstance(answer.actual, Raised) for _, answer in answers
    )
    place = _related(where, _groups(answers, outcome.visibility), RESULT) if answers and is_alone else None
    is_of_kind = any(said.argument("exception") in _OF_ANOTHER_KIND for said in outcome.rationale)
    return None if place is None else Only(place, outcome.hint, is_of_kind)


def _as_answered(observation: Observation) -> Observation:
    """An exception as the result of its call, so that it can stand beside other results."""
    return Answered(facts=((RESULT, observation),)) if isinstance(observation, Raised) else observation


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
    """The relation that explains a fact: of the first group of answers that has one.

    A relation that may be chance has to be so in all of them.
    """
    for answers in groups:
        found = find(answers)
        if found is None or not (fact == RESULT or found.relation in _OF_ANY_FACT):
            continue
        if answers is groups[-1] or found.relation not in _BY_CHANCE or find(groups[-1]) == found:
            return found
    return None


def told(judgement: Judgement, found: Explanation) -> Judgement:
    """The judgement with an explanation, and the question that belongs to it."""
    outcome = judgement.outcome
    more = replace(outcome, rationale=(*outcome.rationale, *found.rationale), hint=found.question)
    return replace(judgement, outcome=more)


def _warned(judgement: Judgement, questions: Sequence[Question], observations: Observations) -> Warned | None:
    """The warning that explains the answer which was not right."""
    warned = _deciding(judgement, questions, observations).get("warned")
    if not isinstance(warned, Table):
        return None
    known = dict(warned.entries)
    found: Value = None
    if what_is_none(judgement) is not None:
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
