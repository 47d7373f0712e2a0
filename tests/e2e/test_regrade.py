"""`grader regrade`, started as an instructor would who has changed points and messages."""

import csv
import json
import select
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import copy_of_kit, exercise_in, misconception, parse_report, right_answer, run_grader


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """A copy of the kit, to be changed."""
    return copy_of_kit(tmp_path / "kit")


def change(file: Path, old: str, new: str) -> None:
    """Write something else into a file."""
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))


def points(out: Path) -> dict[str, int]:
    """The points of each submission, by the table."""
    with (out / "summary.csv").open(newline="", encoding="utf-8-sig") as file:
        return {line["identity"]: int(line["points"]) for line in csv.DictReader(file)}


def everything(out: Path) -> dict[Path, bytes]:
    """All files of a batch."""
    return {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}


MOVES = [
    "ana: 44 of 44 points, 8 of 8 so far",
    "    gradient.is_the_gradient: passed, 38 of 38; so far passed, 2 of 2",
    "ben: 0 of 44 points, 0 of 8 so far",
    "    gradient.is_the_gradient: failed, 0 of 38; so far failed, 0 of 2",
    "2 of 2 marks move.",
]


def test_changed_points_and_messages_count_without_any_submission(kit: Path) -> None:
    """The submissions are not there any more; what they answered is judged by the checks as they are now."""
    (kit / "class").mkdir()
    (kit / "class" / "ana.py").write_text(right_answer("gradient"))
    (kit / "class" / "ben.py").write_text(misconception("gradient", "returns_value"))
    options = ("--only", "gradient", "--seed", "5")
    assert run_grader("batch", "class", "--out", "out", *options, cwd=kit).returncode == 0
    before = parse_report((kit / "out" / "reports" / "ben.json").read_bytes())
    assert points(kit / "out") == {"ana": 8, "ben": 0}
    shutil.rmtree(kit / "class")
    checks = kit / "checks" / "ch02_first_backward.py"
    change(checks, "@functions_and_points.check(points=2)", "@functions_and_points.check(points=38)")
    change(checks, '"""The result is the gradient of f at x, in the shape of x."""', '"""Another title."""')
    written = everything(kit / "out")
    explained = run_grader("regrade", "out", "--explain", cwd=kit)
    assert explained.returncode == 0, explained.stderr
    assert explained.stdout.splitlines() == MOVES
    assert "Nothing was written" in explained.stderr
    assert everything(kit / "out") == written
    completed = run_grader("regrade", "out", cwd=kit)
    assert completed.returncode == 0, completed.stderr
    assert completed.stdout == ""
    assert points(kit / "out") == {"ana": 44, "ben": 0}
    again = run_grader("regrade", "out", "--explain", "--yes", cwd=kit)
    assert again.stdout == "No mark moves.\n"
    assert "Nothing was written" not in again.stderr
    after = parse_report((kit / "out" / "reports" / "ben.json").read_bytes())
    assert after["max_points"] == 44
    (check,) = [one for one in exercise_in(after, "gradient")["checks"] if one["id"] == "gradient.is_the_gradient"]
    assert (check["title"], check["misconception"]) == ("Another title.", "returns_value")
    for same in ("seed", "isolation", "submission", "verdicts", "versions"):
        assert after[same] == before[same]
    assert json.loads((kit / "out" / "summary.json").read_text())["seed"] == "5"
    seen = parse_report((kit / "out" / "student" / "reports" / "ben.json").read_bytes())
    assert (seen["audience"], seen["seed"], seen["max_points"]) == ("student", None, 44)


@pytest.mark.skipif(sys.platform == "win32", reason="it has no terminals of this kind")
def test_a_person_is_asked_before_marks_move(kit: Path) -> None:
    """At a terminal, where `no` and Ctrl-C lose nothing; `yes` writes. Where no mark moves, nobody is asked."""
    (kit / "class").mkdir()
    (kit / "class" / "ana.py").write_text(right_answer("gradient"))
    assert run_grader("batch", "class", "--out", "out", "--only", "gradient", cwd=kit).returncode == 0
    assert "anew?" not in at_a_terminal(kit, "")
    change(
        kit / "checks" / "ch02_first_backward.py",
        "@functions_and_points.check(points=2)",
        "@functions_and_points.check(points=3)",
    )
    before = everything(kit / "out")
    for answer in ("n\n", "\n", "\x03"):
        said = at_a_terminal(kit, answer)
        assert "ana: 9 of 9 points, 8 of 8 so far" in said
        assert "anew? [y/N]" in said
        assert everything(kit / "out") == before
    assert "1 graded" in at_a_terminal(kit, "y\n")
    assert points(kit / "out") == {"ana": 9}


def at_a_terminal(kit: Path, answer: str) -> str:
    """Judge again at a terminal, and give this answer; all that is shown there.

    Python does not see a Ctrl-C that comes between its question and its waiting for an answer: so it is pressed again.
    Where a shell has started the tests in its background, it lets them ignore Ctrl-C, and what they start as well.
    """
    program = (
        "import pty, signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); pty.spawn(sys.argv[1:])"
    )
    command = [sys.executable, "-c", program, sys.executable, "-m", "grader", "regrade", "out"]
    with subprocess.Popen(command, cwd=kit, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as terminal:
        assert terminal.stdin
        assert terminal.stdout
        shown, given = b"", ""
        while True:
            if select.select([terminal.stdout], [], [], 1 if given == "\x03" else None)[0]:
                if not (part := terminal.stdout.read(4096)):
                    return shown.decode()
                shown += part
            elif terminal.poll() is None:
                terminal.stdin.write(given.encode())
            if answer and b"[y/N]" in shown:
                terminal.stdin.write(answer.encode())
                answer, given = "", answer


def test_a_question_that_was_never_asked_needs_review(kit: Path) -> None:
    """Where a check asks something new now, its stored answers do not suffice: nobody has a zero for that."""
    (kit / "class").mkdir()
    (kit / "class" / "ana.py").write_text(right_answer("gradient"))
    assert run_grader("batch", "class", "--out", "out", "--only", "gradient", cwd=kit).returncode == 0
    change(
        kit / "checks" / "ch02_first_backward.py",
        '    yield visible(f=function("twice_dot"), x=tensor([0, 1, 2, 3], dtype="float32"))',
        '    yield visible(f=function("twice_dot"), x=tensor([0, 1, 2, 30], dtype="float32"))',
    )
    completed = run_grader("regrade", "out", cwd=kit)
    assert completed.returncode == 3
    report = parse_report((kit / "out" / "reports" / "ana.json").read_bytes())
    assert report["needs_review"]
    assert {check["verdict"] for check in exercise_in(report, "gradient")["checks"]} == {"ungraded"}
    assert "ana" in completed.stderr
