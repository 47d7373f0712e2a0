"""What the command says when it is called in a way that it cannot use, and when the kit itself is at fault."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT, copy_of_kit, exercise_in, parse_report, right_answers, run_grader

USAGE = {
    "an unknown exercise": (("check", "--only", "jacobian_2xt"), "Did you mean 'jacobian_2xtx'?"),
    "an unknown option": (("check", "--sed", "1"), "--seed"),
    "an unknown command": (("chek",), "check"),
    "a path that does not exist": (("check", "nowhere"), "nowhere does not exist"),
    "a file of another kind": (("check", "notes.txt"), "notes.txt is not a folder, or a .py, .ipynb, .zip"),
    "a limit that is none": (("check", "--timeout", "0"), "--timeout"),
    "a batch without --out": (("batch", "."), "--out"),
    "a batch of nothing": (("batch", "empty", "--out", "out"), "empty holds no submission"),
    "a batch of a file": (("batch", "notes.txt", "--out", "out"), "notes.txt is not a folder"),
    "a batch into a file": (("batch", "class", "--out", "notes.txt"), "notes.txt' is a file"),
    "a batch into its own class": (("batch", "class", "--out", "class"), "--out cannot be"),
    "a batch below a file": (("batch", "class", "--out", "notes.txt/out"), "cannot be written"),
    "judging nothing again": (("regrade", "empty"), "empty holds no results of `grader batch`"),
    "a beginning of no chapter": (("check", "--only", "ch2"), "Did you mean 'ch02'?"),
    "two documents on one stream": (("check", "--format", "text", "--output", "-"), "cannot carry both"),
    "two other documents on one stream": (("check", "--format", "github", "--output", "-"), "cannot carry both"),
    "a report that cannot be written": (("check", "--only", "make_leaf", "--output", "no/r.json"), "cannot be written"),
}


@pytest.mark.parametrize("case", USAGE)
def test_wrong_usage_is_a_sentence(case: str, tmp_path: Path) -> None:
    """Exit code 2, a sentence that helps on stderr, no traceback, nothing on stdout."""
    arguments, said = USAGE[case]
    (tmp_path / "notes.txt").write_text("not Python")
    (tmp_path / "empty").mkdir()
    (tmp_path / "class" / "ana").mkdir(parents=True)
    completed = run_grader(*arguments, cwd=tmp_path)
    assert completed.returncode == 2
    assert said in " ".join(completed.stderr.split())
    assert "Traceback" not in completed.stderr
    assert completed.stdout == ""


@pytest.mark.parametrize(
    "arguments", [("list",), ("--help",), ("check", "--only", "x"), ("check", "nowhere"), ("batch",)]
)
def test_listing_and_wrong_usage_do_without_torch(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """`grader list` and usage errors answer at once: neither torch nor pytest is imported."""
    completed = run_grader(*arguments, cwd=tmp_path, environment={"PYTHONPROFILEIMPORTTIME": "1"})
    imported = {line.rpartition("|")[2].strip() for line in completed.stderr.splitlines() if "|" in line}
    assert "grader.course.catalog" in imported
    assert not imported & {"torch", "pytest"}


def test_list_names_every_exercise_with_its_points(tmp_path: Path) -> None:
    """`grader list` shows what `--only` takes."""
    completed = run_grader("list", cwd=tmp_path)
    assert completed.returncode == 0
    assert "ch02_first_backward" in completed.stdout
    [line] = [line for line in completed.stdout.splitlines() if "jacobian_2xtx" in line]
    assert "points" in line


def test_the_commands_have_help(tmp_path: Path) -> None:
    """Every option is explained."""
    for command in ("check", "batch", "list"):
        completed = run_grader(command, "--help", cwd=tmp_path)
        assert completed.returncode == 0
        assert command in completed.stdout


@pytest.fixture
def broken_kit(tmp_path: Path) -> Path:
    """A copy of the kit whose oracle of chapter 2 is wrong in one function and raises in another."""
    kit = copy_of_kit(tmp_path / "kit")
    oracle = kit / "solutions" / "oracle" / "ch02_first_backward.py"
    oracle.write_text(
        oracle.read_text().replace("def gradient(", "def gradient(x, f):\n    return 1 / 0\n\ndef unused(")
    )
    return kit


def test_our_own_fault_is_never_a_zero(broken_kit: Path) -> None:
    """A check that fails itself is ungraded, without points; the report says so; exit code 3 wins over 0 and 1."""
    right_answers(broken_kit / "mine")
    completed = run_grader("check", "mine", "--only", "ch02_first_backward", cwd=broken_kit)
    assert completed.returncode == 3
    report = parse_report(completed.stdout)
    assert report["needs_review"] is True
    checks = {check["id"]: check for check in exercise_in(report, "gradient")["checks"]}
    assert checks["gradient.is_the_gradient"]["verdict"] == "ungraded"
    assert checks["gradient.is_the_gradient"]["points"] is None
    assert "ZeroDivisionError" in checks["gradient.is_the_gradient"]["evidence"]["detail"]
    assert exercise_in(report, "make_leaf")["verdict"] == "passed"
    assert report["max_points"] == sum(one["max_points"] for one in report["exercises"])
    assert "review" in completed.stderr


def test_a_wrong_answer_beside_our_own_fault_is_graded(broken_kit: Path) -> None:
    """Where one check is ungraded, the others are graded, and looking for misconceptions breaks nothing."""
    wrong = (
        "def gradient(f, x):\n    leaf = x.requires_grad_(True).detach().clone().requires_grad_(True)\n"
        "    f(leaf).backward()\n    return leaf.grad\n"
    )
    (broken_kit / "mine.py").write_text(wrong)
    completed = run_grader("check", "mine.py", "--only", "gradient", cwd=broken_kit)
    assert completed.returncode == 3
    checks = {check["id"]: check for check in exercise_in(parse_report(completed.stdout), "gradient")["checks"]}
    assert checks["gradient.caller_untouched"]["verdict"] == "failed"
    assert checks["gradient.stands_alone"]["verdict"] == "passed"
    assert checks["gradient.stands_alone"]["points"] is None


def test_a_batch_that_needs_review_ends_with_our_fault(broken_kit: Path) -> None:
    """A batch with something ungraded ends with exit code 3 and says whom it concerns."""
    right_answers(broken_kit / "class" / "ana")
    completed = run_grader("batch", "class", "--out", "out", "--only", "gradient", cwd=broken_kit)
    assert completed.returncode == 3
    assert "ana" in completed.stderr
    assert '"yes"' in (broken_kit / "out" / "summary.csv").read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform != "linux", reason="Linux has a file that is always full")
@pytest.mark.parametrize("arguments", ["list", "--help", "check mine.py --only gradient --format json"])
@pytest.mark.parametrize("to", [">/dev/full", ">&-"])
def test_an_output_that_nobody_can_write_is_told_of(arguments: str, to: str, tmp_path: Path) -> None:
    """In one sentence, with the code for what is not the student's fault."""
    (tmp_path / "mine.py").write_text("def gradient(f, x):\n    return x\n")
    command = f"{sys.executable} -m grader {arguments} {to}"
    ended = subprocess.run(
        command, shell=True, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 3
    assert "Error: not everything could be written" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only there a shell closes standard streams alike")
def test_closed_streams_cost_no_report(tmp_path: Path) -> None:
    """A check that writes into a file needs none of them."""
    (tmp_path / "mine.py").write_text("def gradient(f, x):\n    return x\n")
    command = f"{sys.executable} -m grader check mine.py --only gradient --output report.json <&- >&- 2>&-"
    ended = subprocess.run(command, shell=True, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, check=False)
    assert ended.returncode == 1
    assert parse_report((tmp_path / "report.json").read_text())["exercises"][0]["id"] == "gradient"
