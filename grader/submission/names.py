"""Names: what can be handed in, where a member is inside a submission, and how a name is shown."""

import re
from pathlib import Path

from grader.errors import SubmissionError

SOURCES = (".py", ".ipynb")
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
SUFFIXES = SOURCES + ARCHIVES
MAX_DEPTH = 20
MAX_NAME = 240
TOO_DEEP = f"it is nested deeper than {MAX_DEPTH} folders"
# Folders that tools leave behind, or that hold other people's code.
_IGNORED = frozenset({"__pycache__", "node_modules", "site-packages", "venv", "env", "__MACOSX"})
_DRIVE = re.compile(r"[A-Za-z]:")


def suffix_of(name: str) -> str:
    """The suffix of `SUFFIXES` that a name ends in, whatever its case (Windows likes `HOMEWORK.PY`), or nothing."""
    return next((suffix for suffix in SUFFIXES if name.lower().endswith(suffix) and len(name) > len(suffix)), "")


def is_submission(path: Path) -> bool:
    """Can this be handed in: is it a folder, or a file of a kind that is read?"""
    return path.is_dir() or bool(suffix_of(path.name))


def identity_of(path: Path) -> str:
    """A submission's name without its suffix; `.tar.gz` is one suffix, and a folder has none."""
    return path.name if path.is_dir() else bare(path.name)


def bare(name: str) -> str:
    """The last part of a name, without its suffix."""
    last = name.rpartition("/")[2]
    return last[: len(last) - len(suffix_of(last))]


def is_ignored(part: str) -> bool:
    """Is a file or folder of this name hidden, or a tool's, and left out without a word?"""
    return part in _IGNORED or part.startswith(".")


def parts_of(name: str) -> list[str]:
    """The folders and the file that a member's name goes through; a backslash is Windows' slash.

    Raises `SubmissionError` where they lead out of the submission, or further down than anyone needs.
    """
    path = name.replace("\\", "/")
    if path.startswith("/") or _DRIVE.match(path):
        raise SubmissionError("its path is absolute")
    parts = [part for part in path.split("/") if part not in {"", "."}]
    if ".." in parts:
        raise SubmissionError("its path leads out of the submission")
    if len(path) > MAX_NAME or len(_escaped(path)) > MAX_NAME:
        raise SubmissionError(f"its name has over {MAX_NAME} characters")
    if len(parts) > MAX_DEPTH + 1:
        raise SubmissionError(TOO_DEEP)
    return parts


def shown(name: str) -> str:
    """A name that disturbs no terminal, no log and no report: control characters are escaped, and the middle is cut.

    A known suffix is shown in lower case, which is how the rest of the grader tells what a file is.
    """
    plain = name.replace("\\", "/")
    plain = plain[: len(plain) - len(suffix_of(plain))] + suffix_of(plain)
    text = _escaped(plain[:MAX_NAME] + plain[MAX_NAME:][-MAX_NAME:])
    if len(text) > MAX_NAME:
        return f"{text[: MAX_NAME // 2]}…{text[-MAX_NAME // 3 :]}"
    return text or "(no name)"


def _escaped(name: str) -> str:
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in name)
