"""Archives are read in memory: what they hold is source, and every refusal names a file and a reason."""

import gzip
import hashlib
import stat
import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.submission import archive, budget, read, read_submission
from grader.submission.member import Unreadable
from grader.submission.read import MAX_FILE_BYTES, MAX_FILES
from tests.unit.submission.packed import (
    KINDS,
    TAR_END,
    deflated,
    packed,
    padded,
    pax,
    tar_header,
    tar_member,
    with_checksum,
    written,
    zip_end,
    zip_member,
    zip_of,
)
from tests.unit.submission.told import refused, told

GOOD = b"x = 1\n"
SPARSE = bytearray(tar_header(b"s.py", len(GOOD), b"S", flag=1))
every_kind = pytest.mark.parametrize("kind", KINDS)


def tree_of(folder: Path, name: str, data: bytes) -> read.SourceTree:
    """What is read of an archive with these bytes; reading it leaves nothing on the disk."""
    path = written(folder, name, data)
    tree = read_submission(path)
    assert list(folder.iterdir()) == [path]
    return tree


def only_note(tree: read.SourceTree) -> str:
    """The one note, which tells of a failure."""
    [note] = tree.notes
    assert note.failed
    return told(note)


def cells_of(tree: read.SourceTree) -> dict[str, int]:
    """How many cells each file has; a file that was left out has none."""
    return {file.path: len(file.cells) for file in tree.files}


# ---------------------------------------------------------------- what is read


@every_kind
def test_an_archive_is_read_like_the_folder_that_it_holds(kind: str, tmp_path: Path) -> None:
    """Files in the order of their names, the same notes and digest; hidden, tools' and other files are left out."""
    files = {
        "b.py": GOOD,
        "a.py": b"# caf\xe9\n",
        "sub/c.ipynb": b"{",
        "sub/D.PY": GOOD,
        ".git/d.py": GOOD,
        "__MACOSX/._a.py": GOOD,
        "venv/f.py": GOOD,
        ".g.py": GOOD,
        "notes.txt": GOOD,
    }
    folder = tmp_path / "folder"
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    (tmp_path / "packed").mkdir()
    tree = tree_of(tmp_path / "packed", f"mine{kind}", packed(kind, files))
    same = read_submission(folder)
    assert cells_of(tree) == {"a.py": 1, "b.py": 1, "sub/D.py": 1, "sub/c.ipynb": 0}
    assert (tree.files, tree.notes, tree.digest) == (same.files, same.notes, same.digest)
    assert tree.name == f"mine{kind}"


@every_kind
def test_the_suffix_may_be_in_capitals(kind: str, tmp_path: Path) -> None:
    """Windows likes them; the files inside are found under a suffix in lower case, as a worker knows it."""
    tree = tree_of(tmp_path, f"MINE{kind.upper()}", packed(kind, {"top/HOMEWORK.PY": GOOD}))
    assert [(file.path, file.stem) for file in tree.files] == [("top/HOMEWORK.py", "HOMEWORK")]


def test_what_a_browser_has_unpacked_keeps_its_name(tmp_path: Path) -> None:
    """Whether a tar archive is packed is told by its bytes."""
    assert cells_of(tree_of(tmp_path, "a.tar.gz", packed(".tar", {"a.py": GOOD}))) == {"a.py": 1}
    assert cells_of(read_submission(written(tmp_path, "a.tar", packed(".tgz", {"a.py": GOOD})))) == {"a.py": 1}


def test_a_windows_separator_is_a_folder(tmp_path: Path) -> None:
    """Old tools write backslashes into zip archives, also at the end of a folder's name."""
    data = zip_of(zip_member(b"sub\\"), zip_member(b"sub\\a.py", GOOD))
    assert cells_of(tree_of(tmp_path, "a.zip", data)) == {"sub/a.py": 1}


def test_long_names_are_read(tmp_path: Path) -> None:
    """Both ways in which tar stores them; a header about the whole archive and the target of a link are no matter."""
    name = "a/" * 5 + "n" * 120
    data = (
        tar_member(b"pax_global_header", b"30 comment=0123456789abcdef01\n", b"g")
        + pax(path=f"{name}1.py")
        + tar_member(b"short", GOOD)
        + tar_member(b"././@LongLink", f"{name}2.py".encode() + b"\0", b"L")
        + tar_member(b"././@LongLink", b"x" * 200 + b"\0", b"K")
        + tar_member(b"short", GOOD)
        + tar_member(b"folder.py/", kind=b"5")
        + tar_member(b"last.py", GOOD)
        + TAR_END
    )
    assert list(cells_of(tree_of(tmp_path, "a.tar", data))) == [f"{name}1.py", f"{name}2.py", "last.py"]


def test_gzip_may_come_in_several_streams(tmp_path: Path) -> None:
    """Parallel packers write them; zeros after the last one are padding."""
    tar = packed(".tar", {"a.py": GOOD})
    data = gzip.compress(tar[:700]) + gzip.compress(b"") + gzip.compress(tar[700:]) + bytes(100)
    assert cells_of(tree_of(tmp_path, "a.tgz", data)) == {"a.py": 1}


@every_kind
def test_an_empty_archive_is_told(kind: str, tmp_path: Path) -> None:
    """There is nothing to grade, and that is no failure."""
    tree = tree_of(tmp_path, f"a{kind}", packed(kind, {}))
    assert tree.files == ()
    assert [(note.file, told(note)) for note in tree.notes] == [(".", "there is no .py or .ipynb file in this archive")]


# ---------------------------------------------------------------- what spoils one member


@every_kind
@pytest.mark.parametrize(
    ("name", "shown", "reason"),
    [
        ("/a.py", "/a.py", "its path is absolute"),
        ("C:\\a.py", "C:/a.py", "its path is absolute"),
        ("c:a.py", "c:a.py", "its path is absolute"),
        ("\\\\server\\a.py", "//server/a.py", "its path is absolute"),
        ("../a.py", "../a.py", "its path leads out of the submission"),
        ("top/../../a.py", "top/../../a.py", "its path leads out of the submission"),
        ("top\\..\\a.py", "top/../a.py", "its path leads out of the submission"),
        ("d/" * 21 + "a.py", "d/" * 21 + "a.py", "it is nested deeper than 20 folders"),
        ("hw.rar", "hw.rar", "it is an archive of another kind (.rar), and not opened; hand in .py, .ipynb, .zip"),
    ],
)
def test_a_member_that_is_out_of_place_is_left_out(
    kind: str, name: str, shown: str, reason: str, tmp_path: Path
) -> None:
    """A note names it and says why, it may hide anything, and the file beside it is read."""
    tree = tree_of(tmp_path, f"a{kind}", packed(kind, {name: GOOD, "good.py": GOOD}))
    assert cells_of(tree) == {shown: 0, "good.py": 1}
    assert tree.notes[0].file == shown
    assert f"{shown} was left out: {reason}" in only_note(tree)


def test_a_name_that_is_too_long_is_cut_where_it_is_shown(tmp_path: Path) -> None:
    """No report and no log is filled by a name."""
    data = pax(path=f"{'n' * 100_000}.py") + tar_member(b"short", GOOD) + TAR_END
    tree = tree_of(tmp_path, "a.tar", data)
    [name] = cells_of(tree)
    assert len(name) < 240
    assert name.endswith("n.py")
    assert "its name has over 240 characters" in only_note(tree)


@pytest.mark.parametrize("kind", [".zip", ".tar"])
def test_control_characters_are_shown_escaped(kind: str, tmp_path: Path) -> None:
    """A line end, a terminal's escape, and a mark that turns the direction of writing."""
    tree = tree_of(tmp_path, f"a{kind}", packed(kind, {"a\n\x1b[31m.py": GOOD, "../\u202eb\n.py": GOOD}))
    assert list(cells_of(tree)) == ["../\\x202eb\\x0a.py", "a\\x0a\\x1b[31m.py"]
    assert "\n" not in only_note(tree)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"a.py\0.txt", ["a.py\\x00.txt"]),
        (b"a.txt\0.py", ["a.txt\\x00.py"]),
        ("\xfcbung.py".encode(), ["\xfcbung.py"]),
        (b"\x81bung.py", ["\xfcbung.py"]),
    ],
)
def test_a_zip_members_name_is_all_of_it(name: bytes, shown: list[str], tmp_path: Path) -> None:
    """A NUL ends no name. Without a flag it is UTF-8 where it can be, and else in the format's old encoding."""
    tree = tree_of(tmp_path, "a.zip", zip_of(zip_member(name, GOOD, flags=0)))
    assert cells_of(tree) == dict.fromkeys(shown, int(b".txt" not in name[-4:]))


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        (stat.S_IFLNK, "it is a link"),
        (stat.S_IFIFO, "it is not a regular file"),
        (stat.S_IFCHR, "it is not a regular file"),
        (stat.S_IFBLK, "it is not a regular file"),
        (stat.S_IFSOCK, "it is not a regular file"),
    ],
)
def test_a_zip_member_that_is_no_file_is_left_out(mode: int, reason: str, tmp_path: Path) -> None:
    """Links and devices are told by the mode that Unix stores; what a link leads to is never looked at."""
    (tmp_path / "in").mkdir()
    data = zip_of(zip_member(b"a.py", b"/etc/passwd", mode=mode | 0o644), zip_member(b"good.py", GOOD, mode=0o100644))
    tree = tree_of(tmp_path / "in", "a.zip", data)
    assert cells_of(tree) == {"a.py": 0, "good.py": 1}
    assert only_note(tree) == f"a.py was left out: {reason}"


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        (tar_header(b"a.py", kind=b"2", link=b"/etc/passwd"), "it is a link"),
        (tar_header(b"a.py", kind=b"1", link=b"good.py"), "it is a link"),
        (tar_header(b"a.py", kind=b"2", link=b"x", raw_size=b"7" * 11 + b"\0"), "it is a link"),
        (tar_header(b"a.py", kind=b"3"), "it is not a regular file"),
        (tar_header(b"a.py", kind=b"4"), "it is not a regular file"),
        (tar_header(b"a.py", kind=b"6"), "it is not a regular file"),
        (tar_member(b"a.py", GOOD, b"M"), "it is not a regular file"),
        (tar_member(b"a.py", GOOD, b"S"), "it is a sparse file"),
        (pax(GNU_sparse_major="1", GNU_sparse_minor="0", GNU_sparse_name="a.py") + tar_member(b"b.py", GOOD), "it is"),
        (pax(GNU_sparse_map="0,9" + ",9" * 30, path="a.py") + tar_member(b"b.py", GOOD), "it is a sparse file"),
    ],
)
def test_a_tar_member_that_is_no_file_is_left_out(member: bytes, reason: str, tmp_path: Path) -> None:
    """Links, devices, FIFOs, sparse files and unknown kinds; the next member is found behind each."""
    tree = tree_of(tmp_path, "a.tar", member + tar_member(b"good.py", GOOD) + TAR_END)
    assert cells_of(tree) == {"a.py": 0, "good.py": 1}
    assert f"a.py was left out: {reason}" in only_note(tree)


def test_a_sparse_file_may_have_more_headers(tmp_path: Path) -> None:
    """They are skipped as far as each says that another one follows."""
    middle = bytearray(512)
    middle[504] = 1
    data = bytes(SPARSE) + bytes(middle) * 3 + bytes(512) + padded(GOOD) + tar_member(b"good.py", GOOD) + TAR_END
    assert cells_of(tree_of(tmp_path, "a.tar", data)) == {"good.py": 1, "s.py": 0}
    endless = bytes(SPARSE) + bytes(middle) * 100
    assert "it is cut off" in only_note(read_submission(written(tmp_path, "a.tar", endless)))


def test_a_link_without_a_suffix_may_be_a_folder(tmp_path: Path) -> None:
    """It may hide anything; a link to what is named like data hides nothing, and both are told of."""
    data = tar_header(b"src", kind=b"2", link=b"/") + tar_header(b"data.csv", kind=b"2", link=b"/") + TAR_END
    tree = tree_of(tmp_path, "a.tar", data)
    assert cells_of(tree) == {"src": 0}
    assert [(note.file, note.failed) for note in tree.notes] == [("data.csv", False), ("src", True)]


@every_kind
@pytest.mark.parametrize("second", ["Sub/A.py", "sub/a.PY", "./sub//a.py", "sub\\a.py"])
def test_of_names_that_are_nearly_one_the_first_is_read(kind: str, second: str, tmp_path: Path) -> None:
    """On some systems one file would take the place of the other, so that nobody can say which one is meant."""
    tree = tree_of(tmp_path, f"a{kind}", packed(kind, {second: GOOD, "sub/a.py": b"x = 2\n"}))
    assert sorted(cells_of(tree).values()) in ([0, 1], [1])
    assert "another file is named like this" in only_note(tree)


def test_names_are_one_in_every_normalisation(tmp_path: Path) -> None:
    """macOS takes a letter apart that others store as one."""
    tree = tree_of(tmp_path, "a.zip", packed(".zip", {"\xe9.py": GOOD, "e\u0301.py": GOOD}))
    assert cells_of(tree) == {"e\u0301.py": 1, "\xe9.py": 0}
    assert "another file is named like this" in only_note(tree)


def test_a_name_that_is_there_twice_is_read_once(tmp_path: Path) -> None:
    """The first one in the archive counts, and the file is listed once."""
    data = tar_member(b"a.py", GOOD) + tar_member(b"a.py", b"x = 2\n") + TAR_END
    tree = tree_of(tmp_path, "a.tar", data)
    [file] = tree.files
    assert file.cells[0].source == "x = 1\n"
    assert "another file is named like this" in only_note(tree)


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        (zip_member(b"a.py", GOOD, flags=0x1), "it is encrypted"),
        (zip_member(b"a.py", GOOD, flags=0x40), "its bytes in the archive are damaged"),
        (zip_member(b"a.py", GOOD, method=12), "its compression (method 12) is not supported"),
        (zip_member(b"a.py", GOOD, method=14), "its compression (method 14) is not supported"),
        (zip_member(b"a.py", GOOD, method=9), "its compression (method 9) is not supported"),
        (zip_member(b"a.py", GOOD, crc=7), "its bytes in the archive are damaged"),
        (zip_member(b"a.py", GOOD, size=3), "its bytes in the archive are damaged"),
        (zip_member(b"a.py", GOOD, local_name=b"b.py"), "its bytes in the archive are damaged"),
        (zip_member(b"a.py", b"\xff" * 9, method=8), None),
        (zip_member(b"a.py", GOOD, size=1 << 31), None),
        (zip_member(b"a.py", GOOD, method=0), None),
    ],
)
def test_a_zip_member_that_cannot_be_unpacked_is_left_out(
    member: tuple[bytes, bytes], reason: str | None, tmp_path: Path
) -> None:
    """What a header says of a size is not believed; what the bytes are has to be right."""
    tree = tree_of(tmp_path, "a.zip", zip_of(member, zip_member(b"good.py", GOOD)))
    assert cells_of(tree) == {"a.py": 1 if reason is None else 0, "good.py": 1}
    if reason is not None:
        assert only_note(tree) == f"a.py was left out: {reason}"


def test_damage_in_a_zip_member_costs_that_member(tmp_path: Path) -> None:
    """Another byte in the middle of what is packed."""
    data = bytearray(zip_of(zip_member(b"a.py", bytes(range(200))), zip_member(b"good.py", GOOD)))
    data[60] ^= 0xFF
    assert cells_of(tree_of(tmp_path, "a.zip", bytes(data))) == {"a.py": 0, "good.py": 1}


@every_kind
def test_the_limits_of_files_hold_in_archives(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Size of a file, size of all, number: the same words as for a folder."""
    noise = b"".join(hashlib.sha512(bytes([index])).digest() for index in range(256))
    large = noise * (MAX_FILE_BYTES // len(noise)) + b"#"
    tree = tree_of(tmp_path, f"a{kind}", packed(kind, {"large.py": large, "small.py": GOOD}))
    assert cells_of(tree) == {"large.py": 0, "small.py": 1}
    assert only_note(tree) == "large.py was left out: it is over 4 MiB"
    monkeypatch.setattr(read, "MAX_TOTAL_BYTES", 10)
    tree = tree_of(tmp_path, f"a{kind}", packed(kind, {"a.py": GOOD, "b.py": GOOD, "c.py": b"#"}))
    assert cells_of(tree) == {"a.py": 1, "b.py": 0, "c.py": 1}
    tree = tree_of(tmp_path, f"a{kind}", packed(kind, {f"{index}.py": b"" for index in range(MAX_FILES + 1)}))
    assert len(tree.files) == MAX_FILES
    assert "only the first 500 of 501 files were read" in told(tree.notes[0])


# ---------------------------------------------------------------- what spoils the whole


GOOD_ZIP = packed(".zip", {"a.py": GOOD})
GOOD_TAR = packed(".tar", {"a.py": GOOD})
GOOD_TGZ = packed(".tgz", {"a.py": GOOD})
WRONG_END = zip_end(1, 99, 0)
HEAVY = zip_member(b"a.py")
ABSURD: dict[str, tuple[str, bytes, str]] = {
    "empty zip": ("a.zip", b"", "it is empty"),
    "empty tar": ("a.tar", b"", "it is empty"),
    "rar named zip": ("a.zip", b"Rar!\x1a\x07\x01\x00", "it is no zip archive"),
    "text named zip": ("a.zip", b"hello", "it is no zip archive"),
    "cut zip": ("a.zip", GOOD_ZIP[:-30], "it is cut off or damaged"),
    "zip with a directory elsewhere": ("a.zip", GOOD_ZIP[:-22] + WRONG_END, "it is cut off or damaged"),
    "zip of a later version": ("a.zip", GOOD_ZIP.replace(b"PK\1\2\x14\3\x14", b"PK\1\2\x14\3\xff"), "it is cut off or"),
    "zip with a name in no UTF-8": ("a.zip", zip_of(zip_member(b"\xff.py", GOOD)), "it is cut off or damaged"),
    "text named tar": ("a.tar", b"hello", "it is no tar archive"),
    "text named tgz": ("a.tgz", b"hello" * 500, "it is no tar archive"),
    "packed text": ("a.tgz", gzip.compress(b"hello" * 500), "it is no tar archive"),
    "packed nothing": ("a.tgz", gzip.compress(b""), "it is no tar archive"),
    "cut tar": ("a.tar", GOOD_TAR[:515], "it is cut off"),
    "tar without an end": ("a.tar", GOOD_TAR[:1024], "it is cut off"),
    "tar with half a header": ("a.tar", GOOD_TAR[:1024] + b"x" * 100, "it is cut off"),
    "tar with a wrong checksum": ("a.tar", GOOD_TAR[:1024] + b"x" * 512, "it is damaged"),
    "cut gzip": ("a.tar.gz", GOOD_TGZ[:-9], "it is cut off"),
    "gzip without a trailer": ("a.tar.gz", GOOD_TGZ[:-4], "it is cut off"),
    "gzip with a wrong checksum": ("a.tar.gz", GOOD_TGZ[:-8] + bytes(8), "it is damaged"),
    "gzip with wrong bytes": ("a.tar.gz", GOOD_TGZ[:10] + b"\xff" * 50, "it is damaged"),
    "a negative size": ("a.tar", tar_header(b"a.py", raw_size=b"\xff" * 12) + TAR_END, "it is damaged"),
    "an absurd size": ("a.tar", tar_header(b"a.py", raw_size=b"\x80" + b"\xff" * 11) + TAR_END, "it is cut off"),
    "a size that is none": ("a.tar", tar_member(b"a.py") + tar_header(b"a.py", raw_size=b"9" * 12), "it is damaged"),
    "an extended size that is none": ("a.tar", pax(size="-5") + tar_member(b"a.py", GOOD), "it is damaged"),
    "an extended size of many digits": ("a.tar", pax(size="9" * 5000) + tar_member(b"a.py", GOOD), "it is damaged"),
    "an absurd extended size": ("a.tar", pax(size="9" * 18) + tar_member(b"a.py", GOOD), "it is cut off"),
    "an extended header without a length": ("a.tar", tar_member(b"x", b"path=a.py\n", b"x") + TAR_END, "it is damaged"),
    "an extended header of no length": ("a.tar", tar_member(b"x", b"0 path=a.py\n", b"x") + TAR_END, "it is damaged"),
    "an extended header that is cut": ("a.tar", tar_member(b"x", b"99 path=a.py\n", b"x") + TAR_END, "it is damaged"),
    "an extended header of digits": ("a.tar", tar_member(b"x", b"1" * (1 << 20), b"x") + TAR_END, "it is damaged"),
    "an extended header that is too large": ("a.tar", tar_member(b"x", bytes(2 << 20), b"x"), "it is damaged"),
    "too many records": ("a.tar", pax(**{f"k{number}": "" for number in range(101)}) + TAR_END, "it is damaged"),
    "too many streams": ("a.tgz", gzip.compress(b"") * 1001, "it is damaged"),
}


@pytest.mark.parametrize("case", ABSURD)
def test_an_archive_that_cannot_be_read_is_one_file_without_content(case: str, tmp_path: Path) -> None:
    """A note names the archive and the reason, so that what it may have held is not taken for never handed in."""
    name, data, reason = ABSURD[case]
    tree = tree_of(tmp_path, name, data)
    assert cells_of(tree) == {name: 0}
    assert only_note(tree).startswith(f"{name} was not read: {reason}")
    assert tree.notes[0].file == name


def test_a_refused_archive_still_has_a_digest_of_its_own(tmp_path: Path) -> None:
    """Two broken archives are not the same submission."""
    one, other = (read_submission(written(tmp_path, "a.zip", data)).digest for data in (b"one", b"other"))
    assert one != other


def test_an_archive_that_is_too_large_is_refused(tmp_path: Path) -> None:
    """No more than the limit is read of it."""
    with (tmp_path / "a.zip").open("wb") as file:
        file.truncate(archive.MAX_ARCHIVE_BYTES + 1)
    assert only_note(read_submission(tmp_path / "a.zip")) == "a.zip was not read: it is over 32 MiB"


@pytest.mark.parametrize("kind", [".zip", ".tar"])
def test_too_many_members_are_refused(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also those that nobody would read; for zip, before the standard library has made an object of each."""
    for module in ("unzip", "untar"):
        monkeypatch.setattr(f"grader.submission.{module}.MAX_MEMBERS", 3)
    three = {f"{number}.txt": b"" for number in range(3)}
    assert len(read_submission(written(tmp_path, f"a{kind}", packed(kind, three))).files) == 3
    tree = tree_of(tmp_path, f"a{kind}", packed(kind, {**three, "a.py": GOOD}))
    assert "it holds more than 3 files" in only_note(tree)


def test_extra_fields_have_a_limit_together(tmp_path: Path) -> None:
    """The standard library needs a time that grows with the square of each one's size."""
    record = HEAVY[1][:30] + struct.pack("<H", 65_532) + HEAVY[1][32:] + bytes(65_532)
    tree = tree_of(tmp_path, "a.zip", zip_of(*[(HEAVY[0], record)] * 9))
    assert "its directory is damaged" in only_note(tree)


def test_members_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    """A few MiB that are read as a hundred files would be the work of hundreds of MiB."""
    local, record = zip_member(b"a.py", bytes(range(256)), method=0)
    directory = record * 3
    tree = tree_of(tmp_path, "a.zip", local + directory + zip_end(3, len(directory), len(local)))
    assert "its members overlap" in only_note(tree)


BOMB = bytes(64 << 20)
# Made when they are needed: packing takes its time.
BOMBS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a zip member": ("a.zip", lambda: zip_of(zip_member(b"a.py", BOMB))),
    "a zip member that lies": ("a.zip", lambda: zip_of(zip_member(b"a.py", BOMB, size=10))),
    "data in a tar": ("a.tgz", lambda: gzip.compress(tar_member(b"a.txt", BOMB) + TAR_END)),
    "a header in a tar": ("a.tgz", lambda: gzip.compress(tar_member(b"x", BOMB, b"x") + TAR_END)),
    "zeros": ("a.tar.gz", lambda: gzip.compress(BOMB)),
}


@pytest.mark.parametrize("case", BOMBS)
def test_a_bomb_does_not_go_off(case: str, tmp_path: Path) -> None:
    """What unpacks to far more than it is takes no more memory than a few files may have."""
    name, make = BOMBS[case]
    path = written(tmp_path, name, make())
    tracemalloc.start()
    try:
        tree = read_submission(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert not any(cells_of(tree).values())
    assert all(note.failed for note in tree.notes)
    assert peak < 8 * MAX_FILE_BYTES


def test_unpacking_has_a_limit_in_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes that are thrown away count, too: a file that is too large is unpacked as far as that is known."""
    monkeypatch.setattr(budget, "MAX_UNPACKED_BYTES", 3 * MAX_FILE_BYTES)
    local, record = zip_member(b"a.py", bytes(MAX_FILE_BYTES + 1))
    padding = zip_member(b"noise.bin", bytes(1 << 20), method=0)
    two = zip_of((local, record), (local, record), padding)
    assert "it unpacks" not in told(read_submission(written(tmp_path, "a.zip", two)).notes[0])
    four = zip_of(*[(local.replace(b"a.py", b"%d.py" % n), record[:-4] + b"%d.py" % n) for n in range(4)], padding)
    assert "a.zip was not read: it unpacks to more than 12 MiB" in only_note(tree_of(tmp_path, "a.zip", four))
    monkeypatch.setattr(budget, "MAX_UNPACKED_BYTES", 1 << 20)
    noise = b"".join(hashlib.sha512(bytes([index])).digest() for index in range(256)) * 80
    data = gzip.compress(tar_member(b"data.bin", noise) + tar_member(b"a.py", GOOD) + TAR_END)
    assert "a.tgz was not read: it unpacks to more than 1 MiB" in only_note(
        read_submission(written(tmp_path, "a.tgz", data))
    )


def test_a_small_archive_may_be_packed_well(tmp_path: Path) -> None:
    """A hundred empty files in a tar are nearly all zeros."""
    data = packed(".tgz", {f"{number}.py": b"" for number in range(100)})
    assert len(tree_of(tmp_path, "a.tgz", data).files) == 100


def spent(packed_bytes: int, unpacked: int) -> budget.Budget:
    """A budget from which so much is taken."""
    taken = budget.Budget()
    taken.take_in(packed_bytes)
    taken.spend(unpacked)
    return taken


def test_a_budget_is_of_the_whole_submission() -> None:
    """It may be a hundred times its size, and no file more than is harmless is held against it."""
    with refused("more than 64 MiB", Unreadable):
        spent(1 << 20, 60 << 20).spend(5 << 20)
    with refused("more than 100 times", Unreadable):
        spent(10_000, 1_000_001)
    spent(1, 256 << 10)
    with refused("all archives together are over 32 MiB", Unreadable):
        spent(20 << 20, 0).take_in(20 << 20)
    several = budget.Budget()
    several.hold(6_000)
    with refused("more than 10000 files", Unreadable):
        several.hold(4_001)


def test_zip_bytes_without_an_end_are_read_once(tmp_path: Path) -> None:
    """Packed blocks that hold nothing are work without an outcome; they are as many as the archive is large."""
    nothing = b"\0\0\0\xff\xff" * 1000
    local, record = zip_member(b"a.py", b"")
    size = struct.pack("<I", len(nothing) + len(deflated(b"")))
    local = local[:18] + size + local[22:34] + nothing + deflated(b"")
    record = record[:20] + size + record[24:]
    assert cells_of(tree_of(tmp_path, "a.zip", zip_of((local, record)))) == {"a.py": 1}


def test_a_header_field_that_is_garbage_is_a_refusal(tmp_path: Path) -> None:
    """Every field of a tar header may be anything while its checksum is right."""
    header = bytearray(b"\xfe" * 512)
    tree = tree_of(tmp_path, "a.tar", tar_member(b"a.py", GOOD) + with_checksum(header) + TAR_END)
    assert "it is damaged" in only_note(tree)
