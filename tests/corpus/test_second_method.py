"""What the oracle computes is confirmed by a second method, for every question of every exercise."""

import inspect

import pytest

from grader.authoring import close
from grader.inside.said import say
from tests.corpus import references
from tests.corpus.conftest import KNOW, SEEDS, arguments_of, at_the_first_call, questions_on
from tests.support import CATALOG, COURSE


def test_every_exercise_has_a_second_method() -> None:
    """An exercise that only the oracle knows is not confirmed."""
    functions = dict(inspect.getmembers(references, inspect.isfunction))
    assert [exercise for exercise in CATALOG.exercise_ids if exercise not in functions] == []


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("exercise", CATALOG.exercise_ids)
def test_two_methods_agree(exercise: str, seed: str) -> None:
    """Oracle and second method give the same computed facts within the tolerance that submissions have."""
    second = getattr(references, exercise)
    for question in questions_on(exercise, seed):
        known = KNOW(question)
        inputs = arguments_of(at_the_first_call(question))
        computed = {name: COURSE.subject.to_value(result) for name, result in second(**inputs).items()}
        assert "returned" in computed
        for name, fact in computed.items():
            close(fact, known[name], say("text", text=name))
