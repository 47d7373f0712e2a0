"""Full marks for right answers in every style, and half of them at most for answers that leave out the lesson."""

from collections import Counter
from pathlib import Path

import pytest

from grader.inside.values import FunctionSpec, Items, Table, TensorValue
from grader.judging.scoring import points_of
from grader.records import Verdict
from tests.corpus import ignoring_lessons, right_styles
from tests.corpus.conftest import SEEDS, Corpus, asked, checks_on
from tests.support import CATALOG

EXERCISES = CATALOG.exercise_ids


def answers_in(module: object) -> list[str]:
    """The functions of a file that answer an exercise, by name."""
    return [name for name, thing in vars(module).items() if name.partition("__")[0] in EXERCISES and callable(thing)]


RIGHT = answers_in(right_styles)
IGNORING = answers_in(ignoring_lessons)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_exercise_has_three_styles(exercise: str) -> None:
    """A claim can only be seen to ask for too much where answers differ."""
    assert Counter(name.partition("__")[0] for name in RIGHT)[exercise] >= 3


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_answer_gets_full_marks_in_any_style(name: str, corpus: Corpus) -> None:
    """What a stub allows, no claim refuses, on any seed."""
    for seed in SEEDS:
        judged = corpus.answers(Path(right_styles.__file__), name.partition("__")[0], name, seed).judged
        wrong = {check: one.outcome for check, one in judged.items() if one.outcome.verdict is not Verdict.PASSED}
        assert wrong == {}


@pytest.mark.parametrize("name", IGNORING)
def test_an_answer_that_leaves_out_the_lesson_gets_half_at_most(name: str, corpus: Corpus) -> None:
    """Right numbers alone do not make a right answer; side effects that are as they should be neither."""
    exercise = name.partition("__")[0]
    judged = corpus.answers(Path(ignoring_lessons.__file__), exercise, name, SEEDS[0]).judged
    verdicts = {check: one.outcome.verdict for check, one in judged.items()}
    paid = sum(points or 0 for points in points_of(checks_on(exercise), verdicts).values())
    assert 2 * paid <= sum(check.points for check in checks_on(exercise))


@pytest.mark.parametrize("exercise", EXERCISES)
def test_two_questions_differ_in_their_numbers_alone(exercise: str) -> None:
    """Whatever is kept by length and dtype meets other numbers, also where no second call is made."""
    for seed in SEEDS:
        kinds = Counter(
            tuple((name, shape_of(value)) for name, value in question.inputs)
            for question in asked(exercise, seed)[checks_on(exercise)[0]]
        )
        assert max(kinds.values()) >= 2


def shape_of(value: object) -> object:
    """A value without its numbers."""
    match value:
        case TensorValue(dtype=dtype, shape=shape):
            return dtype, shape
        case FunctionSpec(name=name):
            return name
        case Items(items=items):
            return tuple(map(shape_of, items))
        case Table(entries=entries):
            return tuple((name, shape_of(entry)) for name, entry in entries)
        case float():
            return float
        case _:
            return value
