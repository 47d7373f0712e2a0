"""A hand-in becomes a `SourceTree`; nothing of it is run, imported, or parsed as Python here."""

import functools
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from grader.errors import SubmissionError, UsageError
from grader.model import Record
from grader.submission.archive import MAX_ARCHIVE_BYTES, archive_members
from grader.submission.budget import Budget
from grader.submission.choose import as_source, choose, may_be_code
from grader.submission.decode import decode_python
from grader.submission.folder import folder_members, read_regular
from grader.submission.inside import opened
from grader.submission.kit import split_kit
from grader.submission.member import Member, Unreadable, refused
from grader.submission.names import ACCEPTED, ARCHIVES, bare, is_closed_archive, kind_of, parts_of, shown, suffix_of
from grader.submission.notebook import Notebook, read_notebook
from grader.wire import Cell, Note, SourceFile

MAX_FILES = 500
MAX_FILE_BYTES = 4 << 20
MAX_TOTAL_BYTES = 8 << 20
# Sentences are for a person, who has seen enough by then.
MAX_UNREAD = 20
# About what each further cell of a file takes on its way to a worker, beside its source and its file's name.
_CELL_BYTES = 64


class SourceTree(Record):
    """A submission's Python, decoded. `digest` is the sha256 of all paths and bytes that were read.

    `asides` are cells of notebooks that hold functions, and are no code cells. `unread` says in sentences what could
    not be read although it may hold anything, so that a person has to look.
    """

    name: str
    digest: str
    files: tuple[SourceFile, ...]
    notes: tuple[Note, ...]
    asides: tuple[Cell, ...] = ()
    unread: tuple[str, ...] = ()


def read_submission(path: Path) -> SourceTree:
    """Read a submission; raises `UsageError` when the path is nothing that can be handed in.

    A file that cannot be read becomes a note, and the others are still there. A submission that cannot be read as a
    whole is one file without content, so that nobody takes it for an empty submission.
    """
    kind = _kind(path)
    data = b""
    budget = Budget()
    try:
        if kind == "folder":
            return _choose_and_read(path, kind, opened(folder_members(path), budget, outermost=True))
        if kind == "archive":
            data = _archive(path)
            budget.take_in(len(data))
            members = archive_members(path.name, data, budget)
            return _choose_and_read(path, kind, opened(members, budget, outermost=False))
    except Unreadable as error:
        return unread(path, str(error), data)
    member = Member(name=shown(path.name), read=functools.partial(read_regular, path.resolve()))
    return _read(path, [as_source(member)], [])


def names_in(archive: Path) -> list[list[str]]:
    """The folders and the file of each name in an archive; raises `SubmissionError` where it cannot be read."""
    data = _archive(archive)
    budget = Budget()
    budget.take_in(len(data))
    return [parts for member in archive_members(archive.name, data, budget) if (parts := parts_of(member.name))]


def read_together(name: str, parts: Iterable[tuple[str, Path]]) -> SourceTree:
    """Read files and folders that one student handed in as a submission; each comes with its name there.

    A folder without a name of its own is the submission's top. Of what is a link, nothing is read. Files of no use are
    named: nobody else would tell of them.
    """
    try:
        members = opened(_together(parts), Budget(), outermost=True)
        return _choose_and_read(Path(name), "hand-in", members, name_others=True)
    except Unreadable as error:
        return unread(Path(name), str(error))


def _together(parts: Iterable[tuple[str, Path]]) -> Iterator[Member]:
    for name, path in parts:
        if path.is_symlink():
            yield refused(name or path.name, "it is a link", opaque=True)
        elif path.is_dir():
            for member in folder_members(path):
                yield replace(member, name=f"{name}/{member.name}") if name else member
        else:
            yield Member(name=name, read=functools.partial(read_regular, path))


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
        raise UsageError(f"{path} is not a folder, or a {ACCEPTED} file, but {kind_of(path.name)}")
    return "archive" if suffix in ARCHIVES else "file"


def _archive(path: Path) -> bytes:
    try:
        return read_regular(path.resolve(), MAX_ARCHIVE_BYTES)
    except SubmissionError as error:
        raise Unreadable(str(error)) from error


def _choose_and_read(path: Path, kind: str, members: Iterable[Member], *, name_others: bool = False) -> SourceTree:
    chosen = choose(members)
    theirs, kits_own = split_kit(chosen.members)
    said = []
    if kits_own:
        said.append(f"{len(kits_own)} files are parts of this kit, and nobody's answers: they were left out")
    if len(theirs) > MAX_FILES:
        said.append(f"only the first {MAX_FILES} of {len(theirs)} files were read")
    if not theirs:
        said.append(f"there is no .py or .ipynb file in this {kind}")
    elif name_others:
        said += [f"{other.name} was left out: {other.refusal}" for other in chosen.others]
    notes = [Note(file=".", line=None, text=text) for text in said]
    # What is of no use beside Python is all that there is otherwise.
    return _read(path, (theirs or chosen.others)[:MAX_FILES], notes)


def unread(path: Path, reason: str, data: bytes = b"") -> SourceTree:
    """A submission that cannot be read as a whole: one file without content, and the reason."""
    name = _name(path)
    text = f"{name} was not read: {reason}"
    return SourceTree(
        name=name,
        digest=hashlib.sha256(_identified(name, data)).hexdigest(),
        files=(SourceFile(path=name, stem=bare(name), cells=()),),
        notes=(Note(file=name, line=None, text=text, failed=True),),
        unread=(text,),
    )


def _read(path: Path, members: Iterable[Member], notes: list[Note]) -> SourceTree:
    digest = hashlib.sha256()
    files: dict[str, SourceFile] = {}
    asides: list[Cell] = []
    # In place of each file that may be code: why it was not read, if it was not.
    failures: dict[str, str | None] = {}
    room = MAX_TOTAL_BYTES
    for member in members:
        name = member.name
        cells: tuple[Cell, ...] = ()
        failure: str | None = None
        try:
            data = _bytes(member, room)
            digest.update(_identified(name, data))
            content = _content(name, data, room)
            cells = content.cells
            room -= _size(data, (*cells, *content.asides))
            asides += content.asides
            notes += [Note(file=name, line=None, text=text) for text in _told(member, content)]
        except Unreadable:
            raise
        except SubmissionError as error:
            failure = str(error)
            notes.append(Note(file=name, line=None, text=failure, failed=may_be_code(member)))
        if may_be_code(member):
            files.setdefault(name, SourceFile(path=name, stem=bare(name), cells=cells))
            failures.setdefault(name, failure)
    return SourceTree(
        name=_name(path),
        digest=digest.hexdigest(),
        files=tuple(files.values()),
        notes=tuple(notes),
        asides=tuple(asides),
        unread=_unread(failures),
    )


def _unread(failures: Mapping[str, str | None]) -> tuple[str, ...]:
    """The failures that a person has to see: archives that may hold anything; all files where none could be read."""
    nothing = None not in failures.values()
    texts = [text for name, text in failures.items() if text and (nothing or _is_archive(name))]
    return tuple(texts[:MAX_UNREAD])


def _is_archive(name: str) -> bool:
    return suffix_of(name) in ARCHIVES or is_closed_archive(name)


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
    """The content of a file; a file of Python is a notebook of one cell."""
    if name.endswith(".ipynb"):
        content = read_notebook(name, data)
    else:
        text, guess = decode_python(data)
        content = Notebook(cells=(Cell(file=name, source=text),), asides=(), note=guess)
    _require_room(name, _size(data, (*content.cells, *content.asides)), room)
    return content


def _told(member: Member, content: Notebook) -> Iterator[str]:
    if member.renamed:
        yield f"{member.renamed} was read as {member.name}"
    if content.note:
        yield content.note
    if not any(cell.source.strip() for cell in content.cells) and bare(member.name) != "__init__":
        yield f"{member.name} {'holds no code' if content.asides else 'is empty'}"


def _size(data: bytes, cells: Sequence[Cell]) -> int:
    """The size that counts for the limit: as text in cells, a file may be several times as large."""
    text = sum(len(cell.source.encode()) for cell in cells)
    return max(len(data), text + sum(len(cell.file) + _CELL_BYTES for cell in cells[1:]))


def _require_room(name: str, size: int, room: int) -> None:
    if size > room:
        raise SubmissionError(f"{name} was left out: all files together are over {MAX_TOTAL_BYTES >> 20} MiB")


def _identified(name: str, data: bytes) -> bytes:
    return f"{name}\0{len(data)}\0".encode() + data


def _name(path: Path) -> str:
    """The name under which it was handed in: of a link its own, since its target is nobody's business."""
    return shown(path.resolve().name if path.name in {"", ".."} else path.name)
