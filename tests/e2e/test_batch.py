"""`grader batch`, started as an instructor would."""

import csv
import json
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from grader.report.formats import CLASSROOMS, FORMATS, renderer
from grader.report.json import parse_json
from tests.support import CLASSROOM50, exercise_in, max_points, misconception, parse_report, right_answer, run_grader
from tests.unit.submission.packed import packed

CHAPTER = "ch02_first_backward"


def test_a_class_is_graded(tmp_path: Path) -> None:
    """One report a submission and one line of summary.csv each, folders and files alike; what breaks stops nothing."""
    room = tmp_path / "class"
    (room / "ana").mkdir(parents=True)
    (room / "ana" / f"{CHAPTER}.py").write_text(right_answer("jacobian_2xtx"))
    (room / "ana" / "student.toml").write_text('name = "Ana Silva"\nid = 12\n')
    (room / "ben.py").write_text(misconception("jacobian_2xtx", "forgot_factor"))
    (room / "chiara.py").write_text("import os\nos.abort()\n")
    (room / ".hidden").mkdir()
    completed = run_grader("batch", "class", "--out", "out", "--only", CHAPTER, "--seed", "3", cwd=tmp_path)
    assert completed.returncode == 0, completed.stderr
    assert completed.stdout == ""
    assert "3 graded" in completed.stderr
    with (tmp_path / "out" / "summary.csv").open(newline="", encoding="utf-8-sig") as file:
        lines = {line["identity"]: line for line in csv.DictReader(file)}
    assert list(lines) == ["ana", "ben", "chiara"]
    for identity, line in lines.items():
        report = parse_report((tmp_path / "out" / "reports" / f"{identity}.json").read_bytes())
        assert report["seed"] == "3"
        assert (int(line["points"]), int(line["max_points"])) == (report["points"], max_points(CHAPTER))
        assert int(line["jacobian_2xtx"]) == exercise_in(report, "jacobian_2xtx")["points"]
        asked = {
            name: count for name, count in report["verdicts"].items() if name != "deferred"
        }  # a batch asks everything
        assert {name: int(line[name]) for name in asked} == asked
        assert line["needs_review"] == "no"
    assert int(lines["ana"]["points"]) > int(lines["ben"]["points"]) == 0
    assert [(line["student.name"], line["student.id"]) for line in lines.values()] == [
        ("Ana Silva", "12"),
        *[("", "")] * 2,
    ]


def test_a_batch_grades_like_a_check(tmp_path: Path) -> None:
    """With one seed a submission's report is the same from both commands, whoever is graded before it.

    Only where a visible question shows a failure, `check` looks for a smaller input and tells of that.
    """
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
        for varying in ("created", "duration_seconds", "isolation", "isolation_missing"):
            del alone[varying], batched[varying]
        for report in (alone, batched):
            for check in (one for exercise in report["exercises"] for one in exercise["checks"]):
                if check["verdict"] == "failed" and check["visibility"] == "visible":
                    del check["evidence"], check["rationale"], check["said"]
        assert alone == batched


def test_every_format_is_a_document_of_the_report(tmp_path: Path) -> None:
    """Instructor and student get it, but what a client shows is for the student alone; `{name}` is who handed in."""
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ana.py").write_text(misconception("gradient", "returns_value"))
    options = [part for form in FORMATS for part in ("--format", form)]
    given = {**CLASSROOM50, "OWNER": "{name}", "SUBMISSION_FOLDER": "class/{name}"}
    completed = run_grader(
        "batch", "class", "--out", "out", "--only", "gradient", *options, cwd=tmp_path, environment=given
    )
    assert completed.returncode == 0, completed.stderr
    filled = {name: value.replace("{name}", "ana") for name, value in given.items()}
    student, instructor = tmp_path / "out" / "student", tmp_path / "out"
    for place, formats in ((student, {*FORMATS}), (instructor, {*FORMATS} - CLASSROOMS)):
        report = parse_json((place / "reports" / "ana.json").read_bytes())
        for form in formats - {"json", "html"}:
            (document,) = (place / form).iterdir()
            assert document.stem == "ana"
            assert document.read_text(encoding="utf-8") == renderer(form, filled)(report)
    assert not any((instructor / form).exists() for form in CLASSROOMS)


def test_identities_that_collide_keep_their_suffix(tmp_path: Path) -> None:
    """A file and a folder of one name are two submissions with two reports."""
    room = tmp_path / "class"
    (room / "ana").mkdir(parents=True)
    (room / "ana.py").write_text("")
    completed = run_grader("batch", "class", "--out", "out", "--only", "make_leaf", cwd=tmp_path)
    assert completed.returncode == 0
    assert {path.name for path in (tmp_path / "out" / "reports").iterdir()} == {"ana.json", "ana.py.json"}


RIGHT = right_answer("gradient")
KINDS: dict[str, str | bytes] = {
    "ada.rar": b"Rar!\x1a\x07\x00",
    "bob.7z": b"7z\xbc\xaf",
    "cyd.py.txt": RIGHT,
    "eve.docx": b"PK\x03\x04",
    "gil.tar.xz": b"\xfd7zXZ",
    "hal.py": RIGHT,
    "ida/answers.py.txt": RIGHT,
    "jon/homework.rar": b"Rar!\x1a\x07\x00",
    "kim/homework.zip": packed(".zip", {"ch02.py": RIGHT.encode()}),
    "lea/homework.zip": b"no archive",
    "mia": RIGHT,
    "\u2764\ufe0f" * 17 + ".py": RIGHT,
    "\uff1d1+1\u202e\n.py": RIGHT,
    "x" * 200 + ".py": RIGHT,
    ".DS_Store": "",
    ".nina.py": RIGHT,
}
READ = {"cyd", "hal", "ida", "kim", "\u2764\ufe0f" * 17, "\uff1d1+1_x202e_x0a", "x" * 200}
UNREAD = {"ada", "bob", "eve", "gil", "jon", "lea", "mia"}


@pytest.fixture(scope="module")
def as_it_comes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, "CompletedProcess[str]"]:
    """A class folder as students and systems fill it, graded."""
    folder = tmp_path_factory.mktemp("kinds")
    for name, content in KINDS.items():
        path = folder / "class" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    arguments = ("batch", "class", "--out", "out", "--only", "gradient", "--seed", "8675309")
    return folder / "out", run_grader(*arguments, cwd=folder)


def test_no_hand_in_is_lost(as_it_comes: tuple[Path, "CompletedProcess[str]"]) -> None:
    """Every entry of the class folder is a row, or is named with its reason; what could not be read needs review."""
    out, completed = as_it_comes
    assert completed.returncode == 3, completed.stderr
    summary = json.loads((out / "summary.json").read_bytes())
    lines = {line["identity"]: line for line in summary["submissions"]}
    assert set(lines) == READ | UNREAD
    for identity, line in lines.items():
        assert line["needs_review"] is (identity in UNREAD), identity
        assert line["points"] == (8 if identity in READ else 0), identity
        assert len(line["unread"]) == (identity in UNREAD)
    assert {entry["name"] for entry in summary["left_out"]} == {".DS_Store", ".nina.py"}
    *_, last = completed.stderr.splitlines()
    assert "14 graded; 7 need review" in last
    assert "2 left out" in last
    for line in (
        "ada: ada.rar was not read: it is not a folder, or a .py, .ipynb, .zip",
        "jon: homework.rar was left out: it is an archive of another kind",
        "lea: homework.zip was left out: it is no zip archive",
        "Left out: .nina.py: it is hidden",
    ):
        assert line in completed.stderr


def test_the_table_opens_in_a_spreadsheet(as_it_comes: tuple[Path, "CompletedProcess[str]"]) -> None:
    """Names stay what they are, and none is a formula, in whatever width it is written."""
    out, _ = as_it_comes
    with (out / "summary.csv").open(newline="", encoding="utf-8-sig") as file:
        names = [line["identity"] for line in csv.DictReader(file)]
    assert {name for name in names if not name.startswith("'")} == (READ | UNREAD) - {"\uff1d1+1_x202e_x0a"}
    assert "'\uff1d1+1_x202e_x0a" in names


def test_what_students_may_get_is_apart(as_it_comes: tuple[Path, "CompletedProcess[str]"]) -> None:
    """Reports of both audiences come from one run; with students' lies nothing that tells the seed or an answer."""
    out, _ = as_it_comes
    for identity in READ | UNREAD:
        whole, seen = (
            parse_report((part / "reports" / f"{identity}.json").read_bytes()) for part in (out, out / "student")
        )
        assert (whole["audience"], seen["audience"]) == ("instructor", "student")
        assert (whole["seed"], seen["seed"]) == ("8675309", None)
        assert whole["points"] == seen["points"]
    assert {path.suffix for path in (out / "student").rglob("*") if path.is_file()} == {".json", ".html"}
    holders = [path for path in out.rglob("*") if path.is_file() and b"8675309" in path.read_bytes()]
    assert not [path for path in holders if path.is_relative_to(out / "student")]
    assert {path.name for path in holders if path.parent == out} == {"PRIVATE-journal", "summary.json"}


def test_a_flat_folder_of_an_lms_is_joined_or_refused(tmp_path: Path) -> None:
    """Two files of one student are one row; where names do not tell, a sentence says what to do."""
    room = tmp_path / "class"
    room.mkdir()
    for student, number in (("doejane_LATE_101", 9001), ("roejohn_102", 9003)):
        (room / f"{student}_{number}_{CHAPTER}.py").write_text(RIGHT)
        (room / f"{student}_{number + 1}_ch04_detach-1.py").write_text(right_answer("snapshot"))
    arguments = ("batch", "class", "--out", "out", "--only", "gradient", "--only", "snapshot")
    completed = run_grader(*arguments, cwd=tmp_path)
    assert completed.returncode == 0, completed.stderr
    for identity in ("doejane_101", "roejohn_102"):
        report = parse_report((tmp_path / "out" / "reports" / f"{identity}.json").read_bytes())
        assert report["points"] == report["max_points"]
        assert report["submission"]["files"] == [f"{CHAPTER}.py", "ch04_detach.py"]
    (room / "roster.csv").touch()
    completed = run_grader(*arguments, cwd=tmp_path)
    assert completed.returncode == 2
    assert "roster.csv does not. Put the files of each student into a folder of their own" in completed.stderr
