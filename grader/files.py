"""Reading files that people name, and writing those that people and programs read."""

import contextlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from grader.errors import UsageError
from grader.inside.said import say

_PART = ".part"
# By these two bytes a system knows a program.
_PROGRAM = b"#!"


def read_whole(path: Path) -> bytes:
    """The bytes of a file; raises `UsageError` where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(say("usage.unreadable", path=str(path), strerror=error.strerror or "")) from error


def make_folder(path: Path) -> None:
    """Make a folder and its parents; raises `UsageError` where that is refused."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise UsageError(say("usage.is_file", path=str(path))) from error
    except OSError as error:
        raise refused(path, error) from error


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader finds the old one or the whole new one, never a part; raises `UsageError`.

    A path that is no regular file (`/dev/null`, a pipe of the shell's) is written to as it is.
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
        else:
            _replace(path, data)
    except OSError as error:
        raise refused(path, error) from error


def write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files by their paths below a folder that is only now filled; programs can be started."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(mode_of(data))


def remove_parts(folder: Path) -> None:
    """Remove what `write_whole` left in a folder where it was killed; nobody else may be writing there."""
    for part in folder.glob(f".*{_PART}"):
        with contextlib.suppress(OSError):
            part.unlink()


def mode_of(data: bytes) -> int:
    """The permissions of a file of ours: people start a program by its name."""
    return 0o755 if data.startswith(_PROGRAM) else 0o644


def refused(path: Path, error: OSError) -> UsageError:
    """The sentence for a disk that refuses."""
    return UsageError(say("usage.not_writable", path=str(path), strerror=str(error.strerror)))


def _replace(path: Path, data: bytes) -> None:
    # Named before it is made: whatever happens from then on, it is removed again.
    part = path.parent / f".{path.name}.{secrets.token_hex(4)}{_PART}"
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
