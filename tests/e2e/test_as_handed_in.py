"""Work as it is handed in, in one class: what is graded, what is not, and the sentence that says why.

`handed_in/` holds files that went wrong once. The others are written here.
"""

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support import ROOT, Json, exercise_in, parse_report, right_answer, run_grader

CHAPTER = "ch02_first_backward"
OWN = f"{CHAPTER}.py"
FILES = Path(__file__).parent / "handed_in"
FIRST = right_answer("jacobian_2xtx")
RIGHT = right_answer("gradient")
STUB = 'def gradient(f, x):\n    """Doc."""\n    raise NotImplementedError\n'
WRONG = "def gradient(f, x):\n    return x\n"


def indented(source: str) -> str:
    """A source as the body of a block."""
    return "".join(f"    {line}\n" for line in source.splitlines())


def notebook(*cells: str | tuple[str, str]) -> str:
    """A notebook of code cells, and others with their type."""
    typed = [cell if isinstance(cell, tuple) else ("code", cell) for cell in cells]
    complete = [{"cell_type": kind, "metadata": {}, "source": source} for kind, source in typed]
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": complete})


@dataclass(frozen=True)
class HandIn:
    """Files by path, and what must become of `gradient`: its verdict, the file that is graded, words of the report."""

    files: dict[str, str | bytes]
    verdict: str = "passed"
    source: str | None = OWN
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = field(default=())


CHOICE = {
    "a stub beside the notebook": HandIn(
        {OWN: STUB, f"{CHAPTER}.ipynb": notebook(RIGHT)},
        source=f"{CHAPTER}.ipynb",
        says=(f"{OWN} has the untouched stub only",),
    ),
    "a copy with the work": HandIn(
        {f"{CHAPTER} (2).py": RIGHT, OWN: STUB}, source=f"{CHAPTER} (2).py", says=("has the untouched stub only",)
    ),
    "a folder with the work": HandIn(
        {f"copies/a/{OWN}": RIGHT, OWN: STUB}, source=f"copies/a/{OWN}", says=("has the untouched stub only",)
    ),
    "an older answer in a folder": HandIn({f"old/{OWN}": WRONG, OWN: RIGHT}, says=(f"otherwise, in old/{OWN}",)),
    "another answer in another file": HandIn(
        {"zzz.py": WRONG, OWN: RIGHT}, says=("zzz.py; the one in", "own file comes first")
    ),
    "the same answer twice": HandIn({f"old/{OWN}": f"# Old.\n{RIGHT}", OWN: RIGHT}, never=("also defined",)),
    "a stub below the answer": HandIn(
        {"mine.py": RIGHT + STUB}, source="mine.py", says=("the untouched stub of gradient does not count",)
    ),
    "two answers in a file": HandIn(
        {"mine.py": WRONG + RIGHT}, source="mine.py", says=("gets another meaning here", "not the one in line 1")
    ),
    "a file that is not needed": HandIn(
        {OWN: RIGHT, "zz_try.py": f"from {CHAPTER} import gradient\nwhile True: pass\n"},
        never=("zz_try.py", "used up"),
    ),
    "a star import": HandIn({OWN: "from answers import *\n", "answers.py": RIGHT}, source="answers.py"),
    "an import by another name": HandIn(
        {OWN: "from answers import g as gradient\n", "answers.py": RIGHT.replace("def gradient", "def g")}
    ),
    "an answer that is made at run time": HandIn(
        {OWN: RIGHT.replace("def gradient", "def g") + "globals()['gradient'] = g"}
    ),
    "one that still raises": HandIn(
        {OWN: RIGHT.replace("return leaf.grad", "raise NotImplementedError"), "mine.ipynb": notebook(RIGHT)},
        source="mine.ipynb",
        says=(f"{OWN} still raises NotImplementedError",),
    ),
    "a script that a notebook was turned into": HandIn(
        {
            "mine.py": f"get_ipython().run_line_magic('matplotlib', 'inline')\n"
            f"get_ipython().run_cell_magic('time', '', {RIGHT!r})\n"
        },
        source="mine.py",
        never=("Error",),
    ),
    "a form feed beside a magic": HandIn(
        {"mine.ipynb": notebook(f"s = 'a\x0cb'\n!ls\nassert len(s) == 3\n{RIGHT}")},
        source="mine.ipynb",
        never=("Error",),
    ),
    "a folder that is called solutions": HandIn(
        {f"solutions/{OWN}": RIGHT, "tests/test_mine.py": "x = 1\n"}, source=f"solutions/{OWN}", never=("this kit",)
    ),
}
PYTHON = {
    "future annotations": HandIn(
        {
            OWN: "'''The docstring.'''\nfrom __future__ import annotations\nfrom dataclasses import dataclass\n"
            "@dataclass\nclass Point:\n    x: Nowhere\n    n: int = 3\nassert Point(1).n == 3\n"
            + RIGHT.replace("x: torch.Tensor)", "x: Nowhere[3])")
        },
        never=("Error",),
    ),
    "what a script knows of itself": HandIn(
        {
            OWN: '"""The docstring."""\n"another text"\nimport sys, inspect, pickle\n'
            'assert __doc__ == "The docstring."\nn: int = 3\nassert __annotations__["n"] is int\n'
            'assert __file__.endswith(".py") and sys.argv == [__file__]\n'
            "assert sys.modules[__name__].n == 3\nclass C:\n    n = 2\n    a = [i for i in range(n)]\n"
            "pickle.loads(pickle.dumps(C()))\n" + RIGHT + 'assert "return" in inspect.getsource(gradient)\n'
        },
        never=("Error",),
    ),
    "modules of one name in two folders": HandIn(
        {
            f"week2/{OWN}": "from helpers import leaf_of\n" + RIGHT.replace("leaf = x", "leaf = leaf_of(x)"),
            "week1/ch01_derivatives_and_shapes.py": "import helpers\ndef kink_gradients(fs, x):\n    return {}\n",
            "week1/helpers.py": "n = 3\n",
            "week2/helpers.py": "def leaf_of(x):\n    return x\n",
        },
        source=f"week2/{OWN}",
        never=("Error",),
    ),
    "relative imports": HandIn(
        {
            f"my homework/{OWN}": "from .helpers import n\nfrom ..common import m\nfrom . import helpers\n" + RIGHT,
            "my homework/helpers.py": "n = 1\n",
            "common.py": "from .my_tools import m\n",
            "my_tools.py": "m = 2\n",
        },
        source=f"my homework/{OWN}",
        never=("Error",),
    ),
    "an import of a missing one": HandIn(
        {OWN: "import nowhere, math\nfrom torch import nothing, tensor\ntensor(math.pi)\n" + RIGHT},
        says=("No module named 'nowhere'", "cannot import name 'nothing'"),
        never=("NameError",),
    ),
}
NOTEBOOKS = {
    "what every notebook has": HandIn(
        {
            "mine.ipynb": notebook(
                "from IPython import display\nfrom IPython.display import Math\nimport IPython.core.magic as m\n"
                "from IPython.core.interactiveshell import InteractiveShell as S\nS.ast_node_interactivity = 'all'\n"
                "@m.register_line_magic\ndef mine(line):\n    return 3\nassert mine('') == 3\n"
                "display.clear_output(wait=True)\ndisplay.display(Math('x'))\n2 + 2",
                "assert _ == Out[1] == 4 and '2 + 2' in In[1]\nfiles = !ls\nfor name in files: print(name)\nfiles",
                f"%%time\n%%capture out\n{RIGHT}",
                "%run helpers.py\nassert seven == 7 and out.stdout == ''",
                "import asyncio\nawait asyncio.sleep(0)\nget_ipython().run_line_magic('matplotlib', 'inline')",
            ),
            "helpers.py": "seven = 7\n",
        },
        source="mine.ipynb",
        never=("Error",),
    ),
    "UTF-16": HandIn({"mine.ipynb": notebook(RIGHT).encode("utf-16")}, source="mine.ipynb", says=("UTF-16",)),
}
NOT_CALLED = {
    "the raise line below": HandIn(
        {OWN: RIGHT.replace("return leaf.grad", "g = leaf.grad\n    raise NotImplementedError\n    return g")},
        "errored",
        says=("Your code is there", "take that line away"),
    ),
    "the raise line above": HandIn(
        {OWN: "def gradient(f, x):\n    raise NotImplementedError\n    return x\n"},
        "errored",
        says=(f"still ends the call in {OWN}, line 2",),
    ),
    "below the main guard": HandIn(
        {OWN: f"if __name__ == '__main__':\n{indented(RIGHT)}"}, "errored", None, ("which grading does not run",)
    ),
    "in a class, beside the stub": HandIn(
        {OWN: f"{STUB}class Answers:\n{indented(RIGHT)}"}, "errored", None, ("inside a class",)
    ),
    "in a text cell, beside the stub": HandIn(
        {"mine.ipynb": notebook(STUB, ("markdown", f"```\n{RIGHT}```"))},
        "errored",
        None,
        ("in a cell that is no code",),
    ),
    "an empty file": HandIn({OWN: ""}, "errored", None, (f"{OWN} is empty",)),
    "an untouched stub": HandIn({OWN: STUB}, "not_started", says=("The stub still raises",)),
}
CAUSES = {
    "its own slip": HandIn(
        {OWN: "import nowhere\ndef gradient(f, x)\n    return x\n"},
        "errored",
        None,
        ("line 2: SyntaxError: expected ':'",),
    ),
    "a name that was never bound": HandIn(
        {OWN: "import nowhere\nfrom tools import leaf\ndef gradient(f, x):\n    return leaf(x)\n"},
        "errored",
        says=("leaf should come from", "line 2, which failed: ModuleNotFoundError: No module named 'tools'"),
    ),
    "nothing to blame": HandIn(
        {OWN: "import nowhere\n" + FIRST}, "errored", None, ("There is no function named gradient.",)
    ),
}
ALL = {**CHOICE, **PYTHON, **NOTEBOOKS, **NOT_CALLED, **CAUSES}
PARTS_OF_THE_KIT = (
    "benchmarks",
    "checks",
    "examples",
    "exercises",
    "grader",
    "probes",
    "scripts",
    "solutions",
    "tests",
)


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Json]:
    """The report of each hand-in by its name."""
    root = tmp_path_factory.mktemp("handed_in")
    for name, one in ALL.items():
        for path, content in one.files.items():
            file = root / "class" / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
    shutil.copytree(FILES, root / "class", dirs_exist_ok=True)
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    for part in PARTS_OF_THE_KIT:
        shutil.copytree(ROOT / part, root / "class" / "the whole kit" / "clone" / part, ignore=ignored)
    (root / "class" / "the whole kit" / "clone" / "exercises" / OWN).write_text(RIGHT + FIRST)
    shutil.copytree(ROOT / "solutions", root / "class" / "the whole kit" / "copied", ignore=ignored)
    completed = run_grader("batch", "class", "--out", "out", "--seed", "7", cwd=root)
    assert completed.returncode == 0, completed.stderr
    found = root / "out" / "reports"
    return {path.stem: parse_report(path.read_bytes()) for path in found.iterdir()}


@pytest.mark.parametrize("name", ALL)
def test_a_hand_in_gets_what_it_deserves(name: str, reports: dict[str, Json]) -> None:
    """The right function is graded, and what is not as one would expect is said."""
    expected, report = ALL[name], reports[name]
    exercise = exercise_in(report, "gradient")
    assert (exercise["verdict"], exercise["source"]) == (expected.verdict, expected.source)
    said = json.dumps([report["submission"]["notes"], exercise], ensure_ascii=False)
    for words in expected.says:
        assert words in said
    for words in expected.never:
        assert words not in said


@pytest.mark.parametrize(
    ("name", "exercises", "says"),
    [
        ("ok_annotations", "gradient two_backwards vector_backward frozen_factor_grad jacobian_by_rows", ""),
        ("I01_cell_magics", "gradient snapshot jacobian_2xtx make_leaf", ""),
        ("I02_display", "gradient snapshot jacobian_2xtx", ""),
        ("I04a_answer_above_stub", "gradient jacobian_2xtx", "the untouched stub of gradient does not count"),
        ("I20a_stray_byte", "gradient", "some bytes are not UTF-8"),
        ("I27_copy1", "gradient", "ch02_first_backward.ipynb has the untouched stub only"),
    ],
)
def test_what_went_wrong_once_is_right(name: str, exercises: str, says: str, reports: dict[str, Json]) -> None:
    """Inputs from outside get full marks for what is right in them, and a note where one is due."""
    report = reports[name]
    for exercise in exercises.split():
        assert exercise_in(report, exercise)["verdict"] == "passed", exercise
    assert says in json.dumps(report, ensure_ascii=False)


def test_a_whole_checkout_gets_what_its_exercises_deserve(reports: dict[str, Json]) -> None:
    """Its solutions, tests and attacks are nobody's answers, and a note says how many files were left out."""
    report = reports["the whole kit"]
    verdicts = {one["id"]: one["verdict"] for one in report["exercises"]}
    assert {one for one, verdict in verdicts.items() if verdict == "passed"} == {"gradient", "jacobian_2xtx"}
    assert {path.split("/")[1] for path in report["submission"]["files"]} == {"exercises"}
    assert "files are parts of this kit" in report["submission"]["notes"][0]["text"]


@pytest.mark.parametrize("name", ["a star import", "below the main guard", "its own slip", "an untouched stub"])
def test_only_changes_no_verdict(name: str, reports: dict[str, Json], tmp_path: Path) -> None:
    """Graded alone, an exercise gets what it gets among all."""
    for path, content in ALL[name].files.items():
        (tmp_path / path).write_text(str(content))
    report = parse_report(run_grader("check", ".", "--only", "gradient", "--seed", "7", cwd=tmp_path).stdout)
    alone, among = exercise_in(report, "gradient"), exercise_in(reports[name], "gradient")
    assert (alone["verdict"], alone["points"]) == (among["verdict"], among["points"])
    assert [check["rationale"] for check in alone["checks"]] == [check["rationale"] for check in among["checks"]]


def test_a_terminal_says_what_cannot_be_called(tmp_path: Path) -> None:
    """The sentence is on the screen as well."""
    (tmp_path / OWN).write_text(f"{STUB}class Answers:\n{indented(RIGHT)}")
    completed = run_grader("check", ".", "--only", "gradient", "--format", "text", cwd=tmp_path)
    assert "inside a class, where grading cannot call it" in " ".join(completed.stdout.split())
