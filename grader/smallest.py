"""Shows a wrong answer by the smallest input on which it is wrong in the same way.

It changes nothing but the words and the values: no verdict, no points, and no question that anything is judged by.
"""

import contextlib
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from grader.authoring import Check
from grader.errors import EnvironmentFault
from grader.exam import Exam, checks_of
from grader.exam.smaller import known_smaller
from grader.inside.said import Argument
from grader.judging.judgement import Judgement, judge
from grader.observing.observer import Observer
from grader.records import Observations, Question, Verdict

# A student waits for them.
_MOST_OF_AN_EXERCISE = 8
_BY_VALUE = frozenset({Verdict.PASSED, Verdict.FAILED})


def with_smallest(exam: Exam, observer: Observer, judgements: Mapping[str, Judgement]) -> Mapping[str, Judgement]:
    """The judgements, where smaller questions are wrong with the words and the values of the smallest one.

    These are asked in a fresh worker: none of them is hidden, so no answer to them can tell of a hidden question.
    """
    asked = _asked(exam, judgements)
    if not asked:
        return judgements
    with contextlib.suppress(EnvironmentFault):  # everything that counts has been asked
        wanted = [list(dict.fromkeys(one for several in by.values() for one in several)) for by in asked.values()]
        rows = observer.observe_again([several[:_MOST_OF_AN_EXERCISE] for several in wanted])
        by_check = {check: questions for by in asked.values() for check, questions in by.items()}
        return {**judgements, **_found(exam, by_check, judgements, rows)}
    return judgements


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


def _found(
    exam: Exam,
    asked: Mapping[Check, Sequence[Question]],
    judgements: Mapping[str, Judgement],
    rows: Observations,
) -> Mapping[str, Judgement]:
    """The judgements that show a smaller question."""
    found: dict[str, Judgement] = {}
    for check, questions in asked.items():
        whole = judgements[check.id]
        for question in questions:
            if question in rows and (small := _judged_alike(exam, check, question, rows, whole)) is not None:
                shown = replace(whole.outcome, rationale=small.outcome.rationale, evidence=small.outcome.evidence)
                found[check.id] = replace(whole, outcome=shown)
                break
    return found


def _judged_alike(
    exam: Exam, check: Check, question: Question, rows: Observations, whole: Judgement
) -> Judgement | None:
    """The judgement on a smaller question, where it fails in the same way."""
    with contextlib.suppress(Exception):  # a check is made for the questions that it asks
        small = judge(check, [question], rows, exam.expected)
        return small if _way(small) == _way(whole) else None
    return None


def _way(judgement: Judgement) -> tuple[object, ...]:
    """How it failed: which facts, what of them, and by which sentences."""
    outcome = judgement.outcome
    said = [(one.id, _thing(dict(one.arguments))) for one in outcome.rationale]
    return outcome.verdict, judgement.compared, said, outcome.hint


def _thing(arguments: Mapping[str, Argument]) -> Argument:
    return arguments.get("what")
