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
from grader.inside.said import Said
from grader.inside.wire import Note
from grader.words import own_language

without_links = pytest.mark.skipif(sys.platform == "win32", reason="making links needs rights there")
without_odd_names = pytest.mark.skipif(sys.platform != "linux", reason="only there a name may be any bytes")


def room_with(folder: Path, *names: str) -> Path:
    """A class with these files, and folders where a name ends in a slash."""
    room = folder / "class"
    room.mkdir()
    for name in names:
        (room / name).mkdir() if name.endswith("/") else (room / name).write_text("")
    return room


def words(told: Note | Said) -> str:
    """What a sentence, or that of a note, says."""
    return own_language().say(told.said if isinstance(told, Note) else told)


def identities(room: Path) -> list[str]:
    """What the submissions of a class are called, in their order."""
    return list(find_submissions(room, room.parent / "out").submissions)


def test_every_entry_is_a_submission(tmp_path: Path) -> None:
    """In the order of their names and called by them, without suffix, whether their kind can be read or not."""
    names = ("gero.tar.gz", "ana/", "ben.py", "chiara.ipynb", "DAVID.PY", "elif.zip", "hanna.docx", "ida", "jon.x.y")
    found = ["DAVID", "ana", "ben", "chiara", "elif", "gero", "hanna", "ida", "jon.x.y"]
    assert identities(room_with(tmp_path, *names)) == found


@pytest.mark.parametrize(
    ("name", "identity"),
    [("a.rar", "a"), ("a.tar.xz", "a"), ("a.TAR.BZ2", "a"), ("a.py.txt", "a"), ("A.IPYNB.JSON", "A"), ("a.b", "a.b")],
)
def test_a_known_suffix_is_no_part_of_the_name(name: str, identity: str, tmp_path: Path) -> None:
    """Also one of a kind that is not read; what is behind another dot may be a part of a name."""
    assert identities(room_with(tmp_path, name)) == [identity]


def test_what_is_no_submission_is_named_with_its_reason(tmp_path: Path) -> None:
    """Hidden entries, and what systems leave beside everybody's files; neither hides what somebody handed in."""
    litter = (".DS_Store", "._ana.py", "Thumbs.db", "desktop.ini", "__MACOSX/")
    room = find_submissions(room_with(tmp_path, *litter, ".git/", ".ana.py", "ana.py", "venv/"), tmp_path / "out")
    assert list(room.submissions) == ["ana", "venv"]
    told = {one.name: words(one.reason) for one in room.left_out}
    assert set(told) == {*(name.rstrip("/") for name in litter), ".git", ".ana.py"}
    assert "hidden" in told[".ana.py"]
    assert "a system or a tool" in told["__MACOSX"]


KINDS = ("rar", "7z", "tar.xz", "tar.bz2", "gz", "docx", "odt", "html", "pdf", "txt", "md", "json", "png", "csv", "x")


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_read_says_what_it_is_and_what_to_hand_in(kind: str, tmp_path: Path) -> None:
    """As an entry of the class, or alone in a folder: no content, the reason, and a person has to look."""
    room = room_with(tmp_path, f"ana.{kind}", "ben/")
    (room / "ben" / f"mine.{kind}").write_text("x")
    for identity, handed in find_submissions(room, tmp_path / "out").submissions.items():
        tree = read(handed)
        name = f"ana.{kind}" if identity.startswith("ana") else f"mine.{kind}"
        assert [(file.path, file.cells) for file in tree.files] == [(name, ())]
        text = words(*tree.unread)
        assert name in text
        assert all(suffix in text for suffix in (".py", ".ipynb", ".zip", ".tar.gz"))
        assert [note.failed for note in tree.notes if words(note) == text] == [True]


@pytest.mark.parametrize("name", ["answers.py.txt", "ANSWERS.PY.TXT", "answers.py.download", "answers.py.json"])
def test_a_source_with_a_suffix_too_many_is_read(name: str, tmp_path: Path) -> None:
    """Windows hides suffixes and browsers append them: what is in the file is Python, and a note tells of the name."""
    room = room_with(tmp_path, "ben/")
    for place in (room, room / "ben"):
        (place / name).write_text("x = 1\n")
    for handed in find_submissions(room, tmp_path / "out").submissions.values():
        tree = read(handed)
        [file] = tree.files
        assert file.path.lower() == "answers.py"
        assert file.path.endswith(".py")
        assert [cell.source for cell in file.cells] == ["x = 1\n"]
        assert "was read as" in words(tree.notes[0])
        assert tree.unread == ()


def test_a_file_of_its_own_name_comes_before_a_renamed_one(tmp_path: Path) -> None:
    """The other is named: two files cannot have one place."""
    room = room_with(tmp_path, "ben/")
    (room / "ben" / "a.py").write_text("x = 1\n")
    (room / "ben" / "a.py.txt").write_text("x = 2\n")
    tree = read(room / "ben")
    assert [cell.source for file in tree.files for cell in file.cells] == ["x = 1\n"]
    assert "another file is named like this" in words(tree.notes[0])


@pytest.mark.parametrize("names", [(".a.py",), ("venv/a.py",), (".ipynb_checkpoints/a-checkpoint.ipynb", ".git/x")])
def test_a_folder_of_hidden_things_only_is_looked_at(names: tuple[str, ...], tmp_path: Path) -> None:
    """Somebody handed something in, and it may be what was asked for."""
    room = room_with(tmp_path, "ben/")
    for name in names:
        (room / "ben" / name).parent.mkdir(exist_ok=True)
        (room / "ben" / name).write_text("{}")
    tree = read(room / "ben")
    assert len(tree.unread) == len(names)
    assert "it is hidden, or a folder of a tool's" in words(tree.unread[0])
    (room / "ben" / "b.py").write_text("x = 1")
    assert (read(room / "ben").unread, read(room / "ben").notes) == ((), ())


def test_an_empty_folder_needs_nobody(tmp_path: Path) -> None:
    """Nothing was handed in; what a system left there is nothing either."""
    room = room_with(tmp_path, "ben/")
    for name in (".DS_Store", "Thumbs.db", "._x.py"):
        (room / "ben" / name).write_text("")
    assert (read(room / "ben").unread, read(room / "ben").files) == ((), ())


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
        ('a<b>:"|?*.py', "a_b______"),
        ("a. .py", "a. "),
        ("\u2764\ufe0f\u200d\U0001f525.py", "\u2764\ufe0f_x200d\U0001f525"),
    ],
)
def test_an_identity_is_harmless(name: str, identity: str, tmp_path: Path) -> None:
    """Nothing in it moves a cursor, ends a line, leads to another folder, or is refused by another system."""
    assert identities(room_with(tmp_path, name)) == [identity]


@without_odd_names
def test_long_names_are_cut_and_told_apart(tmp_path: Path) -> None:
    """A report's file name, with what is put around it, is no longer than file systems allow."""
    names = [f"{'é' * 120}{number}.py" for number in range(3)]
    found = identities(room_with(tmp_path, *names))
    assert len(set(found)) == 3
    for identity in found:
        (tmp_path / f".{identity}.json.01234567.part").touch()


hostile_names = st.text(min_size=1) | st.text(
    st.sampled_from("\u2764\ufe0f\u200d\u202e\udcff. \n=\u0301conCOM1ab"), min_size=1
)


@given(name=hostile_names)
def test_no_identity_leads_out_of_the_reports(name: str) -> None:
    """Whatever a name is, the report is a file directly in its folder, and can be written."""
    identity = _file_name(name)
    assert (Path("reports") / f"{identity}.json").parent == Path("reports")
    assert not {"/", "\\", "\0", "\n"} & set(identity)
    assert 0 < len(identity.encode()) <= 200
    assert identity.isprintable()
    assert not set('<>:"|?*') & set(identity)


def test_the_output_is_no_submission(tmp_path: Path) -> None:
    """An output folder in the class is left out, however it is written."""
    room = room_with(tmp_path, "ana/", "out/")
    for out in (room / "out", room / "ana" / ".." / "out"):
        assert list(find_submissions(room, out).submissions) == ["ana"]


@pytest.mark.parametrize("out", [".", "results/today", "ana/out"])
def test_no_output_is_part_of_a_submission(out: str, tmp_path: Path) -> None:
    """Results in the class itself, or deeper in it, would be graded with the next batch: that is refused."""
    room = room_with(tmp_path, "ana/")
    with pytest.raises(UsageError, match="--out cannot be"):
        find_submissions(room, room / out)


def test_an_output_around_the_class_is_fine(tmp_path: Path) -> None:
    """What is above the class is no part of it."""
    assert list(find_submissions(room_with(tmp_path, "ana/"), tmp_path).submissions) == ["ana"]


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


def test_an_archive_of_the_class_is_to_be_unpacked(tmp_path: Path) -> None:
    """An LMS gives one, and the sentence says what to do with it."""
    (tmp_path / "submissions.zip").write_bytes(b"PK")
    with pytest.raises(UsageError, match=r"submissions\.zip is not a folder: unpack it"):
        find_submissions(tmp_path / "submissions.zip", tmp_path / "out")


def refuse(self: Path) -> bool:
    """What a system says of what nobody may look at."""
    raise PermissionError(13, "Permission denied")


def test_a_class_that_cannot_be_listed_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no traceback."""
    room = room_with(tmp_path, "ana.py")
    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(UsageError, match="class cannot be read: Permission denied"):
        identities(room)


def test_an_entry_that_nobody_may_look_at_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a submission that was not read."""
    room = room_with(tmp_path, "ana.py")
    monkeypatch.setattr(Path, "is_dir", refuse)
    [handed] = find_submissions(room, tmp_path / "out").submissions.values()
    assert words(*read(handed).unread) == "ana.py was not read: it cannot be read: Permission denied"


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
    (room / "fay").symlink_to("nowhere")
    submissions = find_submissions(room, tmp_path / "out").submissions
    assert list(submissions) == ["ana", "ben", "chiara", "david", "elif", "fay"]
    for identity in ("ben", "chiara", "david", "elif", "fay"):
        tree = read(submissions[identity])
        assert tree.name == submissions[identity].name
        assert len(tree.unread) == 1
        assert [file.cells for file in tree.files] == [()]
        [note] = tree.notes
        assert note.failed
        assert "link" in words(note)
        assert "secret" not in f"{tree}"
        assert "solution" not in f"{tree}"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs")
def test_nothing_waits_for_a_fifo(tmp_path: Path) -> None:
    """A FIFO that is called like a submission is one that was not read."""
    room = room_with(tmp_path)
    for name in ("ana.py", "ben.zip", "chiara"):
        os.mkfifo(room / name)
    submissions = find_submissions(room, tmp_path / "out").submissions
    assert list(submissions) == ["ana", "ben", "chiara"]
    for identity, handed in submissions.items():
        assert ("not a regular file" in words(read(handed).notes[0])) is (identity != "chiara")
        assert len(read(handed).unread) == 1


def test_a_submission_that_has_gone_is_one_that_was_not_read(tmp_path: Path) -> None:
    """What is removed while a class is graded stops nothing."""
    tree = read(tmp_path / "ana.py")
    assert tree.notes[0].failed
    assert words(tree.notes[0]) == "ana.py was not read: it does not exist"
