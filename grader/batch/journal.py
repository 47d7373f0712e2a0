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
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import msgspec

from grader.batch.entry import Entry, Settings
from grader.batch.find import LeftOut
from grader.errors import UsageError
from grader.files import refused
from grader.model import Record

_ANY_MAGIC = b"gradlings journal "
_MAGIC = _ANY_MAGIC + b"2\n"
_HEAD = struct.Struct("<II")
_GO_ON = "Make room, or remove whatever else the cause is, and run the same command again: what was graded is kept"


class Begin(Record, tag="begin"):
    """The first record: how this batch grades."""

    settings: Settings


class Class(Record, tag="class"):
    """A run begins to grade these submissions, in this order; the rest of the class folder is `left_out`."""

    identities: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()


class End(Record, tag="end"):
    """Every submission of the class has been graded, and all that a batch writes is there."""


Line = Begin | Class | Entry | End

_LINES: msgspec.msgpack.Decoder[Line] = msgspec.msgpack.Decoder(Line)


class History(Record):
    """The content of a journal: how the batch grades, whom, each submission's last entry, and whether it has ended."""

    settings: Settings
    identities: tuple[str, ...]
    entries: dict[str, Entry]
    finished: bool
    left_out: tuple[LeftOut, ...] = ()


def history_of(lines: Sequence[Line]) -> History | None:
    """The history that the records of a journal tell; None where the first record is missing."""
    if not lines or not isinstance(lines[0], Begin):
        return None
    last = Class(identities=())
    entries: dict[str, Entry] = {}
    for line in lines[1:]:
        match line:
            case Class():
                last = line
            case Entry():
                entries[line.identity] = line
            case Begin() | End():
                pass
    return History(
        settings=lines[0].settings,
        identities=last.identities,
        entries=entries,
        finished=isinstance(lines[-1], End),
        left_out=last.left_out,
    )


def is_journal(path: Path) -> bool:
    """Does a journal begin here, of whatever version of the kit?"""
    with path.open("rb") as file:
        return file.read(len(_ANY_MAGIC)) == _ANY_MAGIC


class Journal:
    """A journal that no other process writes meanwhile. Use it as a context manager.

    `history` is what it held when it was opened, up to its first broken record; None where nothing of it is left.
    Raises `UsageError` where the disk refuses, and where another process has it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = self._opened()
        try:
            self._lock()
            with self._refusals():
                records = list(_records(self._file.read()))
        except BaseException:
            self._file.close()
            raise
        # Where the next record goes. What is behind it is none.
        self._end = max((end for _, end in records), default=0)
        self.history = history_of([line for line, _ in records])

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

    def append(self, line: Line) -> None:
        """Write a record; when this returns, it is on the disk."""
        body = msgspec.msgpack.encode(line)
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
                raise UsageError(
                    f"{self._path} is in use: another `grader batch` or `grader regrade` works there. Wait for its end,"
                    " or write to another folder"
                ) from error

    @contextlib.contextmanager
    def _refusals(self) -> Iterator[None]:
        """Turns what the disk refuses into a sentence."""
        try:
            yield
        except OSError as error:
            raise UsageError(f"{refused(self._path, error)}. {_GO_ON}") from error


def _records(data: bytes) -> Iterator[tuple[Line, int]]:
    """The whole records of a file, with where each ends."""
    if not data.startswith(_MAGIC):
        return
    start = len(_MAGIC)
    while (body_start := start + _HEAD.size) <= len(data):
        length, checksum = _HEAD.unpack_from(data, start)
        body = data[body_start : body_start + length]
        if len(body) < length or zlib.crc32(body) != checksum:
            return
        try:
            line = _LINES.decode(body)
        except msgspec.MsgspecError:  # of another version of the kit
            return
        start = body_start + length
        yield line, start
