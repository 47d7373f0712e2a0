"""Subjects: what a course is about, and what is recorded of its calls."""

import contextlib
import math
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.inside import subject
from grader.inside.functions import Family
from grader.inside.recorder import call, record
from grader.inside.subject import Subject, find_subject, is_subject
from grader.inside.subjects import python
from grader.inside.values import (
    FunctionSpec,
    Items,
    NotRepresentable,
    Place,
    Raised,
    Table,
    TensorValue,
    Unfit,
    Value,
    object_of,
)
from tests.support import COURSE, ROOT
from tests.unit.records import listed

DOUBLE = {"double": Family(evaluate=lambda x, c: c[0] * x, formula="{0} * x", arity=1)}


def described(error: BaseException) -> Raised:
    """An exception as a fact."""
    return Raised(exception=type(error).__name__, message=str(error))


# Any: what a submission takes and returns can be anything.
def facts(function: Callable[..., Any], **inputs: object) -> dict[str, Value]:
    """The facts of a call that the subject `python` records."""
    one = python.RECORDER(function, described)
    one.call(**inputs)
    return one.facts


def values_of(name: str) -> Place:
    """The values of an argument."""
    return Place(argument=name, part="values")


# ---------------------------------------------------------------- every subject


@pytest.mark.parametrize("name", ["python", "torch"])
def test_a_subject_has_all_that_workers_need(name: str) -> None:
    """Each module beside the others is a subject, and has every member of one."""
    assert is_subject(name)
    members = {member for member in {*vars(Subject), *Subject.__annotations__} if not member.startswith("_")}
    assert {"RECORDER", "reset"} < members
    assert {member for member in members if not hasattr(find_subject(name), member)} == set()


@pytest.mark.parametrize("name", ["", "numpy", "torch.tensors", "subject", "__init__"])
def test_what_is_no_subject_is_known_without_an_import(name: str) -> None:
    """A catalog may name anything, such as a library that is there, or a part of a subject."""
    assert not is_subject(name)


def imported_by(program: str) -> set[str]:
    """The libraries, of those that a subject may be about, that a program imports."""
    telling = f"{program}\nimport sys\nprint(*{{'torch', 'numpy'}} & sys.modules.keys())"
    completed = subprocess.run(
        [sys.executable, "-c", telling], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert completed.returncode == 0, completed.stderr
    return set(completed.stdout.split())


def test_asking_for_a_subject_imports_none() -> None:
    """A wrong catalog is told of at once, and not after torch has been imported."""
    assert imported_by("from grader.inside.subject import is_subject\nassert is_subject('torch')") == set()


def test_a_course_about_python_imports_no_library(tmp_path: Path) -> None:
    """A worker of such a course has read no library that is not the submission's wish, and answers all the same."""
    (tmp_path / "ch1.py").write_text("from grader.inside.recorder import call\n\ntotal = call\n", encoding="utf-8")
    program = f"""
from grader.inside.commands import Equipment
from grader.inside.worker.rehearsal import rehearse
from grader.inside.worker.serve import prepare
setting = prepare(Equipment(subject="python", probes={str(tmp_path)!r}))
assert setting.find_probe("ch1", "total")
setting.subject.warm()
assert rehearse(setting)
"""
    assert imported_by(program) == set()
    assert imported_by("import grader.inside.subjects.torch") == {"torch", "numpy"}


# ---------------------------------------------------------------- the subject `python`: recording


def test_pythons_standard_facts_are_three() -> None:
    """What came back, what of the caller's was changed, and how often its functions were called."""

    def submitted(numbers: list[int], f: Callable[[int], int], fs: dict[str, Callable[[int], int]]) -> object:
        numbers.append(f(1) + f(2) + fs["a"](3))
        return numbers, {"k": (1.5, None)}

    def same(number: int) -> int:
        return number

    assert facts(submitted, numbers=[1], f=same, fs={"a": lambda number: number, "b": lambda number: -number}) == {
        "returned": Items(
            kind="tuple",
            items=(
                Items(kind="list", items=(1, 6)),
                Table(entries=(("k", Items(kind="tuple", items=(1.5, None))),)),
            ),
        ),
        "changed": listed(values_of("numbers")),
        "calls": Table(entries=(("f", 2), ("fs['a']", 1), ("fs['b']", 0))),
    }


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        (lambda given: given["k"].append(1), True),
        (lambda given: given.update(n=2), True),
        (lambda given: given.pop("k"), True),
        (lambda given: given["k"].__setitem__(0, 7), True),
        (lambda given: [*given["k"], 1], False),
        (lambda given: given.update(k=[1, math.nan]), True),
        (lambda given: given["k"].reverse() or given["k"].reverse(), False),
    ],
)
def test_a_change_of_what_the_caller_gave_is_seen(change: Callable[[Any], object], changed: bool) -> None:
    """At any depth; what is as it was afterwards is unchanged, and NaN is."""
    seen = facts(change, given={"k": [1, math.nan, "s"], "n": None})
    assert seen["changed"] == (listed(values_of("given")) if changed else listed())


@pytest.mark.parametrize("given", [math.nan, -0.0, None, True, "s", 1 << 70, [math.nan], {"k": math.nan}])
def test_a_plain_argument_is_unchanged(given: object) -> None:
    """Also where it is not equal to itself, or has no place on the wire."""
    assert facts(lambda x: x, x=given)["changed"] == listed()


def both_calls(function: Callable[..., Any]) -> Value:
    """What is recorded of a second call."""
    return record(call, lambda: python.RECORDER(function, described), lambda: {"x": [1]}, lambda: {"x": [2]})["again"]


def test_a_second_call_of_a_python_function_is_recorded() -> None:
    """Its result, and whether the first one lasted; NaN lasts."""
    kept: list[list[int]] = [[]]

    def growing(x: list[int]) -> list[int]:
        kept[0] += x
        return kept[0]

    assert both_calls(lambda x: x[0] * 2) == Table(entries=(("returned", 4), ("kept", True)))
    assert both_calls(growing) == Table(entries=(("returned", Items(kind="list", items=(1, 2))), ("kept", False)))
    again = both_calls(lambda _: math.nan)
    assert isinstance(again, Table)
    assert dict(again.entries)["kept"] is True


# ---------------------------------------------------------------- the subject `python`: values


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        -0.5,
        "s",
        Items(kind="list", items=(1, Items(kind="tuple", items=("a", None)))),
        Table(entries=(("k", Items(kind="list", items=())), ("n", 1))),
    ],
)
def test_a_value_is_built_and_read_again(value: Value) -> None:
    """Nothing is lost, and what is built is new each time."""
    one, other = (python.build_inputs((("x", value),), {})["x"] for _ in range(2))
    assert python.to_value(one) == value
    assert not isinstance(one, list | dict) or one is not other


def test_a_function_of_the_course_is_built() -> None:
    """By its family, with the coefficients of the question."""
    built = python.build_inputs((("f", FunctionSpec(name="double", coefficients=(2.0,))), ("n", 1)), DOUBLE)
    assert built["n"] == 1
    assert callable(built["f"])
    assert built["f"](3) == 6


def test_one_thing_of_two_names_is_built_once() -> None:
    """Equal functions are one, and so is an argument that is there once more; equal lists are two."""
    double, numbers = FunctionSpec(name="double", coefficients=(2.0,)), Items(kind="list", items=(1,))
    inputs = (("f", double), ("fs", Table(entries=(("a", double),))), ("x", numbers), ("y", numbers))
    built = python.build_inputs((*inputs, ("z", Place(argument="x"))), DOUBLE)
    assert built["fs"] == {"a": built["f"]}
    assert built["z"] is built["x"] is not built["y"]
    assert python.build_inputs(inputs, DOUBLE)["f"] is not built["f"]


def test_python_has_no_tensors() -> None:
    """A question with one is its author's mistake, and a result that is one is of a class of its own."""
    with pytest.raises(TypeError):
        python.build_inputs((("x", TensorValue(dtype="bool", shape=(), data=b"\0")),), {})
    tensor = find_subject("torch").build_inputs((("x", TensorValue(dtype="bool", shape=(), data=b"\0")),), {})["x"]
    assert python.to_value(tensor) == NotRepresentable(reason=Unfit.OWN_CLASS)


@pytest.mark.parametrize(
    ("thing", "value"),
    [
        ({1, 2}, object_of("set")),
        (len, object_of("builtin_function_or_method")),
        (1 << 63, NotRepresentable(reason=Unfit.LARGE_INTEGER)),
        ({1: 2}, NotRepresentable(reason=Unfit.OTHER_KEYS)),
        ([0] * 1001, NotRepresentable(reason=Unfit.MANY_ENTRIES)),
    ],
)
def test_what_has_no_place_is_named(thing: object, value: Value) -> None:
    """By the same reasons as in every subject."""
    assert python.to_value(thing) == value


def test_switches_are_put_back() -> None:
    """The interpreter's own; generators are seeded alike for every question."""
    limit = sys.getrecursionlimit()
    with contextlib.ExitStack() as back:
        back.callback(random.setstate, random.getstate())
        back.callback(sys.setrecursionlimit, limit)
        drawn = []
        for _ in range(2):
            sys.setrecursionlimit(700)
            python.reset()
            assert sys.getrecursionlimit() == 1000
            with python.modes():
                drawn.append(random.random())
        assert drawn[0] == drawn[1]


def test_a_subject_is_what_the_catalog_names() -> None:
    """The course asks for it by that name, and gives it to its workers."""
    assert COURSE.subject is subject.find_subject(COURSE.catalog.subject)
    assert COURSE.equipment.subject == COURSE.catalog.subject
