"""`check` in a running kernel: the source of the cells that were run is graded, and nothing else."""

import json
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.kernel import Kernel, running
from tests.support import ROOT

TEXTS = ROOT / "tests" / "courses" / "texts"
IMPORT = "from grader.notebook import check"
RIGHT = "def total(f, numbers):\n    return sum(map(f, numbers), 0.0)"
WRONG = "def total(f, numbers):\n    return f(sum(numbers))"
STUB = "def total(f, numbers):\n    raise NotImplementedError"
FULL, NONE = "3/3", "0/3"


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[Kernel]:
    """A kernel that has imported `check`, for a course about Python alone, which is loaded fast."""
    with running(tmp_path, {"GRADER_COURSE": str(TEXTS)}) as one:
        assert one.run(IMPORT, "first") == ""
        yield one


def check(kernel: Kernel, call: str = 'check("total")') -> str:
    """The text that a check shows, in a cell without an id: it is another one each time."""
    return kernel.run(call)


def test_the_source_that_was_run_last_is_graded(kernel: Kernel) -> None:
    """A cell that was changed and run again counts as it is now; taken back to the stub, it is one."""
    kernel.run(WRONG, "a")
    assert NONE in check(kernel)
    kernel.run(RIGHT, "a")
    assert FULL in check(kernel)
    kernel.run(STUB, "a")
    assert "·" in check(kernel)


def test_a_definition_in_the_very_cell_of_the_check_counts(kernel: Kernel) -> None:
    """The cell is among those that were run, for a whole chapter as well."""
    assert FULL in check(kernel, f"{RIGHT}\ncheck()")


def test_of_two_cells_the_one_that_ran_last_counts(kernel: Kernel) -> None:
    """As for the notebook itself, wherever they stand."""
    kernel.run(RIGHT, "a")
    kernel.run(WRONG, "b")
    assert NONE in check(kernel)
    kernel.run(RIGHT, "a")
    assert FULL in check(kernel)


def test_what_only_the_memory_holds_helps_nobody(kernel: Kernel) -> None:
    """A helper whose cell was emptied is still there for the notebook, and not for grading."""
    kernel.run("def added(numbers):\n    return sum(numbers, 0.0)", "helper")
    kernel.run("def total(f, numbers):\n    return added(map(f, numbers))", "a")
    assert FULL in check(kernel)
    kernel.run("# nothing any more", "helper")
    assert kernel.run("total(lambda x: x, [1, 2])") == "3.0"
    assert "NameError" in check(kernel)


def test_what_only_the_memory_holds_hurts_nobody(kernel: Kernel) -> None:
    """What a cell has done to Python's own before it was changed does not reach the process that grades."""
    kernel.run("import math\ndef total(f, numbers):\n    return math.fsum(map(f, numbers))", "a")
    kernel.run("import math\nmath.fsum = lambda numbers: 7", "b")
    kernel.run("# nothing any more", "b")
    assert kernel.run("total(lambda x: x, [1, 2])") == "7"
    assert FULL in check(kernel)


def test_a_difference_to_the_memory_is_told(kernel: Kernel) -> None:
    """The source is graded, and a note says what the notebook itself would run."""
    kernel.run(RIGHT, "a")
    kernel.run("total = 7", "b")
    kernel.run("# nothing any more", "b")
    shown = check(kernel)
    assert FULL in shown
    assert "The total in the notebook's memory is another one than in cell [2]." in shown


def test_a_cell_that_was_changed_and_not_run_is_told(tmp_path: Path) -> None:
    """What Jupyter has saved shows it; the source that was run is graded."""
    path = tmp_path / "mine.ipynb"
    with running(tmp_path, {"GRADER_COURSE": str(TEXTS), "JPY_SESSION_NAME": str(path)}) as kernel:
        kernel.run(IMPORT)
        kernel.run(WRONG, "a")
        _save(path, WRONG)
        shown = check(kernel)
        assert NONE in shown
        assert "has been changed" not in shown
        _save(path, RIGHT)
        shown = check(kernel)
        assert NONE in shown
        assert "total has been changed since its cell was run." in shown


def _save(path: Path, *sources: str) -> None:
    cells = [{"cell_type": "code", "source": source} for source in sources]
    path.write_text(json.dumps({"nbformat": 4, "cells": cells}), encoding="utf-8")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ('check("totle")', "Error: there is no exercise or chapter named 'totle'. Did you mean 'total'?"),
        ("check(7)", "Error: there is no exercise or chapter named '7'."),
        ("check()", "Error: no cell that defines an exercise has been run yet"),
        ('check("total")', "Not looked at, since its cell has not been run yet: total."),
    ],
)
def test_what_goes_wrong_is_told_in_words(call: str, said: str, kernel: Kernel) -> None:
    """Nobody is shown a traceback."""
    assert check(kernel, call).startswith(said)


def test_a_function_may_be_given_itself(kernel: Kernel) -> None:
    """By its name: a newcomer forgets the quotes."""
    kernel.run(RIGHT)
    assert FULL in check(kernel, "check(total)")


def test_exercises_whose_cells_were_not_run_are_named(kernel: Kernel) -> None:
    """And the others are graded."""
    kernel.run(RIGHT)
    shown = check(kernel, "check()")
    assert "Not looked at, since its cell has not been run yet: count_words." in shown
    assert FULL in shown


def test_the_kernel_holds_nothing_secret_and_is_never_forked(kernel: Kernel) -> None:
    """Another program grades, one for all checks; it ends with the kernel."""
    kernel.run(RIGHT)
    check(kernel)
    (helper,) = _helpers(kernel)
    assert FULL in check(kernel)
    assert _helpers(kernel) == [helper]
    loaded = kernel.run("import sys; print(*sys.modules)").split()
    assert "grader.notebook" in loaded
    assert not {"pytest", "torch", "grader.exam", "grader.judging"} & set(loaded)
    for process in (below := kernel.process.children(recursive=True)):
        assert "ipykernel" not in " ".join(process.cmdline())
    kernel.process.kill()
    _, alive = psutil.wait_procs(below, timeout=60)
    assert not alive


def _helpers(kernel: Kernel) -> list[psutil.Process]:
    return [one for one in kernel.process.children() if "grader.notebook.serve" in " ".join(one.cmdline())]


def test_a_check_can_be_interrupted(kernel: Kernel) -> None:
    """As any cell: nothing goes on behind it, and the next check begins anew."""
    kernel.run("def total(f, numbers):\n    while True:\n        pass", "a")
    running_check = kernel.send('check("total")')
    while len(below := kernel.process.children(recursive=True)) < 2:
        pass  # the process that grades, and the one below it that starts workers
    kernel.interrupt()
    (error,) = kernel.outputs(running_check)
    assert error["ename"] == "KeyboardInterrupt"
    _, alive = psutil.wait_procs(below, timeout=60)
    assert not alive
    kernel.run(RIGHT, "a")
    assert FULL in check(kernel)


def test_a_grading_process_that_was_killed_is_replaced(kernel: Kernel) -> None:
    """One check is lost, in words."""
    kernel.run(RIGHT)
    check(kernel)
    (helper,) = _helpers(kernel)
    helper.kill()
    assert check(kernel) == "Error: the process that grades has ended: run this cell again"
    assert FULL in check(kernel)


def test_a_check_shows_one_thing(kernel: Kernel) -> None:
    """A result with its HTML and its text, as a terminal has it."""
    kernel.run(WRONG)
    (output,) = kernel.outputs(kernel.send('check("total")'))
    text = output["data"]["text/plain"]
    assert text.splitlines()[:2] == ["ch01_texts", "  ✗   0/3   total  A sum over a function"]
    assert output["data"]["text/html"].startswith("<div><table")


def test_nothing_of_a_hidden_question_comes_into_the_kernel(kernel: Kernel) -> None:
    """Its verdict does, and no call, answer or expected value; of a visible one, all."""
    kernel.run("def count_words(words):\n    return {word: 1 for word in words}")
    kernel.run('checks = check("count_words").report.exercises[0].checks')
    kernel.run("shown = {one.visibility: one.evidence for one in checks if one.verdict == 'failed'}")
    assert kernel.run("shown['hidden'] is None, shown['visible'] is None") == "(True, False)"
    assert kernel.run("check('count_words').report.seed is None") == "True"


def test_a_wrong_course_is_told_in_words(tmp_path: Path) -> None:
    """The one who has set it can mend it."""
    with running(tmp_path, {"GRADER_COURSE": str(tmp_path)}) as kernel:
        kernel.run(IMPORT)
        assert check(kernel) == f"Error: {tmp_path} is no course: there is no catalog.toml in it"
