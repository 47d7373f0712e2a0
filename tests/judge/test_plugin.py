"""Judging under pytest: every check comes out with its verdict, and nothing of the caller's reaches the session."""

import math
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest
from pytest_jsonreport.plugin import JSONReport

from grader.authoring import Check, tensor
from grader.course.loading import load_cases
from grader.inside.answers import Answered
from grader.inside.said import Said
from grader.inside.values import Value
from grader.judging.items import ChecksPlugin
from grader.judging.judgement import Judgement, judge
from grader.judging.session import JudgingSession
from grader.records import Observations, Question, Row, Verdict
from tests.support import COURSE, ROOT, right_answers


def checks_in(file: Path) -> list[Check]:
    """The checks of a file."""
    return [check for cases in load_cases(file) for check in cases.checks]


CHECKS = """
from grader.authoring import asks, close, fail, hidden, say, visible

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
    fail(say("text", text="It is wrong."))

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
    return {"returned": number_in(question)}


def number_in(question: Question) -> int:
    """What a question asks with."""
    number = dict(question.inputs)["x"]
    assert isinstance(number, int)
    return number


def questions_of(checks: Iterable[Check]) -> Mapping[Check, Sequence[Question]]:
    """What these checks ask."""
    return {check: check.cases.questions("1", COURSE.probes.families) for check in checks}


def answers(checks: Iterable[Check], error: int = 0) -> Observations:
    """Right answers to all that these checks ask, or wrong ones."""
    return {
        question: Row(observation=Answered(facts=(("returned", number_in(question) + error),)))
        for questions in questions_of(checks).values()
        for question in questions
    }


def session_of(files: Mapping[Path, Sequence[Check]], checks: Sequence[Check]) -> JudgingSession:
    """A session in which these checks are judged."""
    return JudgingSession(files, questions_of(checks), know, COURSE.language)


def judged(file: Path, checks: Sequence[Check]) -> Mapping[str, Judgement]:
    """Some checks of a file, judged over right answers."""
    with session_of({file: checks}, checks) as session:
        return session.judge(answers(checks), checks)


def test_each_check_has_its_verdict(file: Path) -> None:
    """Passed and failed are the check's; whatever else it raises is ungraded, with the reason, and stops no other."""
    verdicts = {name: judgement.outcome.verdict for name, judgement in judged(file, checks_in(file)).items()}
    assert verdicts == {
        "gradient.right": Verdict.PASSED,
        "gradient.wrong": Verdict.FAILED,
        "gradient.broken": Verdict.UNGRADED,
        "gradient.asks_too_much": Verdict.UNGRADED,
        "gradient.ends": Verdict.UNGRADED,
    }


def test_an_authors_fault_is_told(file: Path) -> None:
    """The exception of a broken check is in the evidence."""
    evidence = judged(file, checks_in(file))["gradient.broken"].outcome.evidence
    assert evidence is not None
    assert "RuntimeError: of the author" in str(evidence.detail)


@pytest.mark.parametrize("number", [1.5, math.nan, math.inf])
def test_a_judgement_comes_out_whole(file: Path, number: float) -> None:
    """What a session hands over is what was judged, also where it tells of numbers that JSON has not."""
    checks = checks_in(file)[:2]
    asked = questions_of(checks)
    rows: Observations = {
        question: Row(observation=Answered(facts=(("returned", tensor(number)),)))
        for questions in asked.values()
        for question in questions
    }

    def know_zero(question: Question) -> Mapping[str, Value]:
        return {"returned": tensor(0.0)}

    with JudgingSession({file: checks}, asked, know_zero, COURSE.language) as session:
        judgements = session.judge(rows, checks)
    assert judgements == {check.id: judge(check, asked[check], rows, know_zero) for check in checks}
    evidence = judgements["gradient.right"].outcome.evidence
    assert evidence is not None
    assert isinstance(evidence.detail, Said)
    assert COURSE.language.say(evidence.detail).startswith(f"largest difference {number}, tolerance")


def test_only_selected_checks_run(file: Path) -> None:
    """A check that is not selected is not run and has no outcome, be it unasked or left out of one round."""
    checks = checks_in(file)
    chosen = checks[:2]
    for asked in (checks, chosen):
        with session_of({file: checks}, asked) as session:
            assert set(session.judge(answers(chosen), chosen)) == {"gradient.right", "gradient.wrong"}
            assert len(session._plugin.judged) == len(chosen)


def test_a_session_that_says_nothing_leaves_everything_ungraded(file: Path) -> None:
    """Where pytest reports nothing on a check, it is ungraded: never zero, never full marks."""
    checks = checks_in(file)
    with session_of({}, checks) as session:
        outcomes = session.judge(answers(checks), checks)
    assert {judgement.outcome.verdict for judgement in outcomes.values()} == {Verdict.UNGRADED}
    assert set(outcomes) == {check.id for check in checks}


def test_rounds_are_independent(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one session, a round comes out as in a session of its own, whatever was judged before it, also if that broke.

    To end a session twice changes nothing.
    """
    checks = checks_in(file)
    alone = judged(file, checks)
    with session_of({file: checks}, checks) as session:
        assert session.judge(answers(checks), checks) == alone
        wrong = session.judge(answers(checks, error=1), checks)
        assert wrong["gradient.right"].outcome.verdict is Verdict.FAILED
        assert {one.outcome.verdict for one in session.judge({}, checks).values()} == {Verdict.UNGRADED}
        for owner, name in ((ChecksPlugin, "judge"), (JSONReport, "pytest_sessionfinish")):
            with monkeypatch.context() as patch:
                patch.setattr(owner, name, interrupted)
                with pytest.raises(KeyboardInterrupt):
                    session.judge(answers(checks, error=1), checks)
        with monkeypatch.context() as patch:
            patch.setattr("grader.judging.session.call_and_report", lambda *_: None)
            silent = session.judge(answers(checks), checks)
            assert {one.outcome.verdict for one in silent.values()} == {Verdict.UNGRADED}
        assert session.judge(answers(checks), checks[:1]) == {checks[0].id: alone[checks[0].id]}
        assert session.judge(answers(checks), checks) == alone
        session.close()


def interrupted(*arguments: object, **more: object) -> object:
    """What is called when somebody loses patience."""
    raise KeyboardInterrupt


def test_judging_says_nothing(file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither a session nor a round of it writes to the caller's output, whatever the verdicts are."""
    checks = checks_in(file)
    with session_of({file: checks}, checks) as session:
        session.judge(answers(checks, error=1), checks)
    assert capfd.readouterr() == ("", "")


def test_the_session_is_hermetic(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PYTEST_ADDOPTS, PYTEST_PLUGINS, an ini file and a conftest.py of the caller's change nothing and stay."""
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n")
    (tmp_path / "conftest.py").write_text("raise RuntimeError\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only")
    monkeypatch.setenv("PYTEST_PLUGINS", "nothing_of_that_name")
    before = dict(os.environ)
    assert judged(file, checks_in(file))["gradient.right"].outcome.verdict is Verdict.PASSED
    assert dict(os.environ) == before


def test_authors_run_check_files_with_plain_pytest(tmp_path: Path) -> None:
    """`pytest -p grader.pytest_plugin FILE --submission PATH` shows each check as a test, with -k and rationale."""
    right_answers(tmp_path, "ch02_first_backward")
    wrong = tmp_path / "ch02_first_backward.py"
    wrong.write_text(wrong.read_text() + "\ndef make_leaf(values, scale):\n    return values * scale\n")
    completed = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "grader.pytest_plugin", "-p", "no:cacheprovider", "-v"),
            *("--submission", str(tmp_path), "--seed", "7", "-k", "make_leaf or jacobian_2xtx"),
            "checks/ch02_first_backward.py",
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
