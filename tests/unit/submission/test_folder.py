"""A folder is read without following a link and without waiting for anything."""

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.errors import SubmissionError
from grader.submission import read_submission
from grader.submission.folder import read_regular
from tests.unit.submission.told import refused
from tests.unit.submission.told import told as told_of

GOOD = "x = 1\n"
needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")


def told(folder: Path) -> dict[str, tuple[str, bool]]:
    """What the notes say of each file, and whether it may be code."""
    return {note.file: (told_of(note), note.failed) for note in read_submission(folder).notes}


def files_in(folder: Path) -> dict[str, int]:
    """How many cells each file has."""
    return {file.path: len(file.cells) for file in read_submission(folder).files}


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A submission, beside which there is a file of someone else's."""
    (tmp_path / "secret.py").write_text("secret = 1\n")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "good.py").write_text(GOOD)
    return tmp_path / "mine"


@needs_links
def test_links_are_left_out(mine: Path) -> None:
    """To a file, to a folder, within the submission or out of it, broken or in a circle: a note names each."""
    for name, target in (("a.py", "../secret.py"), ("b.py", "good.py"), ("up", ".."), ("c.py", "c.py"), ("d", "none")):
        (mine / name).symlink_to(target)
    (mine / "data.csv").symlink_to("/etc/passwd")
    (mine / "venv").symlink_to("/usr")
    assert files_in(mine) == {"a.py": 0, "b.py": 0, "c.py": 0, "d": 0, "good.py": 1, "up": 0}
    assert told(mine) == {
        **{name: (f"{name} was left out: it is a link", True) for name in ("a.py", "b.py", "up", "c.py", "d")},
        "data.csv": ("data.csv was left out: it is a link", False),
    }


@needs_links
def test_what_an_instructor_names_may_be_a_link(mine: Path) -> None:
    """It is not the student's, and leads where the instructor wants to."""
    (mine.parent / "link.py").symlink_to(mine / "good.py")
    (mine.parent / "link").symlink_to(mine)
    assert files_in(mine.parent / "link.py") == {"link.py": 1}
    assert files_in(mine.parent / "link") == {"good.py": 1}


@needs_links
@pytest.mark.parametrize("other", ["fifo", "link"])
def test_a_file_is_looked_at_again_when_it_is_open(other: str, mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes its place after the first look is neither followed nor waited for."""
    regular = (mine / "good.py").lstat()
    if other == "fifo":
        os.mkfifo(mine / "other.py")
    else:
        (mine / "other.py").symlink_to("../secret.py")
    monkeypatch.setattr(Path, "lstat", lambda _: regular)
    with pytest.raises(SubmissionError):
        read_regular(mine / "other.py", 100)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a device")
def test_a_device_is_not_read() -> None:
    """It would never end."""
    with refused("it is not a regular file"):
        read_regular(Path("/dev/zero"), 100)


def test_no_more_is_read_than_asked_for(mine: Path) -> None:
    """One byte over the limit tells that there is more."""
    assert read_regular(mine / "good.py", 3) == b"x = "
    assert read_regular(mine / "good.py", 100) == GOOD.encode()


def test_a_sub_folder_that_cannot_be_listed_is_told(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows what it holds, so it may hide anything."""
    (mine / "closed").mkdir()
    refuse_to_list(mine / "closed", monkeypatch)
    assert files_in(mine) == {"closed": 0, "good.py": 1}
    assert told(mine) == {"closed": ("closed was left out: it cannot be read: Permission denied", True)}


def test_a_folder_that_cannot_be_listed_is_one_file_without_content(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not taken for an empty one."""
    refuse_to_list(mine, monkeypatch)
    assert files_in(mine) == {"mine": 0}
    assert told(mine) == {"mine": ("mine was not read: it cannot be read: Permission denied", True)}


def refuse_to_list(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may list any folder, so that a mode is not enough for a test."""
    scandir = os.scandir

    def refuse(path: str | Path) -> Iterator[os.DirEntry[str]]:
        if Path(path) == folder:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)


def test_a_file_that_cannot_be_opened_is_told(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It costs itself only."""
    (mine / "closed.py").write_text(GOOD)
    (mine / "closed.py").chmod(0)
    real = os.open

    def refuse(path: Path, flags: int) -> int:
        if not stat.S_IMODE(path.stat().st_mode):
            raise PermissionError(13, "Permission denied")
        return real(path, flags)

    monkeypatch.setattr(os, "open", refuse)
    assert files_in(mine) == {"closed.py": 0, "good.py": 1}
    assert told(mine) == {"closed.py": ("closed.py was left out: it cannot be read: Permission denied", True)}


def test_folders_that_are_nested_too_deeply_are_not_entered(mine: Path) -> None:
    """The deepest one that may hold a file, and one more."""
    deep = mine.joinpath(*["d"] * 20)
    (deep / "d").mkdir(parents=True)
    for folder in (deep, deep / "d"):
        (folder / "a.py").write_text(GOOD)
    assert files_in(mine) == {"d/" * 20 + "a.py": 1, "d/" * 20 + "d": 0, "good.py": 1}
    [(text, failed)] = told(mine).values()
    assert text.endswith("d was left out: it is nested deeper than 20 folders")
    assert failed


@pytest.mark.skipif(sys.platform != "linux", reason="file names differ in case there")
def test_names_that_differ_in_case_only_are_one(mine: Path) -> None:
    """The first in the order of names is read."""
    (mine / "GOOD.py").write_text(GOOD)
    assert files_in(mine) == {"GOOD.py": 1, "good.py": 0}
    assert told(mine) == {"good.py": ("good.py was left out: another file is named like this, or nearly so", True)}
