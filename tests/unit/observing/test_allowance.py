"""What calls that do not end leave to others, counted."""

from collections.abc import Sequence

import pytest

from grader.observing.allowance import Allowance

SECONDS = 8.0


def costs(loops: Sequence[tuple[str, bool]]) -> list[float]:
    """The cost of calls that do not end, one after the other: of an exercise, alone or beside others."""
    allowance = Allowance(SECONDS)
    spent = []
    for exercise, is_alone in loops:
        spent.append(0.0 if allowance.is_used_up(exercise) else allowance.seconds(exercise, is_alone=is_alone))
        allowance.lose(exercise, spent[-1])
    return spent


@pytest.mark.parametrize(
    ("loops", "spent"),
    [
        ([("a", True)], [8.0]),
        ([("a", False), ("a", True)], [2.0, 8.0]),
        ([("a", False), ("a", False), ("a", True), ("a", True)], [2.0, 2.0, 6.0, 0.0]),
        ([("a", True), ("a", True), ("a", True)], [8.0, 2.0, 0.0]),
    ],
)
def test_the_time_outs_of_an_exercise_have_a_budget(loops: Sequence[tuple[str, bool]], spent: list[float]) -> None:
    """A whole time alone, and a quarter beside others; then it is not asked any more."""
    assert costs(loops) == spent


def test_many_loops_cost_less_each() -> None:
    """Each other exercise that has timed out halves what is left, but not below a quarter."""
    assert costs([(name, True) for name in "abcde"]) == [8.0, 4.0, 2.0, 2.0, 2.0]


def test_ones_own_time_out_shortens_nothing() -> None:
    """Who was slow beside others may be so because of them, and has a whole time alone."""
    allowance = Allowance(SECONDS)
    allowance.lose("slow", allowance.seconds("slow", is_alone=False))
    assert allowance.seconds("slow", is_alone=True) == SECONDS


@pytest.mark.parametrize("is_alone", [True, False])
def test_a_right_answer_always_has_a_quarter(is_alone: bool) -> None:
    """Whatever else does not end."""
    allowance = Allowance(SECONDS)
    for name in "abcdefgh":
        allowance.lose(name, SECONDS)
    assert allowance.seconds("right", is_alone=is_alone) == SECONDS / 4
    assert not allowance.is_used_up("right")
