"""Judging under pytest: every check comes out with its verdict, and nothing of the caller's reaches the session."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from grader.authoring import Check, Judgement
from grader.catalog import ROOT
from grader.hermetic import in_session
from grader.loading import load_checks
from grader.model import Answered, Observations, Question, Row, Value, Verdict
from tests.support import right_answers

SEED = "1"
CHECKS = """
from grader.authoring import asks, close, fail, hidden, visible

@asks("gradient")
def cases(draw):
    yield visible(x=1)
    yield hidden(x=2)

@cases.check(points=1)
def right(actual, expected):
    '''Is right.'''
    close(actual.returned, expected.returned)

@cases.check(points=1)
def wrong(actual, expected):
    '''Is wrong.'''
    fail("It is wrong.")

@cases.check(points=1)
def broken(actual, expected):
    '''Is broken.'''
    raise RuntimeError("of the author")

@cases.check(points=1)
def asks_too_much(actual, expected):
    '''The oracle does not know this.'''
    close(actual.returned, expected.nothing)

@cases.check(points=1)
def ends(actual, expected):
    '''Ends the session.'''
    raise SystemExit(3)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A check file."""
    path = tmp_path / "checks" / "ch99.py"
    path.parent.mkdir()
    path.write_text(CHECKS)
    return path


def know(question: Question) -> Mapping[str, Value]:
    """The function is the identity."""
    return {"returned": dict(question.inputs)["x"]}


def judged(file: Path, checks: tuple[Check, ...]) -> Mapping[str, Judgement]:
    """The checks, judged over right answers."""
    observations: Observations = {
        question: Row(observation=Answered(facts=(("returned", dict(question.inputs)["x"]),)))
        for check in checks
        for question in check.cases.questions(SEED)
    }
    return in_session(checks, [file], SEED, know, lambda judge: judge(observations))


def test_each_check_has_its_verdict(file: Path) -> None:
    """Passed and failed are the check's; whatever else it raises is ungraded, with the reason, and stops no other."""
    verdicts = {name: judgement.outcome.verdict for name, judgement in judged(file, load_checks(file)).items()}
    assert verdicts == {
        "gradient.right": Verdict.PASSED,
        "gradient.wrong": Verdict.FAILED,
        "gradient.broken": Verdict.UNGRADED,
        "gradient.asks_too_much": Verdict.UNGRADED,
        "gradient.ends": Verdict.UNGRADED,
    }


def test_an_authors_fault_is_told(file: Path) -> None:
    """The exception of a broken check is in the evidence."""
    evidence = judged(file, load_checks(file))["gradient.broken"].outcome.evidence
    assert evidence is not None
    assert "RuntimeError: of the author" in (evidence.detail or "")


def test_only_selected_checks_run(file: Path) -> None:
    """A check that is not selected has no outcome."""
    assert set(judged(file, load_checks(file)[:2])) == {"gradient.right", "gradient.wrong"}


def test_a_session_that_says_nothing_leaves_everything_ungraded(file: Path) -> None:
    """Where pytest reports nothing on a check, it is ungraded: never zero, never full marks."""
    checks = load_checks(file)
    outcomes = in_session(checks, [], SEED, know, lambda judge: judge({}))
    assert {judgement.outcome.verdict for judgement in outcomes.values()} == {Verdict.UNGRADED}
    assert set(outcomes) == {check.id for check in checks}


def test_the_session_is_hermetic(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PYTEST_ADDOPTS, PYTEST_PLUGINS, an ini file and a conftest.py of the caller's change nothing and stay."""
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n")
    (tmp_path / "conftest.py").write_text("raise RuntimeError\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only")
    monkeypatch.setenv("PYTEST_PLUGINS", "nothing_of_that_name")
    before = dict(os.environ)
    assert judged(file, load_checks(file))["gradient.right"].outcome.verdict is Verdict.PASSED
    assert dict(os.environ) == before


def test_authors_run_check_files_with_plain_pytest(tmp_path: Path) -> None:
    """`pytest -p grader.author FILE --submission PATH` shows each check as a test, with -k and rationale."""
    right_answers(tmp_path, "ch02_first_backward")
    wrong = tmp_path / "ch02_first_backward.py"
    wrong.write_text(wrong.read_text() + "\ndef make_leaf(values, scale):\n    return values * scale\n")
    completed = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "grader.author", "-p", "no:cacheprovider", "-v"),
            *("--submission", str(tmp_path), "--seed", "7", "-k", "make_leaf or jacobian_2xtx"),
            "grader/checks/ch02_first_backward.py",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert completed.returncode == 1, completed.stderr
    assert "jacobian_2xtx::is_the_derivative PASSED" in completed.stdout
    assert "make_leaf::is_the_product FAILED" in completed.stdout
    assert "gradient::is_the_gradient" not in completed.stdout
    assert "Expected dtype float64 for the result" in completed.stdout
