"""The corpus of learners' answers is well formed; how many of them the grader tells is measured, not tested."""

import ast

import pytest

from tests.learners.answers import FOLDER, Answer, answers_to
from tests.support import CATALOG

ANSWERS = [(exercise, answer) for exercise in CATALOG.exercise_ids for answer in answers_to(exercise)]
NO_DIAGNOSIS = (
    "",
    "3 of 3 values of the result differ, the first at index 0.\nWhat does the docstring say?",
    "Expected shape (3,) for the result, but it has shape (2, 3).\nWhich shape is asked for?",
    "It raised RuntimeError in chapter.py, line 3.\nRead the message to its end.",
    "The gradient is wrong.\nHow does autograd find it?",
)
each_answer = pytest.mark.parametrize(
    ("exercise", "answer"), [pytest.param(*one, id=f"{one[0]}-{one[1].name}") for one in ANSWERS]
)


def test_there_is_a_file_for_each_exercise() -> None:
    """And no file of another name, which nobody would read."""
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(CATALOG.exercise_ids)


@pytest.mark.parametrize("exercise", CATALOG.exercise_ids)
def test_an_exercise_has_many_answers(exercise: str) -> None:
    """Eight at least, of different names and different code."""
    answers = answers_to(exercise)
    assert len(answers) >= 8
    assert len({answer.name for answer in answers}) == len({answer.code for answer in answers}) == len(answers)


@each_answer
def test_code_defines_the_function(exercise: str, answer: Answer) -> None:
    """An answer is imports, and the function of its exercise."""
    *imports, function = ast.parse(answer.code).body
    assert all(isinstance(node, ast.Import | ast.ImportFrom) for node in imports)
    assert isinstance(function, ast.FunctionDef)
    assert function.name == exercise


@each_answer
def test_a_diagnosis_can_be_found(exercise: str, answer: Answer) -> None:
    """It asks for something, in lower case, and is given neither by silence nor by a mere difference."""
    assert answer.name.isidentifier()
    assert answer.why.endswith(".")
    assert answer.says
    for alternatives in answer.says:
        assert alternatives
        assert all(one and one == one.lower() for one in alternatives)
    assert [message for message in NO_DIAGNOSIS if answer.is_told_by(message)] == []


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("The OLD gradient was never cleared.", True),
        ("An old one; v is in .grad.", True),
        ("You hold a gradient.", False),
        ("The old value.", False),
        ("The old one.", False),
    ],
)
def test_words_are_found_where_a_word_begins(message: str, told: bool) -> None:
    """Capitals do not matter, and a single letter is a word of its own."""
    answer = Answer(name="one", code="", why="", says=(("old",), ("gradient", "v")))
    assert answer.is_told_by(message) is told
