"""Files on the disk: no link is followed, and nothing is opened that could make the reader wait."""

import functools
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from grader.errors import SubmissionError
from grader.inside.said import say
from grader.submission.member import Member, Unreadable, refused
from grader.submission.names import IGNORED, MAX_DEPTH, TOO_DEEP, is_ignored

# Windows lacks some of them. Not to wait for a FIFO's other end, and not to follow a link that was put there meanwhile.
_FLAGS = functools.reduce(
    int.__or__, (getattr(os, f"O_{name}", 0) for name in ("NONBLOCK", "NOFOLLOW", "CLOEXEC", "NOCTTY", "BINARY"))
)


def folder_members(root: Path) -> Iterator[Member]:
    """The files of a folder and of its sub-folders; raises `Unreadable` where the folder itself cannot be listed."""
    failures: list[OSError] = []
    for folder, folders, names in os.walk(root, onerror=failures.append):
        inside = Path(folder).relative_to(root)
        yield from _leave_out(Path(folder), inside, folders)
        yield from (_file(Path(folder, name), str(inside / name)) for name in names)
    for failure in failures:
        inside = Path(failure.filename).relative_to(root)
        reason = say("refused.unreadable", why=failure.strerror or "")
        if inside == Path():
            raise Unreadable(reason)
        yield refused(str(inside), reason, opaque=True)


def read_regular(path: Path, limit: int) -> bytes:
    """At most one byte more than the limit; raises `SubmissionError` for what is no regular file.

    The opened file is looked at again, since anything may have taken its place since the first look.
    """
    try:
        _require_regular(path.lstat())
        with os.fdopen(os.open(path, os.O_RDONLY | _FLAGS), "rb") as file:
            status = os.fstat(file.fileno())
            _require_regular(status)
            return file.read(min(limit, status.st_size) + 1)
    except OSError as error:
        raise SubmissionError(say("refused.unreadable", why=error.strerror or "")) from error


def _leave_out(folder: Path, inside: Path, folders: list[str]) -> Iterator[Member]:
    """Take out of the walk what it must not enter, and say so."""
    kept = []
    for name in folders:
        if is_ignored(name):
            yield refused(str(inside / name), IGNORED)
        elif _is_link(folder / name):
            yield refused(str(inside / name), say("refused.link"), opaque=True)
        elif len(inside.parts) >= MAX_DEPTH:
            yield refused(str(inside / name), TOO_DEEP, opaque=True)
        else:
            kept.append(name)
    folders[:] = kept


def _file(path: Path, name: str) -> Member:
    if _is_link(path):
        return refused(name, say("refused.link"))
    return Member(name=name, read=functools.partial(read_regular, path))


def _is_link(path: Path) -> bool:
    try:
        return stat.S_ISLNK(path.lstat().st_mode)
    except OSError:  # what cannot even be looked at is told of when it is opened
        return False


def _require_regular(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise SubmissionError(say("refused.not_regular"))
