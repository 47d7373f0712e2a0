"""`grader export` with bad input: a sentence, and nothing half written. What it writes: tests/clients."""

from pathlib import Path

import pytest

from tests.support import run_grader

BAD = {
    "an unknown classroom": (("blackboard", "--out", "new"), "'classroom50'"),
    "no folder": (("gitlab",), "Missing option '--out'"),
    "a folder that is in use": (("gitlab", "--out", "full"), "full is there already"),
    "a file in the place of the folder": (("github", "--out", "mine.zip"), "'mine.zip' is a file"),
    "an archive that is there": (("gradescope", "--out", "mine"), "mine.zip is there already"),
    "another archive that is there": (("classroom50", "--out", "mine"), "mine.tar.gz is there already"),
    "an unknown exercise": (("exercism", "--out", "new", "--only", "gradiant"), "Did you mean 'gradient'"),
    "an option of another classroom": (("gitlab", "--out", "new", "--private"), "about Classroom 50's bundle"),
    "two ways at once": (
        ("classroom50", "--out", "new", "--private", "--with-solutions"),
        "choose one",
    ),
    "a course that is none": (("prairielearn", "--out", "new", "--course", "full"), "full"),
}


@pytest.mark.parametrize("case", BAD)
def test_wrong_usage_writes_nothing(case: str, tmp_path: Path) -> None:
    """What lies there stays as it was."""
    (tmp_path / "full").mkdir()
    for name in ("full/mine.txt", "mine.zip", "mine.tar.gz"):
        (tmp_path / name).write_text("mine")
    arguments, said = BAD[case]
    done = run_grader("export", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.read_text() for path in files} == {"mine"}
    assert len([*tmp_path.rglob("*")]) == 4
