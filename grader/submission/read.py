"""A hand-in becomes a `SourceTree`; nothing of it is run, imported, or parsed as Python here."""

import functools
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec.structs

from grader.errors import SubmissionError, UsageError
from grader.inside.said import Said, say
from grader.inside.values import Record
from grader.inside.wire import Cell, Note, SourceFile
from grader.records import Student
from grader.submission.archive import MAX_ARCHIVE_BYTES, archive_members
from grader.submission.budget import Budget
from grader.submission.choose import as_source, choose, may_be_code
from grader.submission.decode import decode_python
from grader.submission.folder import folder_members, read_regular
from grader.submission.inside import opened
from grader.submission.kit import split_kit
from grader.submission.member import Member, Unreadable, refused
from grader.submission.names import ARCHIVES, accepted, bare, is_closed_archive, kind_of, parts_of, shown, suffix_of
from grader.submission.notebook import Notebook, read_notebook
from grader.submission.student import STUDENT_FILE, Stated, read_student, split_student

MAX_FILES = 500
MAX_FILE_BYTES = 4 << 20
MAX_TOTAL_BYTES = 8 << 20
# Sentences are for a person, who has seen enough by then.
MAX_UNREAD = 20
# About what each further cell of a file takes on its way to a worker, beside its source and its file's name.
_CELL_BYTES = 64


class SourceTree(Record):
    """A submission's Python, decoded. `digest` is the sha256 of all paths and bytes that were read.

    `asides` are cells of notebooks that hold functions, and are no code cells. `unread` says what could not be read
    although it may hold anything, so that a person has to look. `student` is whose it is, if they have said so.
    """

    name: str
    digest: str
    files: tuple[SourceFile, ...]
    notes: tuple[Note, ...]
    asides: tuple[Cell, ...] = ()
    unread: tuple[Said, ...] = ()
    student: Student | None = None


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
        return unread(path, error.said, data)
    member = Member(name=shown(path.name), read=functools.partial(read_regular, path.resolve()))
    return _read(path, [as_source(member)], [], Stated())


def read_own(exercises: Path) -> SourceTree:
    """Read the exercises of the folder that one works in: there, `student.toml` lies beside them."""
    tree = read_submission(exercises)
    file = exercises.resolve().parent / STUDENT_FILE
    if tree.student is not None or not file.exists():
        return tree
    member = Member(name=STUDENT_FILE, read=functools.partial(read_regular, file))
    try:
        stated = read_student(member)
    except Unreadable as error:
        stated = Stated(reason=error.said)
    if stated.reason is None:
        return msgspec.structs.replace(tree, student=stated.student)
    note = Note(file=".", line=None, said=_was_left_out(STUDENT_FILE, stated.reason))
    return msgspec.structs.replace(tree, notes=(*tree.notes, note))


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
        return _choose_and_read(Path(name), "hand_in", members, name_others=True)
    except Unreadable as error:
        return unread(Path(name), error.said)


def _together(parts: Iterable[tuple[str, Path]]) -> Iterator[Member]:
    for name, path in parts:
        if path.is_symlink():
            yield refused(name or path.name, say("refused.link"), opaque=True)
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
            raise UsageError(say("usage.nothing_there", path=str(path)))
    except OSError as error:
        raise UsageError(say("usage.unreadable", path=str(path), strerror=str(error.strerror))) from error
    suffix = suffix_of(path.name)
    if not suffix:
        kind = kind_of(path.name)
        raise UsageError(say("usage.no_kind", path=str(path), accepted=accepted(), kind=kind))
    return "archive" if suffix in ARCHIVES else "file"


def _archive(path: Path) -> bytes:
    try:
        return read_regular(path.resolve(), MAX_ARCHIVE_BYTES)
    except SubmissionError as error:
        raise Unreadable(error.said) from error


def _choose_and_read(path: Path, kind: str, members: Iterable[Member], *, name_others: bool = False) -> SourceTree:
    members, about = split_student(members)
    stated = Stated() if about is None else read_student(about)
    chosen = choose(members)
    theirs, kits_own = split_kit(chosen.members)
    said: list[Said] = []
    if kits_own:
        said.append(say("note.parts_of_kit", count=len(kits_own)))
    if len(theirs) > MAX_FILES:
        said.append(say("note.first_files", limit=MAX_FILES, count=len(theirs)))
    if not theirs:
        said.append(say(f"note.nothing_in_{kind}"))
    elif name_others:
        said += [_was_left_out(other.name, other.refusal) for other in chosen.others if other.refusal]
    if about is not None and stated.reason is not None:
        said.append(_was_left_out(shown(about.name), stated.reason))
    notes = [Note(file=".", line=None, said=one) for one in said]
    # What is of no use beside Python is all that there is otherwise.
    return _read(path, (theirs or chosen.others)[:MAX_FILES], notes, stated)


def unread(path: Path, reason: Said, data: bytes = b"") -> SourceTree:
    """A submission that cannot be read as a whole: one file without content, and the reason."""
    name = _name(path)
    said = say("note.not_read", file=name, reason=reason)
    return SourceTree(
        name=name,
        digest=hashlib.sha256(_identified(name, data)).hexdigest(),
        files=(SourceFile(path=name, stem=bare(name), cells=()),),
        notes=(Note(file=name, line=None, said=said, failed=True),),
        unread=(said,),
    )


def _read(path: Path, members: Iterable[Member], notes: list[Note], stated: Stated) -> SourceTree:
    digest = hashlib.sha256(_identified(STUDENT_FILE, stated.data) if stated.data else b"")
    files: dict[str, SourceFile] = {}
    asides: list[Cell] = []
    # In place of each file that may be code: why it was not read, if it was not.
    failures: dict[str, Said | None] = {}
    room = MAX_TOTAL_BYTES
    for member in members:
        name = member.name
        cells: tuple[Cell, ...] = ()
        failure: Said | None = None
        try:
            data = _bytes(member, room)
            digest.update(_identified(name, data))
            content = _content(name, data, room)
            cells = content.cells
            room -= _size(data, (*cells, *content.asides))
            asides += content.asides
            notes += [Note(file=name, line=None, said=said) for said in _told(member, content)]
        except Unreadable:
            raise
        except SubmissionError as error:
            failure = error.said
            notes.append(Note(file=name, line=None, said=failure, failed=may_be_code(member)))
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
        student=stated.student,
    )


def _unread(failures: Mapping[str, Said | None]) -> tuple[Said, ...]:
    """The failures that a person has to see: archives that may hold anything; all files where none could be read."""
    nothing = None not in failures.values()
    told = [said for name, said in failures.items() if said and (nothing or _is_archive(name))]
    return tuple(told[:MAX_UNREAD])


def _was_left_out(name: str, reason: Said) -> Said:
    return say("note.was_left_out", file=name, reason=reason)


def _is_archive(name: str) -> bool:
    return suffix_of(name) in ARCHIVES or is_closed_archive(name)


def _bytes(member: Member, room: int) -> bytes:
    try:
        data = member.read(MAX_FILE_BYTES)
    except Unreadable:
        raise
    except SubmissionError as error:
        raise SubmissionError(_was_left_out(member.name, error.said)) from error
    if len(data) > MAX_FILE_BYTES:
        raise SubmissionError(_was_left_out(member.name, say("refused.large", mib=MAX_FILE_BYTES >> 20)))
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


def _told(member: Member, content: Notebook) -> Iterator[Said]:
    if member.renamed:
        yield say("note.renamed", file=member.renamed, name=member.name)
    if content.note:
        yield content.note
    if not any(cell.source.strip() for cell in content.cells) and bare(member.name) != "__init__":
        yield say("note.no_code" if content.asides else "note.empty", file=member.name)


def _size(data: bytes, cells: Sequence[Cell]) -> int:
    """The size that counts for the limit: as text in cells, a file may be several times as large."""
    text = sum(len(cell.source.encode()) for cell in cells)
    return max(len(data), text + sum(len(cell.file) + _CELL_BYTES for cell in cells[1:]))


def _require_room(name: str, size: int, room: int) -> None:
    if size > room:
        raise SubmissionError(_was_left_out(name, say("refused.large_files", mib=MAX_TOTAL_BYTES >> 20)))


def _identified(name: str, data: bytes) -> bytes:
    return f"{name}\0{len(data)}\0".encode() + data


def _name(path: Path) -> str:
    """The name under which it was handed in: of a link its own, since its target is nobody's business."""
    return shown(path.resolve().name if path.name in {"", ".."} else path.name)
