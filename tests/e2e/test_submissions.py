"""What a submission may look like: folders, single files, notebooks, helpers of the student's own."""

import json
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.support import exercise_in, graded, max_points, misconception, right_answer, run_grader, verdicts_in

CHAPTER = "ch02_first_backward"
ONLY = ("--only", CHAPTER)


def write_notebook(path: Path, *cells: str) -> None:
    """A notebook with a heading and these code cells."""
    notebook = new_notebook(cells=[new_markdown_cell("# Mine"), *map(new_code_cell, cells)])
    path.write_text(nbformat.writes(notebook), encoding="utf-8")


def test_a_notebook_is_graded_cell_by_cell(tmp_path: Path) -> None:
    """Cells run in order; magics and shell lines are left out, a failing cell is noted, and later ones go on."""
    write_notebook(
        tmp_path / "mine.ipynb",
        "%matplotlib inline\n!pip install torch\n" + right_answer("jacobian_2xtx"),
        "%%html\n<p>",
        "undefined_name",
        right_answer("make_leaf"),
    )
    report = graded(run_grader("check", "mine.ipynb", *ONLY, cwd=tmp_path))
    assert verdicts_in(report, "jacobian_2xtx") == verdicts_in(report, "make_leaf") == {"passed"}
    notes = [(note["file"], note["line"], note["failed"]) for note in report["submission"]["notes"]]
    assert notes == [
        ("mine.ipynb[cell 1]", 1, False),
        ("mine.ipynb[cell 1]", 2, False),
        ("mine.ipynb[cell 2]", 1, False),
        ("mine.ipynb[cell 3]", 1, True),
    ]


def test_cells_share_their_names(tmp_path: Path) -> None:
    """What one cell defines, a later one uses."""
    write_notebook(tmp_path / "mine.ipynb", "import torch", "four = 4.0", "def jacobian_2xtx(x):\n    return four * x")
    exercise = exercise_in(graded(run_grader("check", "mine.ipynb", *ONLY, cwd=tmp_path)), "jacobian_2xtx")
    assert exercise["checks"][0]["verdict"] == "passed"


def test_all_chapters_may_be_in_one_file_of_any_name(tmp_path: Path) -> None:
    """Functions are found by name, in a file named as a browser names a second download."""
    source = right_answer("jacobian_2xtx") + right_answer("sum_backward") + right_answer("backward_twice")
    (tmp_path / "Assignment 1 (2).py").write_text(source)
    report = graded(run_grader("check", "Assignment 1 (2).py", cwd=tmp_path))
    for exercise in ("jacobian_2xtx", "sum_backward", "backward_twice"):
        assert verdicts_in(report, exercise) == {"passed"}
        assert exercise_in(report, exercise)["source"] == "Assignment 1 (2).py"
    assert verdicts_in(report, "snapshot") == {"not_started"}
    assert report["max_points"] == max_points()


def test_an_absent_chapter_is_not_started(tmp_path: Path) -> None:
    """Of a chapter that was not handed in nothing is held against anyone."""
    (tmp_path / "mine.py").write_text(right_answer("jacobian_2xtx"))
    report = graded(run_grader("check", "mine.py", "--only", "snapshot", "--only", "jacobian_2xtx", cwd=tmp_path))
    assert verdicts_in(report, "snapshot") == {"not_started"}


def test_the_chapters_own_file_wins(tmp_path: Path) -> None:
    """Where a function is defined twice, the one in the chapter's file is graded, and a note says so."""
    (tmp_path / f"{CHAPTER}.py").write_text(right_answer("jacobian_2xtx"))
    (tmp_path / "zzz_old.py").write_text(misconception("jacobian_2xtx", "forgot_factor"))
    exercise = exercise_in(graded(run_grader("check", ".", *ONLY, cwd=tmp_path)), "jacobian_2xtx")
    assert exercise["verdict"] == "passed"
    assert exercise["source"] == f"{CHAPTER}.py"
    assert "zzz_old.py" in exercise["notes"][0]


def test_else_the_last_definition_wins(tmp_path: Path) -> None:
    """Without the chapter's own file the last one counts, with a note."""
    (tmp_path / "one.py").write_text(misconception("jacobian_2xtx", "forgot_factor"))
    (tmp_path / "two.py").write_text(right_answer("jacobian_2xtx"))
    exercise = exercise_in(graded(run_grader("check", ".", *ONLY, cwd=tmp_path)), "jacobian_2xtx")
    assert (exercise["verdict"], exercise["source"]) == ("passed", "two.py")
    assert "one.py" in exercise["notes"][0]


def test_helper_modules_work_and_shadow_nothing(tmp_path: Path) -> None:
    """A student's own module can be imported, also from a package; one that is named like an installed one cannot."""
    (tmp_path / "helpers.py").write_text("FACTOR = 2\n")
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "leaves.py").write_text("def leaf(x):\n    return x.detach().clone().requires_grad_(True)\n")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "__init__.py").write_text("from .numbers import TWO\n")
    (tmp_path / "mine" / "numbers.py").write_text("TWO = 2\n")
    for name in ("torch", "json", "msgspec", "conftest", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('shadowed')\n")
    (tmp_path / f"{CHAPTER}.py").write_text(
        "import json, torch\nfrom helpers import FACTOR\nfrom tools.leaves import leaf\nfrom mine import TWO\n"
        "def jacobian_2xtx(x):\n"
        "    x = leaf(x)\n"
        "    (FACTOR / TWO * TWO * torch.dot(x, x)).backward()\n"
        "    return x.grad\n"
    )
    report = graded(run_grader("check", ".", *ONLY, cwd=tmp_path))
    assert verdicts_in(report, "jacobian_2xtx") == {"passed"}
    assert report["submission"]["notes"] == []


def test_experiments_do_not_run(tmp_path: Path) -> None:
    """Code under `if __name__ == "__main__":` is not run by grading."""
    (tmp_path / "mine.py").write_text(
        right_answer("jacobian_2xtx") + "if __name__ == '__main__':\n    raise RuntimeError('ran')\n"
    )
    report = graded(run_grader("check", "mine.py", *ONLY, cwd=tmp_path))
    assert "ran" not in json.dumps(report["submission"])


def test_a_stub_is_recognised_by_its_own_line(tmp_path: Path) -> None:
    """`raise NotImplementedError` in a helper is no untouched stub, and neither is torch's own error of that type."""
    (tmp_path / "mine.py").write_text(
        "import torch\n"
        "def jacobian_2xtx(x):\n    raise NotImplementedError\n"
        "def gradient(f, x):\n    return torch.tensor([True]).dot(torch.tensor([True]))\n"
        "def helper():\n    raise NotImplementedError\n"
        "def make_leaf(values, scale):\n    return helper()\n"
        "def grads_or_zeros(y, xs): raise NotImplementedError('later')\n"
    )
    report = graded(run_grader("check", "mine.py", *ONLY, cwd=tmp_path))
    assert verdicts_in(report, "jacobian_2xtx") == {"not_started"}
    assert verdicts_in(report, "gradient") == {"errored"}
    assert verdicts_in(report, "make_leaf") == {"errored"}
    assert verdicts_in(report, "grads_or_zeros") == {"not_started"}
