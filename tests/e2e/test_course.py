"""The real command with another course than the kit's own: two exercises about Python, and one check that is hidden."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import COURSE, ROOT, exercise_in, graded, run_grader

TEXTS = ROOT / "tests" / "courses" / "texts"
WRONG = """
import sys

def count_words(words):
    spelt = {word.lower(): word for word in words}
    return {spelt[low]: sum(word.lower() == low for word in words) for low in spelt}

def total(f, numbers):
    print("torch" in sys.modules)
    return f(sum(numbers))
"""


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A submission with a mistake that only the hidden check sees, and one that has a name."""
    path = tmp_path / "mine.py"
    path.write_text(WRONG, encoding="utf-8")
    return path


def test_a_check_of_another_course(wrong: Path, tmp_path: Path) -> None:
    """Its oracle, misconceptions, words and hidden checks count; the hidden ones are told without their questions."""
    report = graded(run_grader("check", wrong, "--course", TEXTS, "--audience", "student", cwd=tmp_path))
    assert [exercise["id"] for exercise in report["exercises"]] == ["count_words", "total"]
    counts = {check["id"]: check for check in exercise_in(report, "count_words")["checks"]}
    assert counts["count_words.are_the_counts"]["verdict"] == "passed"
    hidden = counts["count_words.tells_cases_apart"]
    assert (hidden["verdict"], hidden["visibility"], hidden["evidence"]) == ("failed", "hidden", None)
    (named,) = {check["misconception"] for check in exercise_in(report, "total")["checks"] if check["misconception"]}
    assert named == "of_the_sum"


def test_a_course_about_python_never_imports_torch(wrong: Path, tmp_path: Path) -> None:
    """Neither the command does, nor the process that runs the submission."""
    program = (
        "import sys; from grader.cli import _run;"
        f" code = _run(['check', {str(wrong)!r}, '--course', {str(TEXTS)!r}, '--output', 'report.json']);"
        " print(code, 'torch' in sys.modules)"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout.splitlines()[-1] == "1 False", done.stderr
    report = json.loads((tmp_path / "report.json").read_bytes())
    printed = "".join(output["text"] for output in exercise_in(report, "total")["output"])
    assert set(printed.split()) == {"False"}


def test_a_class_of_another_course(wrong: Path, tmp_path: Path) -> None:
    """A batch grades it, and what it has stored is judged again; the environment may name the course."""
    room = tmp_path / "class"
    room.mkdir()
    (room / "ana.py").write_text((TEXTS / "solutions" / "ch01_texts.py").read_text(encoding="utf-8"), encoding="utf-8")
    (room / "ben.py").write_text(WRONG, encoding="utf-8")
    environment = {"GRADER_COURSE": str(TEXTS)}
    done = run_grader("batch", room, "--out", tmp_path / "out", cwd=tmp_path, environment=environment)
    assert done.returncode == 0, done.stderr
    summary = json.loads((tmp_path / "out" / "summary.json").read_bytes())
    assert [line["points"] for line in summary["submissions"]] == [7, 2]
    report = (tmp_path / "out" / "reports" / "ben.json").read_bytes()
    again = run_grader("regrade", tmp_path / "out", cwd=tmp_path, environment=environment)
    assert again.returncode == 0, again.stderr
    seconds = ("created", "duration_seconds")
    before, after = ({**json.loads(one), **dict.fromkeys(seconds)} for one in (report, _ben(tmp_path)))
    assert before == after


def _ben(folder: Path) -> bytes:
    return (folder / "out" / "reports" / "ben.json").read_bytes()


def test_the_exercises_of_another_course_are_listed(tmp_path: Path) -> None:
    """With their points, those of a hidden check included."""
    done = run_grader("list", "--course", TEXTS, cwd=tmp_path)
    assert done.stdout.splitlines()[0] == "ch01_texts: Statistics of texts"
    assert [line.split()[:2] for line in done.stdout.splitlines()[1:]] == [["count_words", "4"], ["total", "3"]]


@pytest.mark.parametrize("command", [["list"], ["check"], ["batch", ".", "--out", "out"], ["regrade", "out"]])
def test_a_folder_that_is_no_course_is_refused(command: list[str], tmp_path: Path) -> None:
    """With one sentence that names it, by every command."""
    done = run_grader(*command, "--course", tmp_path, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == f"Error: {tmp_path} is no course: there is no catalog.toml in it\n"
    assert done.stdout == ""


def test_a_subject_that_does_not_exist_is_the_authors_mistake(tmp_path: Path) -> None:
    """The sentence names it."""
    text = (TEXTS / "catalog.toml").read_text(encoding="utf-8")
    (tmp_path / "catalog.toml").write_text(text.replace('"python"', '"alchemy"'), encoding="utf-8")
    done = run_grader("list", "--course", tmp_path, cwd=tmp_path)
    assert done.returncode == 3
    assert "there is no subject 'alchemy'" in done.stderr


def test_the_machinery_names_no_exercise() -> None:
    """No name and no text of the grader's code is that of an exercise or a chapter of the kit's own course."""
    own = {*COURSE.catalog.exercise_ids, *(chapter.id for chapter in COURSE.catalog.chapter)}
    found = set()
    for path in (ROOT / "grader").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            match node:
                case ast.Constant(value=str() as name) | ast.Name(id=name) | ast.FunctionDef(name=name):
                    found.add(name)
                case ast.Attribute(attr=name) | ast.arg(arg=name):
                    found.add(name)
                case _:
                    pass
    assert not own & found
