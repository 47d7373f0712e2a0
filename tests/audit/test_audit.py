"""The command, on a few mutants of one exercise."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from audit import __main__ as command
from audit.digest import digest_of_page
from tests.support import ROOT


def run_audit(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Start the command."""
    return subprocess.run(
        [sys.executable, "-m", "audit", *arguments],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_part_is_audited_and_no_page_written() -> None:
    """Mutants are made and graded, guesses and right answers as well; the page stays as it is."""
    before = command.PAGE.read_bytes()
    completed = run_audit("--only", "jacobian_2xtx", "--mutants", "5", "--jobs", "1")
    assert "Traceback" not in completed.stderr
    assert completed.returncode == int("SURVIVES" in completed.stdout)
    assert "| `jacobian_2xtx` | 4 | 20 |" in completed.stdout
    assert "20 mutants" in completed.stdout
    assert "0 right answers lost points" in completed.stdout
    assert command.PAGE.read_bytes() == before


def test_an_unknown_exercise_is_refused() -> None:
    """The message names it."""
    completed = run_audit("--only", "nothing")
    assert completed.returncode == 2
    assert "no such exercise: nothing" in completed.stderr


def test_a_stale_page_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`make lint` ends with an error where the page was written for something else."""
    page = tmp_path / "strength.md"
    monkeypatch.setattr(command, "PAGE", page)
    assert command.check() == 1
    page.write_text(f"<!-- made of: {digest_of_page()} -->", encoding="utf-8")
    assert command.check() == 0
    page.write_text("<!-- made of: 0123456789abcdef -->", encoding="utf-8")
    assert command.check() == 1
    assert "is stale: run `make audit`" in capsys.readouterr().err
