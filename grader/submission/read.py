"""A folder, a .py or a .ipynb becomes a `SourceTree`; nothing of it is run or parsed as Python here."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from grader.errors import SubmissionError, UsageError
from grader.model import Record
from grader.submission.decode import decode_python
from grader.submission.notebook import read_notebook
from grader.wire import Cell, Note, SourceFile

SUFFIXES = (".py", ".ipynb")
MAX_FILES = 500
MAX_FILE_BYTES = 4 << 20
MAX_TOTAL_BYTES = 8 << 20
# Folders that tools leave behind, or that hold other people's code.
_IGNORED = frozenset({"__pycache__", "node_modules", "site-packages", "venv", "env", "__MACOSX"})


class SourceTree(Record):
    """A submission's Python, decoded. `digest` is the sha256 of all paths and bytes that were read."""

    name: str
    digest: str
    files: tuple[SourceFile, ...]
    notes: tuple[Note, ...]


def read_submission(path: Path) -> SourceTree:
    """Read a submission; raises `UsageError` when the path is no folder, .py or .ipynb.

    A file that cannot be read becomes a note, and the others are still there.
    """
    digest = hashlib.sha256()
    files: list[SourceFile] = []
    notes: list[Note] = []
    total = 0
    for file, relative in _find(path, notes):
        try:
            data = _read(file, relative, MAX_TOTAL_BYTES - total)
            total += len(data)
            digest.update(f"{relative}\0{len(data)}\0".encode(errors="surrogateescape") + data)
            cells, note = _cells(relative, data)
        except SubmissionError as error:
            cells, note = (), None
            notes.append(Note(file=relative, line=None, text=str(error), failed=True))
        if note:
            notes.append(Note(file=relative, line=None, text=note))
        files.append(SourceFile(path=relative, stem=PurePosixPath(relative).stem, cells=cells))
    if not files:
        notes.append(Note(file=".", line=None, text="there is no .py or .ipynb file in this folder"))
    return SourceTree(name=path.resolve().name, digest=digest.hexdigest(), files=tuple(files), notes=tuple(notes))


def _find(path: Path, notes: list[Note]) -> Iterator[tuple[Path, str]]:
    """The files to read with their names inside the submission, in a fixed order."""
    if path.is_dir():
        found = sorted(_walk(path), key=lambda pair: pair[1])
        if len(found) > MAX_FILES:
            notes.append(Note(file=".", line=None, text=f"only the first {MAX_FILES} of {len(found)} files were read"))
        yield from found[:MAX_FILES]
    elif not path.exists():
        raise UsageError(f"{path} does not exist")
    elif path.suffix not in SUFFIXES:
        raise UsageError(f"{path} is not a folder, a .py or a .ipynb file")
    else:
        yield path, _shown(path.name)


def _walk(root: Path) -> Iterator[tuple[Path, str]]:
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in _IGNORED and not name.startswith(".")]
        for name in names:
            file = Path(folder, name)
            if file.suffix in SUFFIXES and not name.startswith("."):
                yield file, _shown(file.relative_to(root).as_posix())


def _shown(name: str) -> str:
    """A name without characters that would disturb a terminal or a log."""
    readable = name.encode(errors="surrogateescape").decode(errors="replace")
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in readable)


def _read(file: Path, relative: str, room: int) -> bytes:
    try:
        if not file.is_file():
            raise SubmissionError(f"{relative} was left out: it is not a regular file")
        if file.stat().st_size > MAX_FILE_BYTES:
            raise SubmissionError(f"{relative} was left out: it is over {MAX_FILE_BYTES >> 20} MiB")
        data = file.read_bytes()
    except OSError as error:
        raise SubmissionError(f"{relative} cannot be read: {error.strerror}") from error
    if len(data) > room:
        raise SubmissionError(f"{relative} was left out: all files together are over {MAX_TOTAL_BYTES >> 20} MiB")
    return data


def _cells(relative: str, data: bytes) -> tuple[tuple[Cell, ...], str | None]:
    if relative.endswith(".ipynb"):
        return read_notebook(relative, data), None
    text, note = decode_python(data)
    return (Cell(file=relative, source=text),), note
