"""Asks again what another exercise may have spoiled: a submission's functions share a process, and its own mistakes.

Asking again takes fresh workers, in another order. The better of two whole runs of an exercise counts.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from grader.authoring import Check
from grader.exam import Exam, checks_of, questions_of
from grader.judging.judgement import Judgement
from grader.judging.scoring import Worth, worth
from grader.observing.observer import Observer, in_order
from grader.observing.record import same_answer
from grader.records import Observations, Question, TimedOut, Verdict

Judge = Callable[[Observations], Mapping[str, Judgement]]

# What a cleaner worker could turn into something better.
_WORTH_ANOTHER_TRY = frozenset({Verdict.FAILED, Verdict.ERRORED, Verdict.TIMED_OUT, Verdict.CRASHED})


def asked_fairly(exam: Exam, observer: Observer, judge: Judge) -> tuple[Observations, Mapping[str, Judgement]]:
    """Ask everything. Where another exercise may be the cause of a failure, ask again."""
    observations = observer.observe(questions_of(exam))
    judgements = judge(observations)
    failed = _failed_beside_others(exam, observer, judgements)
    if not failed:
        return observations, judgements
    again = _asked_alone(exam, observer, observations, failed)
    if late := observer.late(observations):
        observations |= late
        judgements = judge(observations)
    if not again:
        return observations, judgements
    again |= observer.late(again)
    second = judge(observations | again)
    better = _better(exam, judgements, second, {question.exercise for question in again})
    kept = {question: row for question, row in again.items() if question.exercise in better}
    counted = {
        check.id: (second if check.cases.exercise in better else judgements)[check.id] for check in exam.questions
    }
    return observations | kept, counted


def _failed_beside_others(
    exam: Exam, observer: Observer, judgements: Mapping[str, Judgement]
) -> Mapping[str, Sequence[Question]]:
    """Of failed exercises that were asked where another one had run before: the questions that they failed by.

    The questions before them are there as well, since an exercise may remember what it was asked.
    """
    failed: dict[str, Sequence[Question]] = {}
    for exercise in exam.catalog.exercise_ids:
        if observer.ran_beside_others(exercise):
            checks = checks_of(exam, exercise)
            asked = in_order(questions_of(exam, checks))
            decisive = [one for check in checks if (one := _decisive(exam, check, judgements[check.id])) is not None]
            if decisive:
                failed[exercise] = asked[: 1 + max(map(asked.index, decisive))]
    return failed


def _decisive(exam: Exam, check: Check, judgement: Judgement) -> Question | None:
    """The question by which a check failed, where a cleaner worker could turn that into something better."""
    if judgement.decided_by is None or judgement.outcome.verdict not in _WORTH_ANOTHER_TRY:
        return None
    return exam.questions[check][judgement.decided_by]


def _asked_alone(
    exam: Exam, observer: Observer, first: Observations, failed: Mapping[str, Sequence[Question]]
) -> Observations:
    """Other answers of failed exercises, each from a worker that ran no other exercise before.

    One that did not end had less time beside others than it has alone, so nothing can be told of it before it is alone.
    """
    late = [exercise for exercise, questions in failed.items() if _is_late(first, questions)]
    rows = _asked_if_disturbed(
        exam, observer, first, {exercise: failed[exercise] for exercise in failed if exercise not in late}
    )
    for exercise in late:
        rows |= observer.observe_again([questions_of(exam, checks_of(exam, exercise))])
    return rows


def _is_late(rows: Observations, questions: Sequence[Question]) -> bool:
    return any(isinstance(rows[question].observation, TimedOut) for question in questions)


def _asked_if_disturbed(
    exam: Exam, observer: Observer, first: Observations, failed: Mapping[str, Sequence[Question]]
) -> Observations:
    """Other answers of failed exercises where one of them disturbs another; none where nothing does.

    At first one fresh worker is asked again: the last exercise everything, since it is alone there, and then of the
    others what decided. Another one is asked the others without it, since it may be what disturbs them. Where all
    of it comes out the same, none was disturbed. Where something does not, this submission reaches from one
    exercise into another, so each of them is asked everything, alone.
    """
    if not failed:
        return {}
    everything = {exercise: questions_of(exam, checks_of(exam, exercise)) for exercise in failed}
    *others, last = failed
    decisive = [failed[exercise] for exercise in reversed(others)]
    again = observer.observe_again([everything[last], *decisive])
    undisturbed = _are_alike(first, again)
    if undisturbed and others:
        undisturbed = _are_alike(first, observer.observe_again(decisive))
    if undisturbed:
        return {}
    rows = {question: again[question] for question in everything[last]}
    for exercise in others:
        rows |= observer.observe_again([everything[exercise]])
    return rows


def _are_alike(first: Observations, again: Observations) -> bool:
    """Does every question have the answer that it had at first?"""
    return all(same_answer(first[question].observation, row.observation) for question, row in again.items())


def _better(
    exam: Exam, first: Mapping[str, Judgement], second: Mapping[str, Judgement], exercises: Collection[str]
) -> frozenset[str]:
    """The exercises whose second run is worth more; each run counts as a whole, and the first one in a tie."""

    def worth_of(judgements: Mapping[str, Judgement], exercise: str) -> Worth:
        checks = checks_of(exam, exercise)
        return worth(checks, {check.id: judgements[check.id].outcome.verdict for check in checks})

    return frozenset(one for one in exercises if worth_of(second, one) > worth_of(first, one))
