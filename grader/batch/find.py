"""The submissions of a class: every entry of its folder is one, is a part of one, or is named with a reason."""

import contextlib
import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.batch.flat import Doubtful, Joined, recognise
from grader.errors import GraderError, SubmissionError, UsageError
from grader.inside.said import Listed, Said, say
from grader.inside.values import Record
from grader.submission import SourceTree, names_in, read_submission, read_together, unread
from grader.submission.names import ARCHIVES, folded, identity_of, is_litter, shown, suffix_of

# File systems allow 255, and a report's suffix and what a half-written one is called come to it.
_MAX_BYTES = 200
# Not in a name on Windows, nor in what a CI service keeps: one such name would cost the whole class its reports there.
_NOT_EVERYWHERE = re.compile(r'[<>:"|?*/\\]')


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """A submission that is several entries of a class folder: each with what it is called in the submission."""

    name: str
    parts: tuple[tuple[str, Path], ...]


Handed = Path | Together
"""What was handed in as one submission."""


class LeftOut(Record):
    """An entry of a class folder that is no submission, and why."""

    name: str
    reason: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A class: its submissions by identity, in order, and what of its folder is none."""

    submissions: Mapping[str, Handed]
    left_out: Sequence[LeftOut]


def find_submissions(folder: Path, out: Path) -> Room:
    """The submissions of a class folder, but not `out`.

    Each entry is one, under its name without the suffix; where two would be the same, all of them keep their suffix.
    Files that an LMS has put flat into one folder are joined. No two identities differ in case only, since their
    reports may be files on a disk that takes them for one. Raises `UsageError` where there is no submission, or where
    files could be of one student or of several. The same happens where `out` would be taken for a part of a submission.
    """
    _require_apart(folder, out)
    entries, left_out = _looked_through(folder, out)
    if not entries:
        raise UsageError(say("usage.no_submission", folder=str(folder)))
    _require_several(entries)
    by_name = {entry.name: entry for entry in entries}
    match recognise({name: _is_folder(entry) for name, entry in by_name.items()}):
        case Doubtful() as doubtful:
            raise UsageError(_doubts(folder, doubtful))
        case Joined(submissions=submissions, alone=alone, older=older):
            joined = [
                Together(name=name, parts=tuple((part.own, by_name[part.entry]) for part in parts))
                for name, parts in submissions.items()
            ]
            left_out += [LeftOut(name=shown(name), reason=say("entry.older")) for name in older]
            return Room(submissions=_identified([*joined, *(by_name[name] for name in alone)]), left_out=left_out)
        case None:
            return Room(submissions=_identified(entries), left_out=left_out)


def read(handed: Handed) -> SourceTree:
    """A submission of a class. A submission that cannot be read as a whole has no content, and the reason."""
    if isinstance(handed, Together):
        return read_together(handed.name, handed.parts)
    if handed.is_symlink():
        # Among unpacked archives of strangers, it may lead to another's work, or to the solutions.
        return unread(handed, say("refused.link_followed"))
    try:
        return read_submission(handed)
    except SubmissionError as error:
        return unread(handed, error.said)
    except GraderError as error:
        # A report goes to a student, whom the folders of this machine do not concern.
        return unread(handed, say("text", text=str(error).replace(str(handed), "it")))


def left_unread(handed: Handed, why: Said) -> SourceTree:
    """A submission that could not even be looked at, with the reason."""
    return unread(handed if isinstance(handed, Path) else Path(handed.name), why)


def _looked_through(folder: Path, out: Path) -> tuple[list[Path], list[LeftOut]]:
    """Entries that may be submissions, and entries that are none."""
    kept: list[Path] = []
    left_out: list[LeftOut] = []
    try:
        entries = sorted(folder.iterdir())
    except FileNotFoundError as error:
        raise UsageError(say("usage.nothing_there", path=str(folder))) from error
    except NotADirectoryError as error:
        packed = suffix_of(folder.name) in ARCHIVES
        raise UsageError(say("usage.archive_no_folder" if packed else "usage.no_folder", path=str(folder))) from error
    except OSError as error:
        raise UsageError(say("usage.unreadable", path=str(folder), strerror=str(error.strerror))) from error
    for entry in entries:
        if _real(entry) == _real(out):
            continue
        if is_litter(entry.name):
            left_out.append(LeftOut(name=shown(entry.name), reason=say("entry.litter")))
        elif entry.name.startswith("."):
            left_out.append(LeftOut(name=shown(entry.name), reason=say("entry.hidden")))
        else:
            kept.append(entry)
    return kept, left_out


def _require_several(entries: Sequence[Path]) -> None:
    """Refuse a folder around the class, and an archive of it: all students would be one."""
    if len(entries) > 1 or entries[0].is_symlink():
        return
    with contextlib.suppress(OSError, SubmissionError):
        inside = recognise(_entries_in(entries[0]))
        if isinstance(inside, Joined) and len(inside.submissions) > 1:
            unpacked = _is_folder(entries[0])
            raise UsageError(
                say(
                    "usage.several_inside" if unpacked else "usage.several_packed",
                    entry=str(entries[0]),
                    lms=inside.lms,
                )
            )


def _entries_in(entry: Path) -> Mapping[str, bool]:
    """The names directly in a folder or archive, or in an archive's only folder; each with whether it is a folder."""
    if _is_folder(entry):
        return {one.name: _is_folder(one) for one in sorted(entry.iterdir())}
    if suffix_of(entry.name) not in ARCHIVES:
        return {}
    paths = [parts for parts in names_in(entry) if not any(map(is_litter, parts))]
    if len({parts[0] for parts in paths}) == 1:
        paths = [parts[1:] for parts in paths if len(parts) > 1]
    return {parts[0]: len(parts) > 1 for parts in paths}


def _doubts(folder: Path, doubtful: Doubtful) -> Said:
    names = Listed(things=tuple(map(shown, doubtful.fitting)))
    if doubtful.other:
        other = shown(doubtful.other)
        return say("usage.doubtful_other", folder=str(folder), names=names, lms=doubtful.lms, other=other)
    return say("usage.doubtful", folder=str(folder), names=names, lms=doubtful.lms)


def _identified(entries: Sequence[Handed]) -> dict[str, Handed]:
    short = Counter(folded(_file_name(_identity(entry))) for entry in entries)
    submissions: dict[str, Handed] = {}
    taken: set[str] = set()
    for entry in entries:
        identity = _file_name(_identity(entry))
        if short[folded(identity)] > 1:
            identity = _file_name(entry.name)
        while folded(identity) in taken:
            identity += "'"
        taken.add(folded(identity))
        submissions[identity] = entry
    return submissions


def _identity(handed: Handed) -> str:
    return handed.name if isinstance(handed, Together) or _is_folder(handed) else identity_of(handed.name)


def _is_folder(entry: Path) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # nobody may look at it, which is told of where it is read
        return False


def _require_apart(folder: Path, out: Path) -> None:
    """Directly in the class, `out` can be told from submissions; further in, it would be a part of one."""
    real, above = _real(out), _real(folder)
    if real.is_relative_to(above) and real.parent != above:
        raise UsageError(say("usage.out_inside", out=str(out), folder=str(folder)))


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except RuntimeError:  # a link that leads to itself
        return path.absolute()


def _file_name(name: str) -> str:
    """A name that a report's file may have on any system: no folder in it, and not too long."""
    text = _NOT_EVERYWHERE.sub("_", shown(name))
    if len(text.encode()) <= _MAX_BYTES:
        return text
    return f"{text[:40]}-{hashlib.sha256(name.encode(errors='surrogateescape')).hexdigest()[:12]}"
