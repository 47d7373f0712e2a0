"""What of a folder is a submission, and what each is called."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.batch.find import _file_name, find_submissions, read
from grader.errors import UsageError

without_links = pytest.mark.skipif(sys.platform == "win32", reason="making links needs rights there")
without_odd_names = pytest.mark.skipif(sys.platform != "linux", reason="only there a name may be any bytes")


def room_with(folder: Path, *names: str) -> Path:
    """A class with these files, and folders where a name ends in a slash."""
    room = folder / "class"
    room.mkdir()
    for name in names:
        (room / name).mkdir() if name.endswith("/") else (room / name).write_text("")
    return room


def identities(room: Path) -> list[str]:
    """What the submissions of a class are called, in their order."""
    return list(find_submissions(room, room.parent / "out"))


def test_folders_and_files_of_known_kinds_are_submissions(tmp_path: Path) -> None:
    """In the order of their names and called by them, without suffix; hidden and other files are none."""
    names = ("gero.tar.gz", "ana/", "ben.py", "chiara.ipynb", "DAVID.PY", "elif.zip", "notes.txt", ".hidden/", ".x.py")
    assert identities(room_with(tmp_path, *names)) == ["DAVID", "ana", "ben", "chiara", "elif", "gero"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("ana/", "ana.py"), ["ana", "ana.py"]),
        (("ana.py", "ana.zip", "ben.py"), ["ana.py", "ana.zip", "ben"]),
        (("ana.py", "ana.py.zip", "ana.zip"), ["ana.py", "ana.py'", "ana.zip"]),
    ],
)
def test_submissions_of_one_name_keep_their_suffix(names: tuple[str, ...], expected: list[str], tmp_path: Path) -> None:
    """Each has a report of its own, and others keep their short name."""
    assert identities(room_with(tmp_path, *names)) == expected


@without_odd_names
@pytest.mark.parametrize("names", [("Ana.py", "ana.py"), ("ANA/", "ana/"), ("caf\u00e9.py", "cafe\u0301.py")])
def test_no_two_reports_are_one_file_on_any_disk(names: tuple[str, ...], tmp_path: Path) -> None:
    """Identities differ in more than case, or in how an accent is written: some disks take such names for one."""
    one, other = identities(room_with(tmp_path, *names))
    assert one.casefold() != other.casefold()
    assert other.endswith("'")


@without_odd_names
@pytest.mark.parametrize(
    ("name", "identity"),
    [
        ("a\nb.py", "a_x0ab"),
        ("a\x1b[2Jb.py", "a_x1b[2Jb"),
        ("x\\..\\..\\y.py", "x_.._.._y"),
        (os.fsdecode(b"a\xff.py"), "a_xdcff"),
        ("a\u202eb.py", "a_x202eb"),
        ("=1+1.py", "=1+1"),
    ],
)
def test_an_identity_is_harmless(name: str, identity: str, tmp_path: Path) -> None:
    """Nothing in it moves a cursor, ends a line or leads to another folder."""
    assert identities(room_with(tmp_path, name)) == [identity]


@without_odd_names
def test_long_names_are_cut_and_told_apart(tmp_path: Path) -> None:
    """A report's file name, with what is put around it, is no longer than file systems allow."""
    names = [f"{'é' * 120}{number}.py" for number in range(3)]
    found = identities(room_with(tmp_path, *names))
    assert len(set(found)) == 3
    for identity in found:
        (tmp_path / f".{identity}.json.01234567.part").touch()


@given(name=st.text(min_size=1))
def test_no_identity_leads_out_of_the_reports(name: str) -> None:
    """Whatever a name is, the report is a file directly in its folder, and can be written."""
    identity = _file_name(name)
    assert (Path("reports") / f"{identity}.json").parent == Path("reports")
    assert not {"/", "\\", "\0", "\n"} & set(identity)
    assert 0 < len(identity.encode()) <= 200


def test_the_output_is_no_submission(tmp_path: Path) -> None:
    """An output folder in the class is left out, however it is written."""
    room = room_with(tmp_path, "ana/", "out/")
    for out in (room / "out", room / "ana" / ".." / "out"):
        assert list(find_submissions(room, out)) == ["ana"]


@pytest.mark.parametrize("out", [".", "results/today", "ana/out"])
def test_no_output_is_part_of_a_submission(out: str, tmp_path: Path) -> None:
    """Results in the class itself, or deeper in it, would be graded with the next batch: that is refused."""
    room = room_with(tmp_path, "ana/")
    with pytest.raises(UsageError, match="--out cannot be"):
        find_submissions(room, room / out)


def test_an_output_around_the_class_is_fine(tmp_path: Path) -> None:
    """What is above the class is no part of it."""
    assert list(find_submissions(room_with(tmp_path, "ana/"), tmp_path)) == ["ana"]


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (Path.exists, "class does not exist"),
        (lambda path: path.write_text(""), "class is not a folder"),
        (Path.mkdir, "class holds no submission"),
    ],
)
def test_a_class_without_submissions_is_a_sentence(
    prepare: Callable[[Path], object], said: str, tmp_path: Path
) -> None:
    """It says what is wrong with the folder."""
    prepare(tmp_path / "class")
    with pytest.raises(UsageError, match=said):
        identities(tmp_path / "class")


@pytest.mark.parametrize("what", ["iterdir", "is_dir"])
def test_a_class_that_cannot_be_read_is_a_sentence(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither one that cannot be listed nor one whose entries cannot be looked at ends in a traceback."""

    def refuse(self: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    room = room_with(tmp_path, "ana.py")
    monkeypatch.setattr(Path, what, refuse)
    with pytest.raises(UsageError, match="class cannot be read: Permission denied"):
        identities(room)


@without_links
def test_links_are_not_followed(tmp_path: Path) -> None:
    """Strangers' archives may have been unpacked into the class: a link of theirs is a submission that was not read."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "solution.py").write_text("def gradient(): ...")
    room = room_with(tmp_path, "ana.py")
    (room / "ben").symlink_to(tmp_path / "secret")
    (room / "chiara.py").symlink_to(tmp_path / "secret" / "solution.py")
    (room / "david.zip").symlink_to("nowhere")
    (room / "elif.py").symlink_to("elif.py")
    submissions = find_submissions(room, tmp_path / "out")
    assert list(submissions) == ["ana", "ben", "chiara", "david", "elif"]
    for identity in ("ben", "chiara", "david", "elif"):
        tree = read(submissions[identity])
        assert tree.name == submissions[identity].name
        assert [file.cells for file in tree.files] == [()]
        [note] = tree.notes
        assert note.failed
        assert "link" in note.text
        assert "secret" not in f"{tree}"
        assert "solution" not in f"{tree}"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs")
def test_nothing_waits_for_a_fifo(tmp_path: Path) -> None:
    """A FIFO that is called like a submission is one that was not read."""
    room = room_with(tmp_path)
    for name in ("ana.py", "ben.zip", "chiara"):
        os.mkfifo(room / name)
    submissions = find_submissions(room, tmp_path / "out")
    assert list(submissions) == ["ana", "ben"]
    for path in submissions.values():
        assert "not a regular file" in read(path).notes[0].text


def test_a_submission_that_has_gone_is_one_that_was_not_read(tmp_path: Path) -> None:
    """What is removed while a class is graded stops nothing."""
    tree = read(tmp_path / "ana.py")
    assert tree.notes[0].failed
    assert tree.notes[0].text == "ana.py was not read: it does not exist"
