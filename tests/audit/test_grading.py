"""Answers of an audit are graded by the real workers and checks."""

import contextlib
from collections.abc import Iterator

import pytest

from audit.answers import right_answers
from audit.grading import LIMITS, Graders
from grader.sandbox import confined_launcher
from tests.support import COURSE

EXERCISE = "jacobian_2xtx"
RIGHT = right_answers(COURSE, EXERCISE)[0].source


@pytest.fixture(scope="module")
def graders() -> Iterator[Graders]:
    """A launcher that stays warm."""
    with contextlib.closing(confined_launcher(LIMITS, COURSE.equipment)) as launcher:
        yield Graders(launcher, COURSE)


def test_a_right_answer_loses_nothing(graders: Graders) -> None:
    """It has full marks on every seed, from one worker."""
    assert not graders.loses(EXERCISE, RIGHT)
    assert [one.loses for one in graders.marks(EXERCISE, RIGHT, ["1", "2", "3"])] == [False] * 3


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        # The visible question is about float32.
        (("x.grad", "x.grad.float()"), "is_the_derivative"),
        (("2 * torch", "3 * torch"), "is_the_derivative"),
        (("x.detach().clone()", "x"), "caller_untouched"),
        (("def jacobian_2xtx", "def other"), "is_the_derivative"),
    ],
)
def test_a_wrong_answer_loses_points(graders: Graders, change: tuple[str, str], failed: str) -> None:
    """Wherever it is wrong: for a visible question, for a hidden one, in a side effect, or by not being there."""
    wrong = RIGHT.replace(*change)
    assert wrong != RIGHT
    assert graders.loses(EXERCISE, wrong)
    (marks,) = graders.marks(EXERCISE, wrong)
    assert marks.points < marks.full
    assert failed in marks.failed


def test_an_answer_without_end_costs_little(graders: Graders) -> None:
    """It is wrong, and the next one is graded as ever."""
    assert graders.loses(EXERCISE, RIGHT.replace("    y = 2", "    while True:\n        pass\n    y = 2"))
    assert not graders.loses(EXERCISE, RIGHT)
