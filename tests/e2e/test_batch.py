"""`grader batch`, started as an instructor would."""

import csv
from pathlib import Path

from tests.support import exercise_in, max_points, misconception, parse_report, right_answer, run_grader

CHAPTER = "ch02_first_backward"


def test_a_class_is_graded(tmp_path: Path) -> None:
    """One report a submission and one line of summary.csv each, folders and files alike; what breaks stops nothing."""
    room = tmp_path / "class"
    (room / "ana").mkdir(parents=True)
    (room / "ana" / f"{CHAPTER}.py").write_text(right_answer("jacobian_2xtx"))
    (room / "ben.py").write_text(misconception("jacobian_2xtx", "forgot_factor"))
    (room / "chiara.py").write_text("import os\nos.abort()\n")
    (room / "notes.txt").write_text("not a submission")
    (room / ".hidden").mkdir()
    completed = run_grader("batch", "class", "--out", "out", "--only", CHAPTER, "--seed", "3", cwd=tmp_path)
    assert completed.returncode == 0, completed.stderr
    assert completed.stdout == ""
    assert "3 graded" in completed.stderr
    with (tmp_path / "out" / "summary.csv").open(newline="", encoding="utf-8") as file:
        lines = {line["identity"]: line for line in csv.DictReader(file)}
    assert list(lines) == ["ana", "ben", "chiara"]
    for identity, line in lines.items():
        report = parse_report((tmp_path / "out" / "reports" / f"{identity}.json").read_bytes())
        assert report["seed"] == "3"
        assert (int(line["points"]), int(line["max_points"])) == (report["points"], max_points(CHAPTER))
        assert int(line["jacobian_2xtx"]) == exercise_in(report, "jacobian_2xtx")["points"]
        assert {name: int(line[name]) for name in report["verdicts"]} == report["verdicts"]
        assert line["needs_review"] == "no"
    assert int(lines["ana"]["points"]) > int(lines["ben"]["points"]) == 0


def test_a_batch_grades_like_a_check(tmp_path: Path) -> None:
    """With one seed a submission's report is the same from both commands, whoever is graded before it."""
    room = tmp_path / "class"
    room.mkdir()
    (room / "a.py").write_text("import torch\ntorch.Tensor.backward = None\n" + misconception("gradient", "hand_coded"))
    (room / "b.py").write_text(misconception("gradient", "pollutes_caller"))
    options = ("--only", CHAPTER, "--seed", "11")
    run_grader("batch", "class", "--out", "out", *options, cwd=tmp_path)
    for name in ("a", "b"):
        alone = parse_report(run_grader("check", f"class/{name}.py", *options, cwd=tmp_path).stdout)
        batched = parse_report((tmp_path / "out" / "reports" / f"{name}.json").read_bytes())
        # A batch also has namespaces of its own.
        for varying in ("created", "duration_seconds", "isolation"):
            del alone[varying], batched[varying]
        assert alone == batched


def test_identities_that_collide_keep_their_suffix(tmp_path: Path) -> None:
    """A file and a folder of one name are two submissions with two reports."""
    room = tmp_path / "class"
    (room / "ana").mkdir(parents=True)
    (room / "ana.py").write_text("")
    completed = run_grader("batch", "class", "--out", "out", "--only", "make_leaf", cwd=tmp_path)
    assert completed.returncode == 0
    assert {path.name for path in (tmp_path / "out" / "reports").iterdir()} == {"ana.json", "ana.py.json"}


def test_the_students_view_can_be_written(tmp_path: Path) -> None:
    """--audience student writes reports that may be handed back."""
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ana.py").write_text(misconception("gradient", "hand_coded"))
    arguments = ("batch", "class", "--out", "out", "--only", "gradient", "--audience", "student")
    run_grader(*arguments, cwd=tmp_path)
    report = parse_report((tmp_path / "out" / "reports" / "ana.json").read_bytes())
    assert (report["audience"], report["seed"]) == ("student", None)
