"""Shows a wrong answer by the smallest input on which it is wrong in the same way.

It changes nothing but the values that are shown: no verdict, no points, no question that anything is judged by, and no
explanation. An explanation has to be true of the values that are shown.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from grader.authoring import Check
from grader.errors import EnvironmentFault
from grader.exam import Exam, checks_of
from grader.exam.smaller import known_smaller
from grader.inside.said import Argument
from grader.judging.explanation import Explanation
from grader.judging.judgement import Judgement, judge
from grader.judging.relations import Related
from grader.observing.observer import Observer
from grader.records import Observations, Outcome, Question, Row, Verdict

# A student waits for them.
_MOST_OF_AN_EXERCISE = 8
_BY_VALUE = frozenset({Verdict.PASSED, Verdict.FAILED})


@dataclass(frozen=True, slots=True)
class Small:
    """A smaller question that failed in the same way as the one that decided."""

    question: Question
    row: Row
    outcome: Outcome


Explain = Callable[[Observations], Explanation | None]
"""Explains a judgement, with more questions and answers beside those that were judged."""


def ask_smaller(exam: Exam, observer: Observer, judgements: Mapping[str, Judgement]) -> Mapping[str, Sequence[Small]]:
    """Ask smaller questions where checks failed: by the check's id those that fail in the same way, smallest first.

    These are asked in a fresh worker: none of them is hidden, so no answer to them can tell of a hidden question.
    """
    asked = _asked(exam, judgements)
    if not asked:
        return {}
    with contextlib.suppress(EnvironmentFault):  # everything that counts has been asked
        wanted = [list(dict.fromkeys(one for several in by.values() for one in several)) for by in asked.values()]
        rows = observer.observe_again([several[:_MOST_OF_AN_EXERCISE] for several in wanted])
        by_check = {check: questions for by in asked.values() for check, questions in by.items()}
        return {
            check.id: list(_alike(exam, check, [one for one in questions if one in rows], rows, judgements[check.id]))
            for check, questions in by_check.items()
        }
    return {}


def with_smallest(
    judgement: Judgement, smaller: Sequence[Small], found: Explanation | None, explain: Explain
) -> Judgement:
    """The judgement, with the words and values of the smallest question of which its explanation is true."""
    for small in smaller:
        # Only a relation is about values: that the smaller answer has it, too, is not known yet.
        if not isinstance(found, Related) or explain({small.question: small.row}) == found:
            outcome = small.outcome
            shown = replace(judgement.outcome, rationale=outcome.rationale, evidence=outcome.evidence)
            return replace(judgement, outcome=shown)
    return judgement


def _asked(exam: Exam, judgements: Mapping[str, Judgement]) -> Mapping[str, Mapping[Check, Sequence[Question]]]:
    """By exercise that only failed, and by check that failed there: the smaller questions of the one that decided."""
    asked: dict[str, Mapping[Check, Sequence[Question]]] = {}
    for exercise in exam.catalog.exercise_ids:
        judged = {check: judgements[check.id] for check in checks_of(exam, exercise)}
        if not all(one.outcome.verdict in _BY_VALUE for one in judged.values()):
            continue
        several = {
            check: known_smaller(exam, exam.questions[check][one.decided_by])
            for check, one in judged.items()
            if one.decided_by is not None
        }
        if any(several.values()):
            asked[exercise] = several
    return asked


def _alike(
    exam: Exam, check: Check, questions: Sequence[Question], rows: Observations, whole: Judgement
) -> Iterator[Small]:
    """The smaller questions that fail in the same way.

    Where something is printed, it would not be what the report has under the exercise, so the question stays.
    """
    for question in (one for one in questions if not rows[one].output):
        with contextlib.suppress(Exception):  # a check is made for the questions that it asks
            small = judge(check, [question], rows, exam.expected)
            if _way(small) == _way(whole):
                yield Small(question, rows[question], small.outcome)


def _way(judgement: Judgement) -> tuple[object, ...]:
    """How it failed: which facts, what of them, and by which sentences."""
    outcome = judgement.outcome
    said = [(one.id, _thing(dict(one.arguments))) for one in outcome.rationale]
    return outcome.verdict, judgement.compared, said, outcome.hint


def _thing(arguments: Mapping[str, Argument]) -> Argument:
    return arguments.get("what")
