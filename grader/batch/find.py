"""The submissions of a class."""

import hashlib
from collections import Counter
from pathlib import Path

from grader.errors import UsageError
from grader.submission import identity_of, is_submission
from grader.submission.names import shown

# File systems allow 255, and `.json` and the beginning of a temporary name come to it.
_MAX_BYTES = 200


def find_submissions(folder: Path, out: Path) -> dict[str, Path]:
    """The submissions by identity, in order: each sub-folder, and each file of a kind that is read, but not `out`.

    The identity is the name without its suffix; where two would be the same, all of them keep their suffix. Raises
    `UsageError` where there is none.
    """
    try:
        entries = sorted(folder.iterdir())
    except FileNotFoundError as error:
        raise UsageError(f"{folder} does not exist") from error
    except NotADirectoryError as error:
        raise UsageError(f"{folder} is not a folder") from error
    except OSError as error:
        raise UsageError(f"{folder} cannot be read: {error.strerror}") from error
    found = [
        entry
        for entry in entries
        if not entry.name.startswith(".") and is_submission(entry) and entry.resolve() != out.resolve()
    ]
    if not found:
        raise UsageError(f"{folder} holds no submission: no sub-folder, no .py, .ipynb, .zip or .tar.gz file")
    short = Counter(_file_name(identity_of(entry)).lower() for entry in found)
    submissions: dict[str, Path] = {}
    for entry in found:
        identity = _file_name(identity_of(entry))
        if short[identity.lower()] > 1:
            identity = _file_name(entry.name)
        while identity in submissions:
            identity += "'"
        submissions[identity] = entry
    return submissions


def _file_name(name: str) -> str:
    """A name that a report's file may have: no folder in it, and not too long for a file system."""
    text = shown(name).replace("/", "_")
    if len(text.encode()) <= _MAX_BYTES:
        return text
    return f"{text[:40]}-{hashlib.sha256(name.encode(errors='surrogateescape')).hexdigest()[:12]}"
