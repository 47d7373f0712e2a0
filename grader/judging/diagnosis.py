"""Recognises a misconception by what it does. Pure: compares answers that were observed elsewhere.

A failure belongs to a misconception that fails the same check with the same verdict. The two must agree on every fact
that the check reads, in all of its questions. A misconception that fails a check which the submission passes is another
mistake, and its hint would be untrue. A failed side effect needs more: the claims about the numbers have to come out
alike as well.
"""

from collections.abc import Iterator, Mapping, Sequence

from grader.authoring import Check
from grader.authoring.compare import agree
from grader.course.misconceptions import Misconception
from grader.inside.answers import Answered
from grader.inside.values import Raised, Record
from grader.judging.judgement import Judgement
from grader.records import Observation, Observations, Question, Verdict

NAMEABLE = frozenset({Verdict.FAILED, Verdict.ERRORED})


class Suspect(Record):
    """A misconception with its own answers to the same questions, and how they were judged, as far as they could be."""

    misconception: Misconception
    observations: Observations
    judged: dict[str, Judgement]


def diagnose(
    questions: Mapping[Check, Sequence[Question]],
    observations: Observations,
    judged: Mapping[str, Judgement],
    suspects: Sequence[Suspect],
) -> dict[str, Misconception]:
    """The misconception behind each failed check of one exercise, by the check's id, where one is recognised.

    `questions` are those of the exercise's checks.

    Of several that match, the one wins that agrees on the most checks. Then the most answers count that are alike as a
    whole, with facts that no check reads. The file's order settles the rest.
    """

    def alike(check: Check, suspect: Suspect) -> bool:
        mine, other = judged[check.id], suspect.judged.get(check.id)
        return (
            other is not None
            and mine.outcome.verdict is other.outcome.verdict
            and all(
                _same_answer(observations[question].observation, suspect.observations[question].observation, mine.reads)
                for question in questions[check]
            )
        )

    passed = {check.id for check in questions if judged[check.id].outcome.verdict is Verdict.PASSED}
    suspects = [one for one in suspects if passed.isdisjoint(_failed(one))]
    # Each answer is compared once: comparing is most of what this costs.
    matches = [{check.id for check in questions if alike(check, suspect)} for suspect in suspects]
    computed = {check.id for check in questions if not check.witnessed}
    agreements = list(map(len, matches))
    asked = {question for check in questions for question in questions[check]}

    def as_a_whole(index: int) -> int:
        # Only where something is left to settle: most suspects agree on nothing, and this looks at everything.
        if not agreements[index] or agreements.count(agreements[index]) == 1:
            return 0
        theirs = suspects[index].observations
        return sum(_is_the_same(observations[one].observation, theirs[one].observation) for one in asked)

    order = sorted(range(len(suspects)), key=lambda index: (-agreements[index], -as_a_whole(index)))
    named = {}
    for check in questions:
        if judged[check.id].outcome.verdict not in NAMEABLE:
            continue
        for index in order:
            if check.id in matches[index] and (not check.witnessed or computed <= matches[index]):
                named[check.id] = suspects[index].misconception
                break
    return named


def _failed(suspect: Suspect) -> Iterator[str]:
    """The checks that a misconception fails."""
    return (name for name, judgement in suspect.judged.items() if judgement.outcome.verdict is not Verdict.PASSED)


def _is_the_same(mine: Observation, other: Observation) -> bool:
    """Do two answers agree on every fact of either?"""
    if isinstance(mine, Answered) and isinstance(other, Answered):
        names = {name for name, _ in (*mine.facts, *other.facts)}
        return _same_answer(mine, other, frozenset(names))
    return _same_answer(mine, other, frozenset())


def _same_answer(mine: Observation, other: Observation, reads: frozenset[str]) -> bool:
    if isinstance(mine, Answered) and isinstance(other, Answered):
        facts, others = dict(mine.facts), dict(other.facts)
        return all(name in facts and name in others and agree(facts[name], others[name]) for name in reads)
    return isinstance(mine, Raised) and isinstance(other, Raised) and agree(mine, other)
