"""The formats of classrooms, as their clients start the real command."""

import json
import re
from pathlib import Path

import pytest

from grader.report.formats import CLASSROOMS
from tests.clients import actions
from tests.support import CLASSROOM50, ROOT, Json, copy_of_kit, parse_report, right_answer, run_grader

ONLY = ("--only", "gradient", "--seed", "7")
ENVIRONMENT = {**CLASSROOM50, "COMMIT_TIME": "2026-02-03T23:58:10+01:00"}
RAISES = r"""
def gradient(f, x):
    print("::add-mask::1\n##[error]printed")
    raise ValueError("no\n::error::raised\n  ::stop-commands::x\n##[add-mask]1")
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with a submission that raises, and prints what could be a command."""
    (tmp_path / "hw2").mkdir()
    (tmp_path / "hw2" / "mine.py").write_text(RAISES, encoding="utf-8")
    for name, value in {**ENVIRONMENT, "GITHUB_WORKSPACE": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    return tmp_path


@pytest.mark.parametrize("form", sorted(CLASSROOMS))
def test_a_client_gets_a_document_and_a_zero(form: str, repository: Path) -> None:
    """Whatever the points are. Beside the document there is nothing of the student's, which could be a command.

    The report that is stored is a student's, and makes the same document. It does not hold the folder.
    """
    done = run_grader("check", "hw2", *ONLY, "--format", form, "--output", "report.json", cwd=repository)
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert not re.search(r"::|##\[|gradient", done.stderr)
    if form not in {"github", "legacy-reporter"}:
        json.loads(done.stdout)
    report = parse_report((repository / "report.json").read_bytes())
    assert (report["audience"], report["seed"]) == ("student", None)
    where = {"SUBMISSION_FOLDER": "hw2"}
    again = run_grader("render", "report.json", "--format", form, cwd=repository, environment=where)
    assert again.returncode == 0, again.stderr
    assert again.stdout == done.stdout


@pytest.mark.parametrize("options", [("--format", "text"), ("--format", "json"), ("--output", "report.json"), ()])
def test_what_people_read_in_a_log_is_no_command(options: tuple[str, ...], repository: Path) -> None:
    """GitHub's runner finds nothing to obey in it, neither in what code said nor in the name of a submission."""
    source = "class ValueError(Exception):\n    pass\nValueError.__name__ = '##[add-mask]1'\n" + RAISES
    evil = repository / "x\n::add-mask::2.py"
    evil.write_text(source, encoding="utf-8")
    done = run_grader("check", evil, *ONLY, *options, cwd=repository)
    assert done.returncode == 1, done.stderr
    assert actions.would_inject(done.stdout + done.stderr) == ()
    batch = run_grader("batch", evil.parent, "--out", "out", *ONLY, cwd=repository)
    assert "add-mask" in batch.stdout + batch.stderr
    assert actions.would_inject(batch.stdout + batch.stderr) == ()


@pytest.mark.parametrize(("source", "line"), [(RAISES, 4), ("\n\ndef gradient(f, x):\n    return x\n", 3)])
def test_annotations_are_at_files_of_the_repository(source: str, line: int, repository: Path) -> None:
    """At the line that raised, or where the function begins; seen from the repository's root, wherever one starts."""
    (repository / "hw2" / "mine.py").write_text(source, encoding="utf-8")
    done = run_grader("check", "mine.py", *ONLY, "--format", "github", cwd=repository / "hw2")
    error, total = done.stdout.splitlines()
    assert error.startswith(f"::error file=hw2/mine.py,line={line},title=gradient%3A ")
    assert total == "::notice::0 of 8 points"


def test_an_instructors_report_is_a_students_page(repository: Path) -> None:
    """A stored report of an instructor's, too, comes out without values of hidden questions."""
    chiara = ROOT / "examples" / "class" / "chiara"  # whose answer holds for the visible questions only
    run_grader("check", chiara, *ONLY, "--output", "report.json", cwd=repository)
    stored = parse_report((repository / "report.json").read_bytes())
    hidden = [one for one in checks_in(stored) if one["visibility"] == "hidden" and one["evidence"]]
    assert hidden
    done = run_grader("render", "report.json", "--format", "gradescope", cwd=repository)
    for check in hidden:
        assert check["rationale"] in json.loads(done.stdout)["tests"][checks_in(stored).index(check)]["output"]
        assert check["evidence"]["call"] not in done.stdout


def checks_in(report: Json) -> list[Json]:
    """All checks of a report."""
    return [check for exercise in report["exercises"] for check in exercise["checks"]]


@pytest.mark.parametrize("command", [("check", "hw2"), ("render", "report.json")])
def test_a_classroom_that_is_not_known_is_said_before_anything_is_graded(
    command: tuple[str, ...], repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one sentence that names what lacks."""
    run_grader("check", "hw2", *ONLY, "--output", "report.json", cwd=repository)
    monkeypatch.delenv("OWNER")
    done = run_grader(*command, "--format", "classroom50", cwd=repository, environment={"PYTHONPROFILEIMPORTTIME": "1"})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1].startswith("Error: the format classroom50 needs OWNER in its environment")
    assert not re.search(r"\| +torch$", done.stderr, re.MULTILINE)


@pytest.mark.parametrize(("handed_in", "code"), [(right_answer("gradient"), 3), ("", 0)])
def test_only_a_fault_of_the_whole_run_is_no_zero(handed_in: str, code: int, repository: Path) -> None:
    """Where nothing that was begun could be graded; the document is there all the same."""
    kit = copy_of_kit(repository / "kit")
    oracle = kit / "solutions" / "oracle" / "ch02_first_backward.py"
    oracle.write_text(
        oracle.read_text().replace("def gradient(", "def gradient(x, f):\n    return 1 / 0\n\ndef unused(")
    )
    (kit / "mine.py").write_text(handed_in)
    done = run_grader("check", "mine.py", *ONLY, "--format", "prairielearn", cwd=kit)
    assert done.returncode == code, done.stderr
    assert json.loads(done.stdout)["gradable"] is (code == 0)
