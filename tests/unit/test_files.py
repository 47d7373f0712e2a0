"""Files are the old ones or the new ones, never a part."""

import errno
import os
import stat
import sys
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.files import make_folder, remove_parts, write_whole


def interrupt(_: int) -> None:
    """Ctrl-C."""
    raise KeyboardInterrupt


def fill_up(_: int) -> None:
    """A full disk."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def names_in(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_as_it_is(tmp_path: Path) -> None:
    """A text in UTF-8 with its line ends, bytes as they are, in the place of what was there; nothing else is left."""
    for content, data in (("a\nb\r\n", b"a\nb\r\n"), ("é\n", "é\n".encode()), (b"\xff\r", b"\xff\r")):
        write_whole(tmp_path / "a.txt", content)
        assert (tmp_path / "a.txt").read_bytes() == data
    assert names_in(tmp_path) == ["a.txt"]


@pytest.mark.parametrize(("happens", "raised"), [(interrupt, KeyboardInterrupt), (fill_up, UsageError)])
def test_what_cannot_be_finished_leaves_the_old_file(
    happens: object, raised: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C and a full disk leave neither half a file nor a part of one beside it."""
    (tmp_path / "a.txt").write_text("old")
    monkeypatch.setattr(os, "fsync", happens)
    with pytest.raises(raised):
        write_whole(tmp_path / "a.txt", "new")
    assert names_in(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "old"


def test_what_a_killed_process_left_can_be_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only that; not even `kill -9` makes it stay for ever."""
    with monkeypatch.context() as killed:
        killed.setattr(os, "fsync", interrupt)
        killed.setattr(Path, "unlink", lambda *_, **__: None)
        with pytest.raises(KeyboardInterrupt):
            write_whole(tmp_path / "a.txt", "new")
    for name in ("b.part", ".c"):
        (tmp_path / name).touch()
    assert len(names_in(tmp_path)) == 3
    remove_parts(tmp_path)
    assert names_in(tmp_path) == [".c", "b.part"]


@pytest.mark.parametrize("name", ["no/a.txt", ".", "file/a.txt"])
def test_a_file_that_cannot_be_is_a_sentence(name: str, tmp_path: Path) -> None:
    """It names the file and the reason."""
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written: "):
        write_whole(tmp_path / name, "")


@pytest.mark.parametrize(
    ("name", "said"), [("file", "file is a file, and has to be a folder"), ("file/in", "cannot be written")]
)
def test_a_folder_that_cannot_be_is_a_sentence(name: str, said: str, tmp_path: Path) -> None:
    """It names the folder and the reason."""
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=said):
        make_folder(tmp_path / name)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such mask")
def test_who_may_read_is_the_callers_choice(tmp_path: Path) -> None:
    """Points are not for everybody: the caller's mask holds."""
    before = os.umask(0o077)
    try:
        write_whole(tmp_path / "a.txt", "points")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o600


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs")
def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    """A pipe of the shell's, or /dev/null, is written to."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole(pipe, "text")
    assert os.read(reader, 9) == b"text"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.lstat().st_mode)
