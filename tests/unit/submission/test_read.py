"""A folder or a file that was handed in becomes source, or a refusal in words."""

import os
import sys
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.inside.wire import Cell, SourceFile
from grader.submission import read, read_submission
from grader.submission.read import MAX_FILE_BYTES, MAX_FILES
from tests.unit.submission.told import told


def test_a_folder_is_read_in_a_fixed_order(tmp_path: Path) -> None:
    """Python files at any depth, sorted; hidden and tools' folders are left out, and so are other files."""
    for name in ("b.py", "a.py", "sub/c.py", ".git/d.py", "__pycache__/e.py", "venv/f.py", ".g.py", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x = 1\n")
    tree = read_submission(tmp_path)
    assert [file.path for file in tree.files] == ["a.py", "b.py", "sub/c.py"]
    assert [file.stem for file in tree.files] == ["a", "b", "c"]
    assert tree.notes == ()


def test_a_file_is_a_submission(tmp_path: Path) -> None:
    """It has the file's name, and nothing beside it is read."""
    (tmp_path / "a.py").write_text("x = 1\n")
    (tmp_path / "b.py").write_text("y = 1\n")
    tree = read_submission(tmp_path / "a.py")
    assert tree.name == "a.py"
    assert tree.files == (SourceFile(path="a.py", stem="a", cells=(Cell(file="a.py", source="x = 1\n"),)),)


def test_the_digest_is_of_paths_and_bytes(tmp_path: Path) -> None:
    """The same files have the same digest; another name or another byte changes it."""
    (tmp_path / "a.py").write_text("x = 1\n")
    first = read_submission(tmp_path).digest
    assert read_submission(tmp_path).digest == first
    (tmp_path / "a.py").write_text("x = 2\n")
    second = read_submission(tmp_path).digest
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    assert len({first, second, read_submission(tmp_path).digest}) == 3


def test_a_file_that_is_too_large_is_left_out_with_a_note(tmp_path: Path) -> None:
    """The rest is read, and a note says what is missing."""
    (tmp_path / "large.py").write_bytes(b"#" * (MAX_FILE_BYTES + 1))
    (tmp_path / "small.py").write_text("x = 1\n")
    tree = read_submission(tmp_path)
    assert [len(file.cells) for file in tree.files] == [0, 1]
    [note] = tree.notes
    assert "large.py was left out" in told(note)
    assert note.failed


def test_all_files_together_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit any more is left out with a note; a smaller file after it may still fit."""
    monkeypatch.setattr(read, "MAX_TOTAL_BYTES", 10)
    for name, size in (("a.py", 6), ("b.py", 6), ("c.py", 4)):
        (tmp_path / name).write_text("#" * size)
    tree = read_submission(tmp_path)
    assert [len(file.cells) for file in tree.files] == [1, 0, 1]
    [note] = tree.notes
    assert "b.py was left out: all files together" in told(note)


def test_too_many_files_are_cut_with_a_note(tmp_path: Path) -> None:
    """The first ones in their order are read."""
    for index in range(MAX_FILES + 1):
        (tmp_path / f"n{index:04}.py").write_text("x = 1")
    tree = read_submission(tmp_path)
    assert [tree.files[0].path, tree.files[-1].path] == ["n0000.py", f"n{MAX_FILES - 1:04}.py"]
    [note] = tree.notes
    assert f"only the first {MAX_FILES} of {MAX_FILES + 1} files" in told(note)


def test_a_file_that_cannot_be_read_costs_itself_only(tmp_path: Path) -> None:
    """A broken notebook is there without cells, a note says why, and the others are read."""
    (tmp_path / "a.ipynb").write_text("{")
    (tmp_path / "b.py").write_bytes(b"# caf\xe9\n")
    tree = read_submission(tmp_path)
    assert [(file.path, len(file.cells)) for file in tree.files] == [("a.ipynb", 0), ("b.py", 1)]
    broken, guessed = tree.notes
    assert (broken.file, broken.failed) == ("a.ipynb", True)
    assert (guessed.file, guessed.failed) == ("b.py", False)


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    """There is nothing to grade, and a note says so."""
    tree = read_submission(tmp_path)
    assert tree.files == ()
    assert [(note.file, told(note)) for note in tree.notes] == [(".", "there is no .py or .ipynb file in this folder")]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a FIFO")
def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    """Reading a FIFO would wait forever."""
    os.mkfifo(tmp_path / "pipe.py")
    assert "not a regular file" in told(read_submission(tmp_path).notes[0])


@pytest.mark.skipif(sys.platform == "win32", reason="such a name is not possible there")
def test_names_are_shown_harmless(tmp_path: Path) -> None:
    """Control characters in a name are escaped."""
    (tmp_path / "a\x1b[31m\n.py").write_text("")
    assert read_submission(tmp_path).files[0].path == "a\\x1b[31m\\x0a.py"


@pytest.mark.parametrize("name", ["nowhere", "notes.txt"])
def test_what_is_no_submission_is_refused(name: str, tmp_path: Path) -> None:
    """A path that does not exist, or a file of another kind."""
    (tmp_path / "notes.txt").touch()
    with pytest.raises(UsageError, match=name):
        read_submission(tmp_path / name)
