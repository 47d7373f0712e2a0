"""What was handed in becomes a `SourceTree`; nothing of it is run, imported, or parsed as Python here."""

import functools
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from grader.errors import SubmissionError, UsageError
from grader.model import Record
from grader.submission.archive import MAX_ARCHIVE_BYTES, archive_members
from grader.submission.choose import choose, may_be_code
from grader.submission.decode import decode_python
from grader.submission.folder import folder_members, read_regular
from grader.submission.kit import split_kit
from grader.submission.member import Member, Unreadable
from grader.submission.names import ARCHIVES, SUFFIXES, bare, shown, suffix_of
from grader.submission.notebook import Notebook, read_notebook
from grader.wire import Cell, Note, SourceFile

MAX_FILES = 500
MAX_FILE_BYTES = 4 << 20
MAX_TOTAL_BYTES = 8 << 20
# About what each further cell of a file takes on its way to a worker, beside its source and its file's name.
_CELL_BYTES = 64


class SourceTree(Record):
    """A submission's Python, decoded. `digest` is the sha256 of all paths and bytes that were read.

    `asides` are cells of notebooks that hold functions, and are no code cells.
    """

    name: str
    digest: str
    files: tuple[SourceFile, ...]
    notes: tuple[Note, ...]
    asides: tuple[Cell, ...] = ()


def read_submission(path: Path) -> SourceTree:
    """Read a submission; raises `UsageError` when the path is nothing that can be handed in.

    A file that cannot be read becomes a note, and the others are still there. What cannot be read as a whole is one
    file without content, so that nobody takes it for an empty one.
    """
    kind = _kind(path)
    data = b""
    try:
        if kind == "folder":
            return _choose_and_read(path, kind, folder_members(path))
        if kind == "archive":
            data = _archive(path)
            return _choose_and_read(path, kind, archive_members(path.name, data))
    except Unreadable as error:
        return unread(path, str(error), data)
    member = Member(name=shown(path.name), read=functools.partial(read_regular, path.resolve()))
    return _read(path, [member], [])


def _kind(path: Path) -> str:
    try:
        if path.is_dir():
            return "folder"
        if not path.exists():
            raise UsageError(f"{path} does not exist")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    suffix = suffix_of(path.name)
    if not suffix:
        raise UsageError(f"{path} is not a folder, or a {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]} file")
    return "archive" if suffix in ARCHIVES else "file"


def _archive(path: Path) -> bytes:
    try:
        return read_regular(path.resolve(), MAX_ARCHIVE_BYTES)
    except SubmissionError as error:
        raise Unreadable(str(error)) from error


def _choose_and_read(path: Path, kind: str, members: Iterable[Member]) -> SourceTree:
    chosen, kits_own = split_kit(choose(members))
    said = []
    if kits_own:
        said.append(f"{len(kits_own)} files are parts of this kit, and nobody's answers: they were left out")
    if len(chosen) > MAX_FILES:
        said.append(f"only the first {MAX_FILES} of {len(chosen)} files were read")
    if not chosen:
        said.append(f"there is no .py or .ipynb file in this {kind}")
    return _read(path, chosen[:MAX_FILES], [Note(file=".", line=None, text=text) for text in said])


def unread(path: Path, reason: str, data: bytes = b"") -> SourceTree:
    """A submission that cannot be read as a whole: one file without content, and the reason."""
    name = _name(path)
    return SourceTree(
        name=name,
        digest=hashlib.sha256(_identified(name, data)).hexdigest(),
        files=(SourceFile(path=name, stem=bare(name), cells=()),),
        notes=(Note(file=name, line=None, text=f"{name} was not read: {reason}", failed=True),),
    )


def _read(path: Path, members: Iterable[Member], notes: list[Note]) -> SourceTree:
    digest = hashlib.sha256()
    files: dict[str, SourceFile] = {}
    asides: list[Cell] = []
    room = MAX_TOTAL_BYTES
    for member in members:
        name = member.name
        cells: tuple[Cell, ...] = ()
        try:
            data = _bytes(member, room)
            digest.update(_identified(name, data))
            content = _content(name, data, room)
            cells = content.cells
            room -= _size(data, (*cells, *content.asides))
            asides += content.asides
            notes += [Note(file=name, line=None, text=text) for text in _told(name, content)]
        except Unreadable:
            raise
        except SubmissionError as error:
            notes.append(Note(file=name, line=None, text=str(error), failed=may_be_code(member)))
        if may_be_code(member):
            files.setdefault(name, SourceFile(path=name, stem=bare(name), cells=cells))
    return SourceTree(
        name=_name(path),
        digest=digest.hexdigest(),
        files=tuple(files.values()),
        notes=tuple(notes),
        asides=tuple(asides),
    )


def _bytes(member: Member, room: int) -> bytes:
    try:
        data = member.read(MAX_FILE_BYTES)
    except Unreadable:
        raise
    except SubmissionError as error:
        raise SubmissionError(f"{member.name} was left out: {error}") from error
    if len(data) > MAX_FILE_BYTES:
        raise SubmissionError(f"{member.name} was left out: it is over {MAX_FILE_BYTES >> 20} MiB")
    _require_room(member.name, len(data), room)
    return data


def _content(name: str, data: bytes, room: int) -> Notebook:
    """What a file holds; one of Python is a notebook of one cell."""
    if name.endswith(".ipynb"):
        content = read_notebook(name, data)
    else:
        text, guess = decode_python(data)
        content = Notebook(cells=(Cell(file=name, source=text),), asides=(), note=guess)
    _require_room(name, _size(data, (*content.cells, *content.asides)), room)
    return content


def _told(name: str, content: Notebook) -> Iterator[str]:
    if content.note:
        yield content.note
    if not any(cell.source.strip() for cell in content.cells) and bare(name) != "__init__":
        yield f"{name} is empty"


def _size(data: bytes, cells: Sequence[Cell]) -> int:
    """What counts for the limit: as text in cells, a file may be several times as large."""
    text = sum(len(cell.source.encode()) for cell in cells)
    return max(len(data), text + sum(len(cell.file) + _CELL_BYTES for cell in cells[1:]))


def _require_room(name: str, size: int, room: int) -> None:
    if size > room:
        raise SubmissionError(f"{name} was left out: all files together are over {MAX_TOTAL_BYTES >> 20} MiB")


def _identified(name: str, data: bytes) -> bytes:
    return f"{name}\0{len(data)}\0".encode() + data


def _name(path: Path) -> str:
    """What it was handed in as: a link's own name, since what it leads to is nobody's business."""
    return shown(path.resolve().name if path.name in {"", ".."} else path.name)
