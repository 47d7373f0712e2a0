"""A handout that comes in is read whole, as it was made, or is refused."""

import stat
import zipfile
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.update.incoming import decode_manifest, read_handout
from grader.update.manifest import MANIFEST, encode_manifest
from tests.unit.update.versions import FIRST, LESSON, handout, packed, unpacked

HANDOUT = handout(FIRST)
HOSTILE = (
    *("../evil.py", "/evil.py", "C:/evil.py", "a/../../evil.py", "..\\evil.py", "a\\evil.py", "a//evil.py", ""),
    *("evil\x1b[2J.py", "evil\0.py", "evil:stream.py", ".git/hooks/post-checkout", ".GIT/config", MANIFEST),
    *(".venv/bin/python", "a/" * 40 + "evil.py", "x" * 300),
)


def refusal(path: Path) -> str:
    """The sentence for a handout that is refused."""
    with pytest.raises(UsageError) as caught:
        read_handout(path)
    return str(caught.value)


def test_a_folder_and_an_archive_are_read_the_same(tmp_path: Path) -> None:
    """Every file, and what the handout says of itself; other files beside them are not looked at."""
    (unpacked(HANDOUT, tmp_path / "folder") / "report.json").write_text("mine")
    assert read_handout(tmp_path / "folder") == HANDOUT
    archive = packed({**HANDOUT.files, "../evil.py": b"", "__MACOSX/._a": b""}, tmp_path / "a.zip")
    assert read_handout(archive) == HANDOUT


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_would_lie_elsewhere_is_refused(name: str, tmp_path: Path) -> None:
    """Nor may a handout bring what belongs to the student's machine."""
    files = {name: b"evil"}
    archive = packed({MANIFEST: encode_manifest("gradients", "1", (), files)}, tmp_path / "a.zip")
    assert "its list of files is damaged" in refusal(archive)


def test_two_files_that_are_one_elsewhere_are_refused(tmp_path: Path) -> None:
    """On a disk that takes `A` for `a`, the second would lie over the first."""
    files = {"a.py": b"", "A.py": b""}
    archive = packed({**files, MANIFEST: encode_manifest("gradients", "1", (), files)}, tmp_path / "a.zip")
    assert "its list of files is damaged" in refusal(archive)


@pytest.mark.parametrize(
    "stored", [b"", b"[]", b"{}", b'{"files": {}}', b"\xff", b"[" * 100_000], ids=lambda one: str(one[:20])
)
def test_a_manifest_that_is_none_is_refused(stored: bytes, tmp_path: Path) -> None:
    """Whatever lies there under its name."""
    assert "its list of files is damaged" in refusal(packed({MANIFEST: stored}, tmp_path / "a.zip"))


def test_what_is_not_as_it_was_made_is_refused(tmp_path: Path) -> None:
    """A file that was changed, is missing, or is a link: a student may have packed a folder of their own."""
    changed = packed({**HANDOUT.files, LESSON: b"x = 1\n"}, tmp_path / "changed.zip")
    assert f"{LESSON} in it is not as it was made" in refusal(changed)
    lacking = packed({path: data for path, data in HANDOUT.files.items() if path != LESSON}, tmp_path / "lacking.zip")
    assert f"it lacks {LESSON}" in refusal(lacking)
    folder = unpacked(HANDOUT, tmp_path / "folder")
    (folder / LESSON).unlink()
    (folder / LESSON).symlink_to(tmp_path / "changed.zip")
    assert "it is not a regular file" in refusal(folder)
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        for path, data in HANDOUT.files.items():
            info = zipfile.ZipInfo(path)
            info.external_attr = (stat.S_IFLNK if path == LESSON else stat.S_IFREG) << 16
            archive.writestr(info, data)
    assert "it is a link" in refusal(tmp_path / "link.zip")


def test_an_archive_that_unpacks_to_far_more_is_refused(tmp_path: Path) -> None:
    """Before it fills the memory, whatever its manifest says."""
    files = {f"zeros{number}": bytes(20 << 20) for number in range(4)}
    manifest = encode_manifest("gradients", "1", (), files)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in {**files, MANIFEST: manifest}.items():
            archive.writestr(path, data)
    assert "it unpacks to more than" in refusal(tmp_path / "a.zip")


@pytest.mark.parametrize(
    ("data", "said"), [(b"", "no zip"), (b"PK\x03\x04", "cut off or damaged"), (b"text", "no zip")]
)
def test_what_is_no_archive_is_refused(data: bytes, said: str, tmp_path: Path) -> None:
    """Also where it is called one."""
    (tmp_path / "a.zip").write_bytes(data)
    assert said in refusal(tmp_path / "a.zip")


def test_an_archive_or_a_folder_without_a_handout_is_refused(tmp_path: Path) -> None:
    """The sentence names what every handout has."""
    (tmp_path / "folder").mkdir()
    for path in (packed({"a.py": b""}, tmp_path / "a.zip"), tmp_path / "folder"):
        assert f"it lacks {MANIFEST}" in refusal(path)


def test_a_manifest_is_read_as_it_was_written() -> None:
    """Its digests are of the files as they are handed out."""
    assert decode_manifest(HANDOUT.files[MANIFEST]) == HANDOUT.manifest
