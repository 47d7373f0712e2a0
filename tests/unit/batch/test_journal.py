"""The journal: what was written stays, whatever happens to the file's end, or to the disk."""

import contextlib
import errno
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.batch.entry import Entry, Settings
from grader.batch.journal import _MAGIC, Class, End, History, Journal, Line, _records, history_of
from grader.catalog import ROOT
from grader.errors import UsageError
from grader.model import Record, Verdict
from tests.unit.records import report_of

REPORT = report_of(Verdict.PASSED)
SETTINGS = Settings(seed="7", only=("gradient",), question_seconds=5.0)


def entry(identity: str, observed: bytes = b"o") -> Entry:
    """Some submission's entry."""
    return Entry(identity=identity, source=f"source of {identity}", kit="k", report=REPORT, observed=observed)


LINES: tuple[Line, ...] = (Class(identities=("ana", "ben")), entry("ana"), entry("ben"), End())


def written(path: Path, *lines: Line) -> list[int]:
    """A journal of these records; how long the file was after each of its records, the first one included."""
    with Journal(path) as journal:
        journal.begin(SETTINGS)
        ends = [path.stat().st_size]
        for line in lines:
            journal.append(line)
            ends.append(path.stat().st_size)
    return ends


def read(path: Path) -> History | None:
    """What a journal tells."""
    with Journal(path) as journal:
        return journal.history


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[int]]:
    """A small journal, and where each of its records ends."""
    path = tmp_path_factory.mktemp("whole") / "journal"
    ends = written(path, *LINES)
    return path.read_bytes(), ends


def expected(count: int) -> History | None:
    """What the first records of `whole` tell."""
    if count == 0:
        return None
    entries = [line for line in LINES[: count - 1] if isinstance(line, Entry)]
    return History(
        settings=SETTINGS,
        identities=("ana", "ben") if count > 1 else (),
        entries={one.identity: one for one in entries},
        finished=count == len(LINES) + 1,
    )


def test_what_is_appended_is_read_back(tmp_path: Path) -> None:
    """Settings, class, entries and end; of two entries of one submission the later one counts."""
    path = tmp_path / "journal"
    written(path, *LINES[:-1], entry("ana", b"again"))
    history = read(path)
    assert history == History(
        settings=SETTINGS,
        identities=("ana", "ben"),
        entries={"ana": entry("ana", b"again"), "ben": entry("ben")},
        finished=False,
    )


@pytest.mark.parametrize("line", [Class(identities=()), entry("ana")])
def test_a_batch_that_went_on_has_not_ended(line: Line, tmp_path: Path) -> None:
    """The end is one only as long as nothing comes after it."""
    path = tmp_path / "journal"
    written(path, End())
    assert read(path) == History(settings=SETTINGS, identities=(), entries={}, finished=True)
    with Journal(path) as journal:
        journal.append(line)
    history = read(path)
    assert history is not None
    assert not history.finished


def test_a_journal_cut_at_any_byte_keeps_what_is_whole(
    whole: tuple[bytes, list[int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of every beginning of a journal the whole records are read; what is written next follows them, without a gap."""
    monkeypatch.setattr(os, "fsync", lambda _: None)  # thousands of them take a minute
    data, ends = whole
    end = data[ends[-2] :]
    path = tmp_path / "journal"
    for length in range(len(data) + 1):
        path.write_bytes(data[:length])
        count = sum(one <= length for one in ends)
        with Journal(path) as journal:
            assert journal.history == expected(count)
            if count:
                journal.append(End())
                assert path.read_bytes() == data[: ends[count - 1]] + end


def told(data: bytes) -> History | None:
    """What a journal of these bytes tells; without a file, since hypothesis tries hundreds."""
    return history_of([line for line, _ in _records(data)])


@given(data=st.data())
def test_a_flipped_byte_ends_a_journal_before_it(whole: tuple[bytes, list[int]], data: st.DataObject) -> None:
    """What comes before the damaged record is read, and nothing of what follows."""
    original, ends = whole
    place = data.draw(st.integers(0, len(original) - 1))
    flipped = bytearray(original)
    flipped[place] ^= data.draw(st.integers(1, 255))
    is_head = place < ends[0]
    assert told(bytes(flipped)) == (None if is_head else expected(sum(end <= place for end in ends)))


@given(tail=st.binary(max_size=80))
@example(tail=bytes(4096))
@example(tail=b"\xff" * 64)
def test_whatever_follows_a_journal_is_none_of_it(whole: tuple[bytes, list[int]], tail: bytes) -> None:
    """Zeros that a file system left, or anything else, is no record."""
    assert told(whole[0] + tail) == expected(len(LINES) + 1)


@given(data=st.binary(max_size=200))
def test_any_bytes_are_a_journal_or_none(data: bytes) -> None:
    """Nothing raises, whatever follows the first line."""
    assert told(data) is None
    told(_MAGIC + data)


@pytest.mark.parametrize(
    "data", [b"", b"gradlings journal 1\n", b"gradlings journal 99\nxyz", b"Dear diary,\n" * 9, bytes(99)]
)
def test_another_file_or_version_is_no_journal(data: bytes, tmp_path: Path) -> None:
    """It tells nothing, and a batch begins anew in its place."""
    path = tmp_path / "journal"
    path.write_bytes(data)
    assert read(path) is None
    written(path, *LINES)
    assert read(path) == expected(len(LINES) + 1)


def test_beginning_anew_forgets_everything(tmp_path: Path) -> None:
    """Nothing of the earlier batch is left."""
    path = tmp_path / "journal"
    written(path, *LINES)
    written(path)
    assert read(path) == expected(1)


def test_records_of_another_version_end_a_journal(tmp_path: Path) -> None:
    """A whole record that this version cannot read is where reading stops."""

    class Later(Record, tag="later"):
        """A record of a version to come."""

    path = tmp_path / "journal"
    written(path, LINES[0], cast(Line, Later()), entry("ana"))
    assert read(path) == expected(2)


class FullDisk(io.FileIO):
    """A file on a disk that has room for so many bytes more."""

    room = 0

    def write(self, data: object) -> int:
        """Write a part, as the system may, until there is no room at all."""
        view = memoryview(cast(bytes, data))
        if self.room <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        count = super().write(view[: min(self.room, 100)])
        self.room -= count
        return count


@contextlib.contextmanager
def on_full_disk(path: Path, room: int) -> Iterator[Journal]:
    """A journal on such a disk."""
    with Journal(path) as journal:
        journal._file.close()
        journal._file = cast(BinaryIO, FullDisk(path, "r+b"))
        cast(FullDisk, journal._file).room = room
        yield journal


@pytest.mark.parametrize("room", [0, 1, 7, 8, 9, 500])
def test_a_full_disk_is_a_sentence(room: int, tmp_path: Path) -> None:
    """It says which file, why and what to do; what was written before stays, and is all that is there."""
    path = tmp_path / "journal"
    written(path, *LINES[:2])
    before = path.read_bytes()
    with on_full_disk(path, room) as journal:
        with pytest.raises(UsageError, match=r"journal cannot be written: No space left.*run the same command again"):
            journal.append(entry("ben"))
        assert path.read_bytes() == before
        cast(FullDisk, journal._file).room = 1 << 20
        journal.append(entry("ben"))
    history = read(path)
    assert history is not None
    assert set(history.entries) == {"ana", "ben"}


def test_an_interrupted_record_is_taken_back(tmp_path: Path) -> None:
    """Ctrl-C in the middle of writing leaves a journal of whole records."""

    class Interrupted(FullDisk):
        def write(self, data: object) -> int:
            super().write(data)
            raise KeyboardInterrupt

    path = tmp_path / "journal"
    written(path, *LINES[:2])
    before = path.read_bytes()
    with Journal(path) as journal:
        journal._file.close()
        journal._file = cast(BinaryIO, Interrupted(path, "r+b"))
        cast(FullDisk, journal._file).room = 99
        with pytest.raises(KeyboardInterrupt):
            journal.append(entry("ben"))
    assert path.read_bytes() == before


def test_a_journal_that_is_a_folder_is_a_sentence(tmp_path: Path) -> None:
    """What cannot be opened is told of."""
    with pytest.raises(UsageError, match="cannot be written"):
        Journal(tmp_path)


HOLDER = """
import os, sys
from pathlib import Path
from grader.batch.journal import Journal
with Journal(Path(sys.argv[1])):
    fork = os.fork()
    if fork:
        print(flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such locks")
def test_two_processes_never_write_one_journal(tmp_path: Path) -> None:
    """The second is refused with a sentence and changes nothing; the first's end ends that, whatever it has forked."""
    path = tmp_path / "journal"
    written(path, *LINES)
    before = path.read_bytes()
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as holder:
        assert holder.stdout
        holder.stdout.readline()
        with pytest.raises(UsageError, match="in use: another `grader batch`"):
            Journal(path)
        assert path.read_bytes() == before
        holder.kill()
        holder.wait()
        assert read(path) == expected(len(LINES) + 1)
