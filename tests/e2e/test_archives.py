"""Archives, handed to the real command: what is in them is graded, and what cannot be read is told in words."""

import gzip
import shutil
from pathlib import Path

from tests.support import Json, exercise_in, max_points, parse_report, right_answer, right_answers, run_grader
from tests.unit.submission.packed import packed

CHAPTER = "ch02_first_backward"
ONLY = ("--only", CHAPTER)
RIGHT = right_answer("jacobian_2xtx").encode()


def verdicts(report: Json) -> set[str]:
    """The verdicts of all checks."""
    return {check["verdict"] for exercise in report["exercises"] for check in exercise["checks"]}


def test_a_zip_is_graded_like_its_folder(tmp_path: Path) -> None:
    """Full marks for right answers; files that Python, pytest or torch would pick up by their name are only files."""
    answers = right_answers(tmp_path / "answers", CHAPTER)
    for name in ("conftest", "test_mine", "sitecustomize", "torch", "pytest"):
        (answers / f"{name}.py").write_text("print('picked up')\nopen('picked_up', 'w')\nraise SystemExit(1)\n")
    shutil.make_archive(str(tmp_path / "mine"), "zip", answers)
    before = sorted(path.name for path in tmp_path.iterdir())
    completed = run_grader("check", "mine.zip", *ONLY, cwd=tmp_path)
    assert completed.returncode == 0, completed.stderr
    report = parse_report(completed.stdout)
    assert report["points"] == report["max_points"] == max_points(CHAPTER)
    assert report["submission"]["notes"] == []
    assert report["submission"]["digest"] == folder_digest(answers, tmp_path)
    assert "picked up" not in completed.stdout + completed.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def folder_digest(folder: Path, cwd: Path) -> str:
    """The digest in the report of a folder."""
    report = parse_report(run_grader("check", folder, "--only", "make_leaf", cwd=cwd).stdout)
    digest: str = report["submission"]["digest"]
    return digest


def test_a_tar_with_a_folder_at_the_top_is_graded(tmp_path: Path) -> None:
    """As `tar czf` makes it; helper modules in it can be imported."""
    (tmp_path / "homework 1").mkdir()
    (tmp_path / "homework 1" / f"{CHAPTER}.py").write_bytes(
        RIGHT.replace(b"import torch\n", b"from helpers import torch\n")
    )
    (tmp_path / "homework 1" / "helpers.py").write_text("import torch\n")
    shutil.make_archive(str(tmp_path / "mine"), "gztar", tmp_path, "homework 1")
    report = parse_report(run_grader("check", "mine.tar.gz", "--only", "jacobian_2xtx", cwd=tmp_path).stdout)
    assert verdicts(report) == {"passed"}
    assert exercise_in(report, "jacobian_2xtx")["source"] == f"homework 1/{CHAPTER}.py"
    assert report["submission"]["name"] == "mine.tar.gz"


def test_a_broken_archive_has_a_whole_report(tmp_path: Path) -> None:
    """All exercises are errored with the reason, none is left out of the denominator, and a person has to look."""
    for kind in (".zip", ".tar.gz"):
        whole = packed(kind, {f"{CHAPTER}.py": RIGHT})
        (tmp_path / f"mine{kind}").write_bytes(whole[: len(whole) // 2])
        completed = run_grader("check", f"mine{kind}", cwd=tmp_path)
        assert completed.returncode == 3, completed.stderr
        assert "Traceback" not in completed.stderr
        report = parse_report(completed.stdout)
        assert verdicts(report) == {"errored"}
        assert (report["points"], report["max_points"]) == (0, max_points())
        assert report["submission"]["files"] == [f"mine{kind}"]
        [note] = report["submission"]["notes"]
        assert note["failed"]
        assert f"mine{kind} was not read: it is cut off" in note["text"]
        assert report["submission"]["unread"] == [note["text"]]
        assert report["needs_review"] is True
        rationales = [check["rationale"] for one in report["exercises"] for check in one["checks"]]
        assert all(note["text"] in rationale for rationale in rationales)


def test_a_bomb_is_refused_in_words(tmp_path: Path) -> None:
    """A small file that unpacks to gigabytes."""
    (tmp_path / "mine.tgz").write_bytes(gzip.compress(bytes(1 << 20)) * 900)
    report = parse_report(run_grader("check", "mine.tgz", *ONLY, cwd=tmp_path).stdout)
    assert verdicts(report) == {"errored"}
    [note] = report["submission"]["notes"]
    assert note["text"] == "mine.tgz was not read: it unpacks to more than 64 MiB"


def test_a_member_that_leads_out_costs_only_itself(tmp_path: Path) -> None:
    """It is named with its reason, the right answer beside it has its points, and nothing was written anywhere."""
    (tmp_path / "room").mkdir()
    files = {f"../{CHAPTER}.py": b"raise SystemExit\n", "mine.py": RIGHT}
    (tmp_path / "room" / "mine.zip").write_bytes(packed(".zip", files))
    completed = run_grader("check", "mine.zip", "--only", "jacobian_2xtx", cwd=tmp_path / "room")
    assert completed.returncode == 0, completed.stderr
    report = parse_report(completed.stdout)
    assert verdicts(report) == {"passed"}
    [note] = report["submission"]["notes"]
    assert note["text"] == f"../{CHAPTER}.py was left out: its path leads out of the submission"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["mine.zip", "room"]
