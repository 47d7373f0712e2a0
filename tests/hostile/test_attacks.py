"""No submission takes a point that it did not earn, hurts another, or stops the grading."""

import re
from collections.abc import Mapping

import msgspec
import pytest

from grader.inside.values import TensorValue
from grader.records import Visibility
from grader.report import Audience, Report, for_audience
from tests.hostile.conftest import EXERCISES, SEED, Attack, Graded, attacks, outcome
from tests.support import COURSE, Json, exercise_in

ALL = list(attacks())


@pytest.mark.parametrize("attack", ALL, ids=lambda attack: attack.name)
def test_an_attack_gets_what_it_deserves(attack: Attack, reports: Mapping[str, Json]) -> None:
    """Each exercise has exactly the verdict and points that its code earned; the denominator is the same for all."""
    assert attack.tries, "its docstring has to say what it tries"
    assert attack.expects.keys() == set(EXERCISES), "its docstring has to say what every exercise gets"
    report = reports[attack.name]
    assert {exercise: outcome(report, exercise) for exercise in EXERCISES} == attack.expects
    assert not report["needs_review"]
    assert {one["max_points"] for one in reports.values()} == {report["max_points"]}


def hidden_numbers() -> set[str]:
    """The digits of every number that a hidden question asks with, as a message could spell them."""
    checks = [check for check in COURSE.checks if check.cases.exercise in EXERCISES]
    questions = [one for check in checks for one in check.cases.questions(SEED, COURSE.probes.families)]
    values = [value for one in questions if one.visibility is Visibility.HIDDEN for _, value in one.inputs]
    numbers = [number for value in values if isinstance(value, TensorValue) for number in value.elements()]
    return {digits[:7] for number in numbers if len(digits := str(number).lstrip("-0.").replace(".", "")) >= 7}


@pytest.mark.parametrize("attack", ALL, ids=lambda attack: attack.name)
def test_a_student_reads_no_hidden_number(attack: Attack, reports: Mapping[str, Json]) -> None:
    """However an attack spells it, no digits of a hidden input are in its student's report, and no long number."""
    report = msgspec.json.decode(msgspec.json.encode(reports[attack.name]), type=Report)
    shown = for_audience(report, Audience.STUDENT, COURSE.folder)
    for exercise in shown.exercises:
        hidden = [check for check in exercise.checks if check.visibility is Visibility.HIDDEN]
        text = msgspec.json.encode(
            (exercise.notes, [(one.rationale, one.said, one.hint, one.evidence) for one in hidden])
        ).decode()
        assert not [digits for digits in hidden_numbers() if digits in text.replace(".", "")]
        assert not re.search(r"\d{4}", text)
        assert sum(text.count(f"the result[{index}]") for index in range(100)) <= 4 * len(hidden)


def test_hidden_numbers_would_be_found(reports: Mapping[str, Json]) -> None:
    """The same search finds them in the instructor's report on an attack that tells them."""
    told = msgspec.json.encode(reports["says_inputs_by_texts"]).decode().replace(".", "")
    assert [digits for digits in hidden_numbers() if digits in told]


def test_there_are_many_attacks() -> None:
    """The list only ever grows."""
    assert len(ALL) >= 164
    assert sum(attack.forges for attack in ALL) >= 7


@pytest.mark.parametrize("attack", [one for one in ALL if one.forges], ids=lambda attack: attack.name)
def test_forged_side_effects_pay_nothing_by_themselves(attack: Attack, reports: Mapping[str, Json]) -> None:
    """Where the numbers are not right, no witnessed check has a point, whatever was sent for it."""
    for exercise in EXERCISES:
        checks = exercise_in(reports[attack.name], exercise)["checks"]
        right = all(check["verdict"] == "passed" for check in checks if not check["witnessed"])
        witnessed = [check["points"] for check in checks if check["witnessed"]]
        assert witnessed
        assert right or not any(witnessed)


def test_nothing_outlives_the_batch(graded: Graded) -> None:
    """No process that it started is left, and nothing in its temporary folder."""
    assert graded.processes == []
    assert graded.files == []


def test_only_reports_are_written(graded: Graded) -> None:
    """Every attack has its report, and there is no other."""
    assert graded.reports.keys() == {attack.name for attack in ALL}


def test_nothing_of_the_grader_is_told(reports: Mapping[str, Json]) -> None:
    """No report quotes a path of this machine or a line of the kit's code, not even the instructor's."""
    for name, report in reports.items():
        for exercise in EXERCISES:
            for check in exercise_in(report, exercise)["checks"]:
                for told in (check["rationale"], check["hint"] or ""):
                    assert "/" not in told.replace("2 / 4", ""), f"{name}: {told}"
                    assert "Traceback" not in told
