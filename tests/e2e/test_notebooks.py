"""The chapters as notebooks: written, worked in, checked in a kernel, handed in, and turned back."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.kernel import running
from tests.seen import Seen
from tests.support import CATALOG, COURSE, Json, graded, misconception, parse_report, right_answer, run_grader

CHAPTER = "ch02_first_backward"
SCRIPT = "<script>alert(1)</script>"
RAISES = f'def make_leaf(values, scale):\n    raise ValueError("{SCRIPT}")\n'
TEXTS = COURSE.folder / "tests" / "courses" / "texts"

# Any: nbformat's nodes.
Node = Any


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with all chapters as the command writes them."""
    folder = tmp_path_factory.mktemp("notebooks")
    done = run_grader("notebooks", "--out", "nb", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "nb"


def with_answers(path: Path, answers: Mapping[str, str]) -> Node:
    """A chapter's notebook with these answers typed into the cells of their stubs."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.source = answers.get(cell.id.removeprefix("stub-"), cell.source)
    return notebook


ANSWERS = {
    "jacobian_2xtx": right_answer("jacobian_2xtx"),
    "make_leaf": RAISES,
    "gradient": misconception("gradient", "returns_value"),
}


@pytest.fixture(scope="module")
def executed(notebooks: Path) -> Mapping[str, Node]:
    """The bundles that the cells of a chapter show by their ids, after all were run from top to bottom."""
    notebook = with_answers(notebooks / f"{CHAPTER}.ipynb", ANSWERS)
    NotebookClient(notebook, kernel_name="python3", timeout=300).execute()
    return {
        cell.id: output.data
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "execute_result"
    }


def test_each_check_shows_its_exercise(executed: Mapping[str, Node]) -> None:
    """A right answer passes; a mistake gets the hint of its misconception; a stub is not started."""
    shown = {name: Seen(executed[f"check-{name}"]["text/html"]) for name in (*ANSWERS, "grads_or_zeros")}
    assert "7/7" in shown["jacobian_2xtx"].words
    assert "✓" in shown["jacobian_2xtx"].words
    assert "✗" in shown["gradient"].words
    hints = {one.hint for one in COURSE.misconceptions(CHAPTER) if one.function == "gradient__returns_value"}
    assert hints & set(shown["gradient"].words)
    assert "·" in shown["grads_or_zeros"].words


def test_the_last_cell_checks_the_chapter(executed: Mapping[str, Node]) -> None:
    """All of its exercises, with their total."""
    shown = Seen(executed["check-chapter"]["text/html"])
    assert {one.id for one in CATALOG.select([CHAPTER]).chapter[0].exercise} <= set(shown.words)
    assert "7 of 31 points" in shown.words


def test_what_a_submission_says_is_no_markup(executed: Mapping[str, Node]) -> None:
    """The message of an exception is shown as it stands."""
    bundle = executed["check-make_leaf"]
    assert "<script" not in bundle["text/html"]
    assert any(SCRIPT in word for word in Seen(bundle["text/html"]).words)
    assert set(bundle) == {"text/html", "text/plain"}


@pytest.fixture(scope="module")
def handout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What students receive of one chapter, with its notebook, which they make themselves."""
    folder = tmp_path_factory.mktemp("handout")
    made = run_grader("handout", "--out", "home", "--only", CHAPTER, cwd=folder)
    assert made.returncode == 0, made.stderr
    return folder / "home"


def test_in_a_handout_the_recorded_exam_is_asked(handout: Path) -> None:
    """With its own grader: the points of `grader check` there, and how much of the exam that is."""
    at_home = {"PYTHONPATH": str(handout)}
    done = run_grader("notebooks", "--out", "nb", "--only", CHAPTER, cwd=handout, environment=at_home)
    assert done.returncode == 0, done.stderr
    notebook = with_answers(handout / "nb" / f"{CHAPTER}.ipynb", ANSWERS)
    nbformat.write(notebook, handout / "mine.ipynb")
    theirs = graded(run_grader("check", "mine.ipynb", cwd=handout, environment=at_home))
    with running(handout, at_home) as kernel:
        for cell in notebook.cells[:-1]:
            if cell.cell_type == "code" and not cell.source.startswith("check("):
                kernel.run(cell.source, cell.id)
        assert kernel.run("import grader; print(grader.__file__)").startswith(str(handout))
        kernel.run("from grader.report.json import render_json; page = check()")
        ours = parse_report(kernel.run("print(render_json(page.report))"))
        shown = kernel.run("page")
    assert [(one["id"], one["points"]) for one in ours["exercises"]] == [
        (one["id"], one["points"]) for one in theirs["exercises"]
    ]
    assert ours["coverage"] == theirs["coverage"]
    assert ours["coverage"]["later"] > 0
    assert f"Checked here: {ours['coverage']['asked']} of" in " ".join(shown.split())


def test_in_a_handout_of_a_part_only_that_is_checked(tmp_path: Path) -> None:
    """The lesson is whole; no check asks for more than the exam has, and one by name says so."""
    made = run_grader("handout", "--out", "home", "--only", "gradient", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    at_home = {"PYTHONPATH": str(tmp_path / "home")}
    done = run_grader("notebooks", "--out", "nb", cwd=tmp_path / "home", environment=at_home)
    assert done.returncode == 0, done.stderr
    (path,) = (tmp_path / "home" / "nb").iterdir()
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert [source for source in cells if source.startswith("check(")] == ['check("gradient")', "check()"]
    with running(tmp_path / "home", at_home) as kernel:
        for source in cells[:-1]:
            kernel.run(source)
        assert "·   0/" in kernel.run("check()")
        assert "no exercise or chapter named 'make_leaf'" in kernel.run('check("make_leaf")')
        assert "gradient" in kernel.run("check()")


def without_places(report: Json) -> object:
    """The graded part of a report, without names of files and numbers of lines."""
    exercises = [
        {key: one[key] for key in ("id", "verdict", "points", "max_points", "notes", "checks")}
        for one in report["exercises"]
    ]
    file = r"ch\d\d_\w+\.(?:py|ipynb\[cell \d+\])"
    return re.sub(rf'{file}, line \d+|{file}"\], \["line", \d+\]', "PLACE", json.dumps(exercises))


def test_notebooks_are_graded_like_their_files(notebooks: Path, tmp_path: Path) -> None:
    """To the last word, their checks and set-ups included, and without a note on any cell."""
    # Of the exercises, every second one is answered, and one raises.
    answers = {name: right_answer(name) for name in CATALOG.exercise_ids[::2]} | {"make_leaf": RAISES}
    (tmp_path / "nb").mkdir()
    for path in notebooks.iterdir():
        nbformat.write(with_answers(path, answers), tmp_path / "nb" / path.name)
    written = sorted((tmp_path / "nb").iterdir())
    assert run_grader("notebooks", *written, "--out", "py", cwd=tmp_path).returncode == 0
    ours, theirs = (graded(run_grader("check", folder, "--seed", "7", cwd=tmp_path)) for folder in ("nb", "py"))
    assert ours["submission"]["notes"] == theirs["submission"]["notes"] == []
    assert without_places(ours) == without_places(theirs)
    verdicts = {exercise["id"]: exercise["verdict"] for exercise in ours["exercises"]}
    right = {name: "errored" if name == "make_leaf" else "passed" for name in answers}
    assert verdicts == {**dict.fromkeys(CATALOG.exercise_ids, "not_started"), **right}


@pytest.mark.parametrize(
    "source",
    [
        "from grader.notebook import check\nresult = check('gradient')\nresult.report",
        "import grader.notebook\ngrader.notebook.check()",
        "from grader.notebook.kernel import check as look\nlook('gradient')\nlook",
    ],
)
def test_a_check_does_nothing_where_it_is_graded_itself(source: str, tmp_path: Path) -> None:
    """In a file that is handed in, it neither grades nor fails, and prints nothing."""
    (tmp_path / "mine.py").write_text(f"{source}\n{right_answer('gradient')}", encoding="utf-8")
    report = graded(run_grader("check", "mine.py", "--only", "gradient", cwd=tmp_path))
    assert report["points"] == report["max_points"]
    assert (report["submission"]["notes"], report["submission"]["output"]) == ([], "")


def test_a_second_run_changes_nothing(notebooks: Path) -> None:
    """Not a byte."""
    before = {path.name: path.read_bytes() for path in notebooks.iterdir()}
    assert set(before) == {f"{chapter.id}.ipynb" for chapter in CATALOG.chapter}
    assert run_grader("notebooks", "--out", notebooks, cwd=notebooks).returncode == 0
    assert {path.name: path.read_bytes() for path in notebooks.iterdir()} == before


def test_work_is_never_written_over(tmp_path: Path) -> None:
    """A file with something else in it stays, and nothing is written beside it."""
    mine = tmp_path / "nb" / f"{CATALOG.chapter[-1].id}.ipynb"
    mine.parent.mkdir()
    mine.write_text("my work", encoding="utf-8")
    done = run_grader("notebooks", "--out", "nb", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(f"Error: {Path('nb') / mine.name} is there already")
    assert [path.read_text(encoding="utf-8") for path in mine.parent.iterdir()] == ["my work"]


def test_chapters_come_back_as_they_were(notebooks: Path, tmp_path: Path) -> None:
    """The command turns its notebooks into the files that they were made from."""
    done = run_grader("notebooks", *sorted(notebooks.iterdir()), "--out", "py", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for chapter in CATALOG.chapter:
        assert (tmp_path / "py" / f"{chapter.id}.py").read_bytes() == (COURSE.stubs / f"{chapter.id}.py").read_bytes()


def test_a_part_of_another_course(tmp_path: Path) -> None:
    """`--only` takes what it takes elsewhere; a file without any mark of cells is one cell."""
    done = run_grader("notebooks", "--out", "nb", "--only", "total", "--course", TEXTS, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (path,) = (tmp_path / "nb").iterdir()
    checks = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.source.startswith("check(")]
    assert checks == ['check("total")', "check()"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lacking.ipynb"], "lacking.ipynb cannot be read"),
        (["odd.ipynb"], "odd.ipynb is no notebook that can be read"),
        (["--only", "gradiant"], "Did you mean 'gradient'?"),
        (["--wheel", "torch"], "'torch' is no address of a wheel"),
        (["--base-url", "https://example.org"], "'https://example.org' is no folder on GitHub"),
    ],
)
def test_wrong_usage_writes_nothing(arguments: list[str], said: str, tmp_path: Path) -> None:
    """One sentence says what is wrong."""
    (tmp_path / "odd.ipynb").write_text("{}", encoding="utf-8")
    done = run_grader("notebooks", *arguments, "--out", "nb", cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "nb").exists()
