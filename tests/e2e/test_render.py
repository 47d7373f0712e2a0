"""Stored reports in other formats: the real command."""

import json
import re
from pathlib import Path

import pytest

from tests.support import graded, misconception, parse_report, run_grader

ONLY = ("--only", "gradient", "--seed", "7")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instructor's report of one mistake."""
    folder = tmp_path_factory.mktemp("render")
    (folder / "mine.py").write_text(misconception("gradient", "returns_value"), encoding="utf-8")
    graded(run_grader("check", "mine.py", *ONLY, cwd=folder))
    assert run_grader("check", "mine.py", *ONLY, "--output", "report.json", cwd=folder).returncode == 1
    return folder / "report.json"


@pytest.mark.parametrize("form", ["text", "markdown", "junit", "json", "html"])
def test_a_stored_report_is_what_was_shown(form: str, report: Path) -> None:
    """The same text as the command gave that graded, but for when that was."""
    shown = run_grader("check", "mine.py", *ONLY, "--format", form, cwd=report.parent).stdout
    stored = run_grader("render", report, "--format", form, cwd=report.parent)
    assert stored.returncode == 0, stored.stderr
    assert without_time(stored.stdout, form) == without_time(shown, form) != ""


def without_time(text: str, form: str) -> object:
    """A document without the time at which it was made."""
    if form == "json":
        return {**json.loads(text), "created": "", "duration_seconds": 0}
    return [re.split(r"timestamp=|Graded on", line)[0] for line in text.splitlines()]


def test_a_student_sees_a_students_view(report: Path) -> None:
    """Without the seed, and without values of hidden questions."""
    done = run_grader("render", report, "--format", "json", "--audience", "student", cwd=report.parent)
    seen = parse_report(done.stdout)
    assert (seen["audience"], seen["seed"]) == ("student", None)
    hidden = [one for one in seen["exercises"][0]["checks"] if one["visibility"] == "hidden"]
    assert all(one["evidence"] is None for one in hidden)


def test_several_reports_follow_one_another(report: Path) -> None:
    """Each as it would be alone."""
    one = run_grader("render", report, "--format", "markdown", cwd=report.parent).stdout
    assert run_grader("render", report, report, "--format", "markdown", cwd=report.parent).stdout == one + one


def test_a_page_is_one_reports(report: Path) -> None:
    """A browser shows one page, under one policy: a second one behind it would have none."""
    done = run_grader("render", report, report, "--format", "html", cwd=report.parent)
    assert (done.returncode, done.stdout) == (2, "")
    assert "give one report" in done.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"{}", "is no report"), (b"\xff", "is no report"), (b"[" * 100_000, "is no report"), (None, "cannot be read")],
)
def test_what_is_no_report_is_refused(content: bytes | None, said: str, tmp_path: Path) -> None:
    """With one sentence that names it, and nothing on standard output."""
    path = tmp_path / "odd.json"
    if content is not None:
        path.write_bytes(content)
    done = run_grader("render", path, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Error: {path} {said}")
    assert done.stderr.count("\n") == 1


def test_a_students_report_has_no_instructors_view(report: Path, tmp_path: Path) -> None:
    """What was taken out is not there any more."""
    done = run_grader("render", report, "--format", "json", "--audience", "student", cwd=tmp_path)
    (tmp_path / "student.json").write_text(done.stdout, encoding="utf-8")
    again = run_grader("render", "student.json", "--audience", "instructor", cwd=tmp_path)
    assert again.returncode == 2
    assert "is a student's report" in again.stderr
