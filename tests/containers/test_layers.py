"""Where a container refuses layers of confinement: each is named, and what remains is enough, or a batch refuses."""

import sys
from pathlib import Path

import pytest

from grader.inside.layers import LayerName
from grader.sandbox.layers import MINIMUM_LAYERS
from tests.containers.container import run_contained
from tests.support import graded, parse_report, right_answer

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="confinement is for Linux")
ONLY = ("--only", "gradient", "--seed", "5")


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    """A class of one, whose answer is right."""
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "right.py").write_text(right_answer("gradient"))
    return tmp_path


def test_a_batch_grades_without_namespaces(handed_in: Path) -> None:
    """The other layers are enough. The report and the command name the layer that is missing."""
    completed = run_contained("batch", "class", "--out", "out", *ONLY, cwd=handed_in)
    assert completed.returncode == 0, completed.stderr
    report = parse_report((handed_in / "out" / "reports" / "right.json").read_bytes())
    assert report["points"] == report["max_points"]
    assert set(report["isolation"]) >= MINIMUM_LAYERS
    assert "namespaces" in report["isolation_missing"]
    assert {*report["isolation"], *report["isolation_missing"]} == {*LayerName}
    assert "lacks layers of confinement: namespaces" in completed.stderr


def test_the_doctor_says_why_and_how(handed_in: Path) -> None:
    """It says what bubblewrap has said, and that strangers can be graded all the same."""
    completed = run_contained("doctor", cwd=handed_in)
    assert completed.returncode == 0
    said = " ".join(completed.stdout.split())
    assert "✗ namespaces" in said
    assert "No permissions to creating new namespace" in said
    assert "--security-opt" in said


REFUSALS = [
    pytest.param(("--refuse", "landlock_create_ruleset"), {"landlock"}, id="landlock is refused"),
    pytest.param(("--refuse", "prlimit64"), {"limits"}, id="limits are refused"),
    # Nothing is known of any layer then, so none counts as one that holds.
    pytest.param(("--kill", "prlimit64"), {"limits", "landlock", "seccomp"}, id="the one who tries is killed"),
]


@pytest.mark.parametrize(("options", "missing"), REFUSALS)
def test_a_batch_refuses_without_a_layer_of_the_minimum(
    handed_in: Path, options: tuple[str, ...], missing: set[str]
) -> None:
    """It names every layer that it needs and does not have, and grades nobody."""
    completed = run_contained("batch", "class", "--out", "out", *ONLY, cwd=handed_in, options=options)
    assert completed.returncode == 3
    assert "cannot be confined on this machine" in completed.stderr
    assert {name for name in MINIMUM_LAYERS if f"{name}: " in completed.stderr.partition("(")[2]} == missing
    assert not list((handed_in / "out").rglob("*.json"))


@pytest.mark.parametrize(("options", "missing"), REFUSALS)
def test_one_may_grade_all_the_same(handed_in: Path, options: tuple[str, ...], missing: set[str]) -> None:
    """With the option the report still names what did not confine the submission."""
    allowed = ("--allow-unconfined", *ONLY)
    completed = run_contained("batch", "class", "--out", "out", *allowed, cwd=handed_in, options=options)
    assert completed.returncode == 0, completed.stderr
    report = parse_report((handed_in / "out" / "reports" / "right.json").read_bytes())
    assert missing <= set(report["isolation_missing"])
    assert not missing & set(report["isolation"])


@pytest.mark.parametrize("audience", ["instructor", "student"])
def test_a_check_names_what_is_missing(handed_in: Path, audience: str) -> None:
    """One's own work is graded; the note and the report name the layer."""
    options = ("--refuse", "landlock_create_ruleset")
    arguments = ("check", Path("class", "right.py"), "--audience", audience, *ONLY)
    completed = run_contained(*arguments, cwd=handed_in, options=options)
    report = graded(completed)
    assert {"namespaces", "landlock"} <= set(report["isolation_missing"])
    assert "not active: landlock" in completed.stderr
