"""No submission takes a point that it did not earn, hurts another, or stops the grading."""

import pytest

from tests.hostile.conftest import EXERCISES, Attack, attacks, outcome
from tests.support import Json, exercise_in

pytestmark = pytest.mark.xdist_group("hostile")
ALL = list(attacks())


@pytest.mark.parametrize("attack", ALL, ids=lambda attack: attack.name)
def test_an_attack_gets_what_it_deserves(attack: Attack, reports: dict[str, Json]) -> None:
    """Each exercise has exactly the verdict and points that its code earned; the denominator is the same for all."""
    assert attack.tries, "its docstring has to say what it tries"
    assert attack.expects.keys() == set(EXERCISES), "its docstring has to say what every exercise gets"
    report = reports[attack.name]
    assert {exercise: outcome(report, exercise) for exercise in EXERCISES} == attack.expects
    assert not report["needs_review"]
    assert {one["max_points"] for one in reports.values()} == {report["max_points"]}


def test_there_are_many_attacks() -> None:
    """The list only ever grows."""
    assert len(ALL) >= 80


def test_nothing_of_the_grader_is_told(reports: dict[str, Json]) -> None:
    """No report quotes a path of this machine or a line of the kit's code, not even the instructor's."""
    for name, report in reports.items():
        for exercise in EXERCISES:
            for check in exercise_in(report, exercise)["checks"]:
                for told in (check["rationale"], check["hint"] or ""):
                    assert "/" not in told.replace("2 / 4", ""), f"{name}: {told}"
                    assert "Traceback" not in told
