"""What several tests need: the real command, its report, and submissions made from the kit's own files."""

import ast
import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil
from jsonschema import Draft202012Validator

from grader.course import Course
from grader.kit import HOME, own_course

ROOT = HOME
COURSE = Course.open(own_course())
CATALOG = COURSE.catalog
SCHEMA = Draft202012Validator(json.loads((ROOT / "schema" / "report-v1.schema.json").read_text(encoding="utf-8")))

# Any: a report as JSON.
Json = dict[str, Any]


CLASSROOM50 = {
    "CLASSROOM": "spring",
    "ASSIGNMENT": "hw2",
    "ASSIGNMENT_TYPE": "individual",
    "OWNER": "nneka-dev",
    "SUBMISSION_TAG": "submit/2026-02-03-1a2b3c4",
    "COMMIT_URL": "https://example.org/commit",
    "RELEASE_URL": "https://example.org/release",
    "REVIEW_URL": "https://example.org/review",
}
"""The variables that Classroom 50 sets for a submission."""


def run_grader(
    *arguments: str | Path,
    cwd: Path,
    environment: Mapping[str, str] | None = None,
    before: Sequence[str | Path] = (),
) -> subprocess.CompletedProcess[str]:
    """Start the real command in a folder and wait for it; a program `before` it starts it in its own way."""
    return subprocess.run(
        [*map(str, before), sys.executable, "-m", "grader", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def run_python(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a handout; nothing of this repository is on its path."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=home,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )


def grader_program(folder: Path, kit: Path = ROOT) -> Path:
    """Make a program `grader` in a folder, which runs the code of a kit or a handout; the folder, for a PATH."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "grader"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{kit}" exec "{sys.executable}" -P -m grader "$@"\n')
    program.chmod(0o755)
    return folder


def parse_report(text: str | bytes) -> Json:
    """One JSON document that satisfies the schema."""
    report: Json = json.loads(text)
    SCHEMA.validate(report)
    return report


def graded(completed: subprocess.CompletedProcess[str]) -> Json:
    """The report on standard output of a run that graded."""
    assert completed.returncode in (0, 1), completed.stderr
    return parse_report(completed.stdout)


def exercise_in(report: Json, exercise: str) -> Json:
    """One exercise of a report."""
    found: Json = next(one for one in report["exercises"] if one["id"] == exercise)
    return found


def verdicts_in(report: Json, exercise: str) -> set[str]:
    """The verdicts of an exercise's checks."""
    return {check["verdict"] for check in exercise_in(report, exercise)["checks"]}


def max_points(*chapters: str) -> int:
    """The points of these chapters (of all, if none is named), by the table in docs/, which is generated."""
    total, chapter = 0, ""
    for line in (ROOT / "docs" / "exercises.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            chapter = line.split("`")[1]
        elif line.startswith("| `") and (not chapters or chapter in chapters):
            total += int(line.split("|")[5])
    return total


def untouched_stubs(folder: Path) -> Path:
    """All chapter files as they are handed out, whatever has been solved in exercises/ since."""
    folder.mkdir(parents=True, exist_ok=True)
    for chapter in CATALOG.chapter:
        source = (COURSE.stubs / f"{chapter.id}.py").read_text(encoding="utf-8")
        module = ast.parse(source)
        for node in module.body:
            if isinstance(node, ast.FunctionDef) and node.name in CATALOG.exercise_ids:
                node.body = [*node.body[:1], *ast.parse("raise NotImplementedError").body]
        (folder / f"{chapter.id}.py").write_text(ast.unparse(module), encoding="utf-8")
    return folder


def right_answers(folder: Path, *chapters: str) -> Path:
    """The reference solutions (of these chapters, if any is named) as a submission."""
    folder.mkdir(parents=True, exist_ok=True)
    for chapter in CATALOG.chapter:
        if not chapters or chapter.id in chapters:
            text = COURSE.reference(chapter.id).read_text(encoding="utf-8")
            (folder / f"{chapter.id}.py").write_text(text, encoding="utf-8")
    return folder


def right_answer(exercise: str) -> str:
    """The source of one reference solution, with its file's imports."""
    return _function(COURSE.reference(CATALOG.chapter_of(exercise).id), exercise, exercise)


def misconception(exercise: str, identity: str) -> str:
    """The source of a misconception, handed in as the exercise's function, with its file's imports."""
    return _function(COURSE.misconceptions_file(CATALOG.chapter_of(exercise).id), f"{exercise}__{identity}", exercise)


def _function(file: Path, name: str, new_name: str) -> str:
    kept: list[ast.stmt] = []
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            kept.append(node)
        elif isinstance(node, ast.FunctionDef) and node.name == name:
            node.name = new_name
            kept.append(node)
    return ast.unparse(ast.Module(body=kept, type_ignores=[])) + "\n"


def kill_below(pid: int, among: Callable[[str], bool]) -> int:
    """Kill everything below a process whose command line is `among` those; how many. Some end while one looks."""
    found = []
    for process in psutil.Process(pid).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if among(" ".join(process.cmdline())):
                found.append(process)
    for process in found:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    return len(found)


def copy_of_kit(folder: Path) -> Path:
    """A copy of the kit that may be changed; the command runs it where it is called inside."""
    for part in ("grader", "solutions", "exercises", "checks", "probes"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("catalog.toml", "phrasebook.toml"):
        shutil.copy(ROOT / name, folder)
    return folder
