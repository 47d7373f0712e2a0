"""The journal of a batch: an append-only file of checked records, so that whatever happens, what was written stays.

A record is its length, its checksum and a msgpack message. What a crash, a full disk or a lost page left at the end is
no record: reading stops there, and the next one is written in its place.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import msgspec

from grader.batch.entry import Entry, Settings
from grader.errors import UsageError
from grader.model import Record

_MAGIC = b"gradlings journal 1\n"
_HEAD = struct.Struct("<II")


class Begin(Record, tag="begin"):
    """The first record: how this batch grades."""

    settings: Settings


class End(Record, tag="end"):
    """Every submission that was there has been graded."""


Line = Begin | Entry | End

_LINES: msgspec.msgpack.Decoder[Line] = msgspec.msgpack.Decoder(Line)


class History(Record):
    """What a journal tells: how the batch graded, the last entry of each submission, and whether it came to its end."""

    settings: Settings
    entries: dict[str, Entry]
    finished: bool


def read_journal(path: Path) -> History | None:
    """What a journal holds up to its first broken record; None where there is none, or nothing of it is left."""
    settings: Settings | None = None
    entries: dict[str, Entry] = {}
    finished = False
    for line, _ in _lines(path):
        match line:
            case Begin():
                settings = line.settings
            case Entry():
                entries[line.identity] = line
                finished = False
            case End():
                finished = True
    return None if settings is None else History(settings=settings, entries=entries, finished=finished)


class Journal:
    """A journal that is being written. Use it as a context manager. Raises `UsageError` where the disk refuses."""

    def __init__(self, path: Path, settings: Settings, *, anew: bool) -> None:
        """Go on behind the last whole record, or begin `anew`."""
        self._path = path
        end = 0 if anew else max((end for _, end in _lines(path)), default=0)
        with self._refusals():
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
            self._file: BinaryIO = os.fdopen(descriptor, "r+b", buffering=0)
            self._file.truncate(end)
            self._file.seek(end)
        if end == 0:
            self._write(_MAGIC)
            self.append(Begin(settings=settings))

    def __enter__(self) -> "Journal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()

    def append(self, line: Line) -> None:
        """Write a record; when this returns, it is on the disk."""
        body = msgspec.msgpack.encode(line)
        self._write(_HEAD.pack(len(body), zlib.crc32(body)) + body)

    def _write(self, data: bytes) -> None:
        with self._refusals():
            view = memoryview(data)
            while view:
                view = view[self._file.write(view) :]
            os.fsync(self._file.fileno())

    def _refusals(self) -> "_Refusals":
        return _Refusals(self._path)


class _Refusals:
    """Turns what the disk refuses into a sentence."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, OSError):
            raise UsageError(
                f"{self._path} cannot be written: {error.strerror}. Nothing that was graded is lost: remove the cause"
                " and run the same command again"
            ) from error


def _lines(path: Path) -> Iterator[tuple[Line, int]]:
    """The whole records of a file, with where each ends."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
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
