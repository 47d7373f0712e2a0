"""The journal of a batch: an append-only file of checked records. A written record stays, whatever happens.

A record is its length, its checksum and a msgpack message. Bytes that a crash, a full disk or a lost page left at the
end are no record. Reading stops there, and the next record is written in their place.
"""

import contextlib
import errno
import os
import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import msgspec

from grader.batch.entry import Entry, Settings
from grader.batch.find import LeftOut
from grader.errors import UsageError
from grader.inside.said import say
from grader.inside.values import Record

# Far more than the names of any class take, and so than an entry.
MAX_RECORD_BYTES = 256 << 20
_ANY_MAGIC = b"gradlings journal "
_MAGIC = _ANY_MAGIC + b"2\n"
_HEAD = struct.Struct("<II")


class Begin(Record, tag="begin"):
    """The first record: how this batch grades."""

    settings: Settings


class Class(Record, tag="class"):
    """A run begins to grade these submissions, in this order; the rest of the class folder is `left_out`.

    `formats` are those of its documents beside reports and pages.
    """

    identities: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()
    formats: tuple[str, ...] = ()


class End(Record, tag="end"):
    """Every submission of the class has been graded, and all that a batch writes is there."""


JournalRecord = Begin | Class | Entry | End

_RECORDS: msgspec.msgpack.Decoder[JournalRecord] = msgspec.msgpack.Decoder(JournalRecord)


class _Named(msgspec.Struct, tag="entry"):
    """The part of an entry that says whose it is, and of which kit: the rest is read when it is wanted."""

    identity: str
    kit: str


_HEADS: msgspec.msgpack.Decoder[Begin | Class | _Named | End] = msgspec.msgpack.Decoder(Begin | Class | _Named | End)


class History:
    """A journal's content: how the batch grades, whom, and whether it has ended.

    Entries are read when they are wanted, so a class of any size takes memory for its names only.
    """

    def __init__(self, settings: Settings, read: Callable[["_Spot"], Entry]) -> None:
        self.settings = settings
        self.identities: tuple[str, ...] = ()
        self.left_out: tuple[LeftOut, ...] = ()
        self.formats: tuple[str, ...] = ()
        self.finished = False
        self._read = read
        self._spots: dict[str, tuple[str, _Spot]] = {}

    def __len__(self) -> int:
        """How many submissions have an entry."""
        return len(self._spots)

    def entry(self, identity: str, kit: str | None = None) -> Entry | None:
        """A submission's last entry, if there is one, and if it is of the kit with this digest where one is given.

        Raises `UsageError` where another version of the kit wrote it down, and it cannot be read any more.
        """
        of_kit, spot = self._spots.get(identity, ("", None))
        return None if spot is None or kit not in {None, of_kit} else self._read(spot)

    def note(self, record: Begin | Class | _Named | End, spot: "_Spot") -> None:
        """The next record of the journal."""
        self.finished = isinstance(record, End)
        match record:
            case Class():
                self.identities, self.left_out, self.formats = record.identities, record.left_out, record.formats
            case _Named():
                self._spots[record.identity] = record.kit, spot
            case Begin() | End():
                pass


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where the body of a record lies in the file."""

    start: int
    length: int

    @property
    def end(self) -> int:
        """Where the next record begins."""
        return self.start + self.length


def is_journal(path: Path) -> bool:
    """Does a journal begin here, of whatever version of the kit?"""
    with path.open("rb") as file:
        return file.read(len(_ANY_MAGIC)) == _ANY_MAGIC


class Journal:
    """A journal that no other process writes meanwhile. Use it as a context manager.

    `history` is what it held when it was opened, up to its first broken record; None where nothing of it is left. Its
    entries can be read as long as the journal is open.
    Raises `UsageError` where the disk refuses, and where another process has it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.folder = path.parent
        self._file = self._opened()
        try:
            self._lock()
            with self._refusals():
                self._end, self.history = self._told()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> "Journal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()

    def begin(self, settings: Settings) -> None:
        """Forget whatever is there, and begin anew."""
        self._end = 0
        self._write(_MAGIC)
        self.append(Begin(settings=settings))

    def append(self, record: JournalRecord) -> None:
        """Write a record; when this returns, it is on the disk."""
        body = msgspec.msgpack.encode(record)
        self._write(_HEAD.pack(len(body), zlib.crc32(body)) + body)

    def _write(self, data: bytes) -> None:
        try:
            with self._refusals():
                self._file.seek(self._end)
                self._file.truncate()
                view = memoryview(data)
                while view:
                    view = view[self._file.write(view) :]
                os.fsync(self._file.fileno())
        except BaseException:
            with contextlib.suppress(OSError):  # where even that is refused, reading stops before it
                self._file.truncate(self._end)
            raise
        self._end += len(data)

    def _told(self) -> tuple[int, History | None]:
        """Where the next record goes, and the history up to there. Nothing behind it counts."""
        end, history = 0, None
        for body, spot in self._bodies():
            try:
                head = _HEADS.decode(body)
            except msgspec.MsgspecError:  # of another version of the kit
                break
            if history is None:
                if not isinstance(head, Begin):
                    break
                history = History(head.settings, self._entry)
            else:
                history.note(head, spot)
            end = spot.end
        return end, history

    def _entry(self, spot: _Spot) -> Entry:
        """Read an entry; raises `UsageError` where another version of the kit wrote it down."""
        try:
            with self._refusals():
                body = self._at(spot.start, spot.length)
            record = _RECORDS.decode(body)
        except msgspec.MsgspecError as error:
            raise UsageError(say("usage.old_journal_entry", path=str(self._path))) from error
        if not isinstance(record, Entry):
            raise TypeError("the journal has changed below its reader")
        return record

    def _bodies(self) -> Iterator[tuple[bytes, _Spot]]:
        """The bodies of the whole records of the file, with where each lies."""
        if self._at(0, len(_MAGIC)) != _MAGIC:
            return
        start = len(_MAGIC)
        while len(head := self._at(start, _HEAD.size)) == _HEAD.size:
            length, checksum = _HEAD.unpack(head)
            spot = _Spot(start + _HEAD.size, length)
            body = self._at(spot.start, spot.length) if length <= MAX_RECORD_BYTES else b""
            if len(body) < length or zlib.crc32(body) != checksum:
                return
            yield body, spot
            start = spot.end

    def _at(self, start: int, length: int) -> bytes:
        """The bytes of a stretch of the file, as far as it goes."""
        self._file.seek(start)
        data = b""
        while len(data) < length and (part := self._file.read(length - len(data))):
            data += part
        return data

    def _opened(self) -> BinaryIO:
        with self._refusals():
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
            return os.fdopen(descriptor, "r+b", buffering=0)

    def _lock(self) -> None:
        """Keep other processes out until the file is closed. Forks of this one do not hold the lock, nor prolong it."""
        if sys.platform == "win32":
            return
        import fcntl  # noqa: PLC0415  # Windows has none

        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            # Some network file systems have no locks: there, nobody is kept out.
            if error.errno in {errno.EACCES, errno.EAGAIN}:
                raise UsageError(say("usage.in_use", path=str(self._path))) from error

    @contextlib.contextmanager
    def _refusals(self) -> Iterator[None]:
        """Turns what the disk refuses into a sentence."""
        try:
            yield
        except OSError as error:
            raise UsageError(say("usage.journal_refused", path=str(self._path), why=error.strerror or "")) from error
