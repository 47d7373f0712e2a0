"""`student.toml` tells whose work it is, and whatever is in it costs nobody a point."""

import zipfile
from pathlib import Path

import pytest
from msgspec.structs import replace

from grader.records import Student
from grader.submission import SourceTree, read_own, read_submission, read_together
from tests.support import ROOT
from tests.unit.submission.told import told

ANA = 'name = "Ana"\nid = "a12"\nemail = "ana@example.org"\n'
STUDENT = Student(name="Ana", id="a12", email="ana@example.org")


def tree_with(folder: Path, content: str | bytes) -> SourceTree:
    """A submission with this file and one of Python."""
    (folder / "a.py").write_text("x = 1\n")
    (folder / "student.toml").write_bytes(content.encode() if isinstance(content, str) else content)
    return read_submission(folder)


def test_a_submission_tells_whose_it_is(tmp_path: Path) -> None:
    """In a folder, an archive, or among the files that an LMS has joined; nobody has to be told of the file."""
    tree = tree_with(tmp_path, ANA)
    with zipfile.ZipFile(tmp_path.parent / "a.zip", "w") as archive:
        for name in ("a.py", "student.toml"):
            archive.write(tmp_path / name, f"gradients/{name}")
    joined = read_together("ana", [(name, tmp_path / name) for name in ("a.py", "student.toml")])
    for one in (tree, read_submission(tmp_path.parent / "a.zip"), joined):
        assert one.student == STUDENT
        assert one.notes == ()
        assert [file.stem for file in one.files] == ["a"]


def test_the_file_that_lies_furthest_up_counts(tmp_path: Path) -> None:
    """Others, and hidden ones, are somebody else's or older."""
    for folder in (".handout/backup", "friend", "."):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "student.toml").write_text(f'name = "{folder}"\n')
    assert read_submission(tmp_path).student == Student(name=".")
    (tmp_path / "student.toml").unlink()
    assert read_submission(tmp_path).student == Student(name="friend")
    (tmp_path / "friend" / "student.toml").unlink()
    assert read_submission(tmp_path).student is None
    with zipfile.ZipFile(tmp_path.parent / "a.zip", "w") as archive:
        archive.write(tmp_path / ".handout" / "backup" / "student.toml", ".handout/backup/student.toml")
    assert read_submission(tmp_path.parent / "a.zip").student is None


def test_what_is_not_filled_in_is_nobody(tmp_path: Path) -> None:
    """As it is handed out, and without a note."""
    handed_out = (ROOT / "grader" / "handout" / "files" / "student.toml").read_text(encoding="utf-8")
    tree = tree_with(tmp_path, handed_out)
    assert (tree.student, tree.notes) == (None, ())
    assert tree_with(tmp_path, handed_out.replace('id = ""', 'id = "7"')).student == Student(id="7")


def test_more_than_is_asked_and_a_number_are_fine(tmp_path: Path) -> None:
    """An id is often a number, and blanks around a name mean nothing."""
    assert tree_with(tmp_path, 'name = " Ana "\nid = 12345\nteam = ["b"]\n').student == Student(name="Ana", id="12345")


def test_at_home_it_lies_beside_the_exercises(tmp_path: Path) -> None:
    """A handout has it there. What lies among the exercises counts first, and bad content costs a note alone."""
    exercises = tmp_path / "exercises"
    exercises.mkdir()
    (exercises / "a.py").write_text("x = 1\n")
    assert read_own(exercises) == read_submission(exercises)
    (tmp_path / "student.toml").write_text(ANA)
    assert read_own(exercises).student == STUDENT
    assert replace(read_own(exercises), student=None) == read_submission(exercises)
    (tmp_path / "student.toml").write_text("Ana Silva\n")
    tree = read_own(exercises)
    assert (tree.student, len(tree.files)) == (None, 1)
    assert "student.toml" in told(tree.notes[0])
    assert "it is no TOML" in told(tree.notes[0])
    (exercises / "student.toml").write_text('name = "Ben"\n')
    assert read_own(exercises).student == Student(name="Ben")


BAD: dict[str, tuple[str | bytes, str]] = {
    "no TOML": ("Ana Silva\n", "it is no TOML"),
    "no UTF-8": (b'name = "\xff"\n', "it is no TOML"),
    "binary": (bytes(range(256)), "it is no TOML"),
    "cut off": ('name = "Ana', "it is no TOML"),
    "nested": ("name = " + "[" * 2000, "it is no TOML"),
    "a list": ('name = ["Ana"]\n', "have to be a text"),
    "a truth": ("id = true\n", "have to be a text"),
    "large": (f'name = "Ana"\n#{"x" * 5000}\n', "it is over 4 KiB"),
    "long": (f'name = "{"x" * 201}"\n', "over 200 characters"),
    "a command to a terminal": ('name = "\\u001b[2J"\n', "one that cannot be shown"),
    "two lines": ('name = "a\\nb"\n', "one that cannot be shown"),
    "the other direction": ('email = "\u202e"\n', "one that cannot be shown"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_content_is_a_note(kind: str, tmp_path: Path) -> None:
    """And nothing else: the code is read as ever, and nobody has to look."""
    content, said = BAD[kind]
    tree = tree_with(tmp_path, content)
    [note] = tree.notes
    assert told(note).startswith("student.toml was left out: ")
    assert said in told(note)
    assert not note.failed
    assert (tree.student, tree.unread, len(tree.files)) == (None, (), 1)


@pytest.mark.parametrize("kind", ["link", "folder"])
def test_what_is_no_file_is_no_name(kind: str, tmp_path: Path) -> None:
    """A link could lead to another's."""
    (tmp_path / "a.py").write_text("x = 1\n")
    if kind == "link":
        (tmp_path / "other").write_text(ANA)
        (tmp_path / "student.toml").symlink_to(tmp_path / "other")
    else:
        (tmp_path / "student.toml").mkdir()
    assert read_submission(tmp_path).student is None


def test_another_name_is_another_submission(tmp_path: Path) -> None:
    """So a batch that goes on grades it again, and its report has the right name."""
    digests = {tree_with(tmp_path, text).digest for text in (ANA, ANA.replace("Ana", "Eva"))}
    (tmp_path / "student.toml").unlink()
    assert len({*digests, read_submission(tmp_path).digest}) == 3
