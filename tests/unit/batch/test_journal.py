"""The journal: what was written stays, whatever happens to the file's end, or to the disk."""

import contextlib
import errno
import io
import os
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.batch import journal as journal_module
from grader.batch.entry import Entry, Settings
from grader.batch.find import LeftOut
from grader.batch.journal import _MAGIC, _RECORDS, Class, End, History, Journal, JournalRecord
from grader.errors import UsageError
from grader.inside.values import Record
from grader.records import Verdict
from tests.support import ROOT
from tests.unit.records import report_of

REPORT = report_of(Verdict.PASSED)
SETTINGS = Settings(seed="7", only=("gradient",), question_seconds=5.0)


def entry(identity: str, observed: bytes = b"o") -> Entry:
    """Some submission's entry."""
    return Entry(identity=identity, source=f"source of {identity}", kit="k", report=REPORT, observed=observed)


RECORDS: tuple[JournalRecord, ...] = (Class(identities=("ana", "ben")), entry("ana"), entry("ben"), End())


def written(path: Path, *lines: JournalRecord) -> list[int]:
    """A journal of these records; how long the file was after each of its records, the first one included."""
    with Journal(path) as journal:
        journal.begin(SETTINGS)
        ends = [path.stat().st_size]
        for line in lines:
            journal.append(line)
            ends.append(path.stat().st_size)
    return ends


@dataclass(frozen=True)
class Told:
    """Everything that a journal tells."""

    settings: Settings
    identities: tuple[str, ...]
    entries: dict[str, Entry]
    finished: bool
    left_out: tuple[LeftOut, ...] = ()


def told(history: History | None) -> Told | None:
    """What a history holds; it is read while its journal is open."""
    if history is None:
        return None
    read = {name: entry for name in ("ana", "ben") if (entry := history.entry(name)) is not None}
    assert len(read) == len(history)
    return Told(history.settings, history.identities, read, history.finished, history.left_out)


def read(path: Path) -> Told | None:
    """What a journal tells."""
    with Journal(path) as journal:
        return told(journal.history)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[int]]:
    """A small journal, and where each of its records ends."""
    path = tmp_path_factory.mktemp("whole") / "journal"
    ends = written(path, *RECORDS)
    return path.read_bytes(), ends


def expected(count: int) -> Told | None:
    """What the first records of `whole` tell."""
    if count == 0:
        return None
    entries = [line for line in RECORDS[: count - 1] if isinstance(line, Entry)]
    return Told(
        settings=SETTINGS,
        identities=("ana", "ben") if count > 1 else (),
        entries={one.identity: one for one in entries},
        finished=count == len(RECORDS) + 1,
    )


def test_what_is_appended_is_read_back(tmp_path: Path) -> None:
    """Settings, class, entries and end; of two entries of one submission the later one counts."""
    path = tmp_path / "journal"
    written(path, *RECORDS[:-1], entry("ana", b"again"))
    history = read(path)
    assert history == Told(
        settings=SETTINGS,
        identities=("ana", "ben"),
        entries={"ana": entry("ana", b"again"), "ben": entry("ben")},
        finished=False,
    )


@pytest.mark.parametrize("line", [Class(identities=()), entry("ana")])
def test_a_batch_that_went_on_has_not_ended(line: JournalRecord, tmp_path: Path) -> None:
    """The end is one only as long as nothing comes after it."""
    path = tmp_path / "journal"
    written(path, End())
    assert read(path) == Told(settings=SETTINGS, identities=(), entries={}, finished=True)
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
            assert told(journal.history) == expected(count)
            if count:
                journal.append(End())
                assert path.read_bytes() == data[: ends[count - 1]] + end


def told_by(data: bytes) -> Told | None:
    """What a journal of these bytes tells."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "journal")
        path.write_bytes(data)
        return read(path)


@given(data=st.data())
def test_a_flipped_byte_ends_a_journal_before_it(whole: tuple[bytes, list[int]], data: st.DataObject) -> None:
    """What comes before the damaged record is read, and nothing of what follows."""
    original, ends = whole
    place = data.draw(st.integers(0, len(original) - 1))
    flipped = bytearray(original)
    flipped[place] ^= data.draw(st.integers(1, 255))
    is_head = place < ends[0]
    assert told_by(bytes(flipped)) == (None if is_head else expected(sum(end <= place for end in ends)))


@given(tail=st.binary(max_size=80))
@example(tail=bytes(4096))
@example(tail=b"\xff" * 64)
def test_whatever_follows_a_journal_is_none_of_it(whole: tuple[bytes, list[int]], tail: bytes) -> None:
    """Zeros that a file system left, or anything else, is no record."""
    assert told_by(whole[0] + tail) == expected(len(RECORDS) + 1)


@given(data=st.binary(max_size=200))
def test_any_bytes_are_a_journal_or_none(data: bytes) -> None:
    """Nothing raises, whatever follows the first line."""
    assert told_by(data) is None
    told_by(_MAGIC + data)


@pytest.mark.parametrize(
    "data", [b"", b"gradlings journal 1\n", b"gradlings journal 99\nxyz", b"Dear diary,\n" * 9, bytes(99)]
)
def test_another_file_or_version_is_no_journal(data: bytes, tmp_path: Path) -> None:
    """It tells nothing, and a batch begins anew in its place."""
    path = tmp_path / "journal"
    path.write_bytes(data)
    assert read(path) is None
    written(path, *RECORDS)
    assert read(path) == expected(len(RECORDS) + 1)


def test_beginning_anew_forgets_everything(tmp_path: Path) -> None:
    """Nothing of the earlier batch is left."""
    path = tmp_path / "journal"
    written(path, *RECORDS)
    written(path)
    assert read(path) == expected(1)


def test_records_of_another_version_end_a_journal(tmp_path: Path) -> None:
    """A whole record that this version cannot read is where reading stops."""

    class Later(Record, tag="later"):
        """A record of a version to come."""

    path = tmp_path / "journal"
    written(path, RECORDS[0], cast(JournalRecord, Later()), entry("ana"))
    assert read(path) == expected(2)


class Counting:
    """A decoder that keeps whose entries it has decoded."""

    def __init__(self) -> None:
        self.decoded: list[str] = []

    def decode(self, body: bytes) -> JournalRecord:
        """Decode as the real one does."""
        record = _RECORDS.decode(body)
        self.decoded += [record.identity] if isinstance(record, Entry) else ["another record"]
        return record


def test_an_entry_is_read_when_it_is_wanted_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To open a journal decodes none, and to read one decodes that one: the last of its submission."""
    path = tmp_path / "journal"
    written(path, *RECORDS[:-1], entry("ana", b"again"))
    counting = Counting()
    monkeypatch.setattr(journal_module, "_RECORDS", counting)
    with Journal(path) as journal:
        assert journal.history is not None
        assert len(journal.history) == 2
        assert counting.decoded == []
        assert journal.history.entry("ana") == entry("ana", b"again")
        assert counting.decoded == ["ana"]
        assert journal.history.entry("nobody") is None
        assert journal.history.entry("ben", "another kit") is None
        assert counting.decoded == ["ana"]


def test_a_large_class_takes_memory_for_its_names_only(tmp_path: Path) -> None:
    """Of all the answers of a class, one submission's are at hand at a time."""
    path = tmp_path / "journal"
    written(path, *(entry(f"s{number}", bytes(1 << 20)) for number in range(16)))
    tracemalloc.start()
    try:
        with Journal(path) as journal:
            assert journal.history is not None
            for number in range(16):
                assert journal.history.entry(f"s{number}") is not None
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 6 << 20


def test_an_entry_of_another_version_is_told_when_it_is_wanted(tmp_path: Path) -> None:
    """It hides no other one; whoever wants entries of this kit is told of none."""

    class Earlier(Record, tag="entry"):
        """An entry as another version wrote it."""

        identity: str
        kit: str
        answers: str

    path = tmp_path / "journal"
    earlier = cast(JournalRecord, Earlier(identity="ben", kit="another", answers="none"))
    written(path, RECORDS[0], entry("ana"), earlier, entry("chiara"), End())
    with Journal(path) as journal:
        assert journal.history is not None
        assert journal.history.finished
        assert len(journal.history) == 3
        assert journal.history.entry("chiara", "k") == entry("chiara")
        assert journal.history.entry("ben", "k") is None
        with pytest.raises(UsageError, match="written by another version of the kit: grade the class again"):
            journal.history.entry("ben")


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
    written(path, *RECORDS[:2])
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
    written(path, *RECORDS[:2])
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
    written(path, *RECORDS)
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
        assert read(path) == expected(len(RECORDS) + 1)
