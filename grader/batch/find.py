"""The submissions of a class."""

import hashlib
import unicodedata
from collections import Counter
from pathlib import Path

from grader.errors import GraderError, UsageError
from grader.submission import SourceTree, identity_of, is_submission, read_submission, unread
from grader.submission.names import shown

# File systems allow 255, and a report's suffix and what a half-written one is called come to it.
_MAX_BYTES = 200


def find_submissions(folder: Path, out: Path) -> dict[str, Path]:
    """The submissions by identity, in order: each sub-folder, and each file of a kind that is read, but not `out`.

    The identity is the name without its suffix; where two would be the same, all of them keep their suffix. No two
    differ in case only, since their reports may be files on a disk that takes them for one. Raises `UsageError` where
    there is none, and where `out` would be taken for a part of a submission.
    """
    _require_apart(folder, out)
    found = _found(folder, out)
    if not found:
        raise UsageError(f"{folder} holds no submission: no sub-folder, no .py, .ipynb, .zip or .tar.gz file")
    short = Counter(_folded(_file_name(identity_of(entry))) for entry in found)
    submissions: dict[str, Path] = {}
    taken: set[str] = set()
    for entry in found:
        identity = _file_name(identity_of(entry))
        if short[_folded(identity)] > 1:
            identity = _file_name(entry.name)
        while _folded(identity) in taken:
            identity += "'"
        taken.add(_folded(identity))
        submissions[identity] = entry
    return submissions


def read(path: Path) -> SourceTree:
    """A submission of a class; one that cannot be read as a whole is one without content, with the reason."""
    if path.is_symlink():
        # Among unpacked archives of strangers, it may lead to another's work, or to the solutions.
        return unread(path, "it is a link, and links are not followed")
    try:
        return read_submission(path)
    except GraderError as error:
        # A report goes to a student, whom the folders of this machine do not concern.
        return unread(path, str(error).replace(str(path), "it"))


def _found(folder: Path, out: Path) -> list[Path]:
    try:
        entries = sorted(folder.iterdir())
        return [
            entry
            for entry in entries
            if not entry.name.startswith(".") and is_submission(entry) and _real(entry) != _real(out)
        ]
    except FileNotFoundError as error:
        raise UsageError(f"{folder} does not exist") from error
    except NotADirectoryError as error:
        raise UsageError(f"{folder} is not a folder") from error
    except OSError as error:
        raise UsageError(f"{folder} cannot be read: {error.strerror}") from error


def _require_apart(folder: Path, out: Path) -> None:
    """Directly in the class, `out` can be told from submissions; further in, it would be a part of one."""
    real, above = _real(out), _real(folder)
    if real.is_relative_to(above) and real.parent != above:
        raise UsageError(f"--out cannot be {out}: let it be outside of {folder}, or a folder directly in it")


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except RuntimeError:  # a link that leads to itself
        return path.absolute()


def _folded(identity: str) -> str:
    """The same for names that some file system takes for one."""
    return unicodedata.normalize("NFC", identity).casefold()


def _file_name(name: str) -> str:
    """A name that a report's file may have on any system: no folder in it, and not too long."""
    text = shown(name).replace("/", "_").replace("\\", "_")
    if len(text.encode()) <= _MAX_BYTES:
        return text
    return f"{text[:40]}-{hashlib.sha256(name.encode(errors='surrogateescape')).hexdigest()[:12]}"
