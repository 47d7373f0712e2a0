"""The handout that comes in: a folder or a zip file, read whole into memory, or refused with a reason.

Only files that its manifest names are read, under names that may be written below a student's folder.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from grader.errors import SubmissionError, UsageError
from grader.inside.said import Said, say
from grader.submission.archive import MAX_ARCHIVE_BYTES
from grader.submission.budget import Budget
from grader.submission.folder import read_regular
from grader.submission.names import folded, parts_of
from grader.submission.unzip import zip_members
from grader.update.manifest import MANIFEST, Manifest, sha256

_NOT_EVERYWHERE = re.compile(r'[<>:"|?*\\]')
# They belong to the student's machine.
_NOT_OURS = (".venv", ".git")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A handout: what it says of itself, and its files, the manifest among them."""

    manifest: Manifest
    files: Mapping[str, bytes]


def read_handout(path: Path) -> Incoming:
    """Read a handout; raises `UsageError` for what is none, or is not as it was made."""
    try:
        read = partial(_in_folder, path) if path.is_dir() else _in_archive(path)
        stored = read(MANIFEST)
        manifest = decode_manifest(stored)
        files = {name: _as_made(read(name), name, manifest) for name in manifest.files}
    except SubmissionError as error:
        raise UsageError(say("update.not_read", path=str(path), reason=error.said)) from error
    return Incoming(manifest=manifest, files={**files, MANIFEST: stored})


def decode_manifest(stored: bytes) -> Manifest:
    """The manifest; raises `SubmissionError` where it is none, or names what may not be a file of a handout."""
    try:
        manifest = msgspec.json.decode(stored, type=Manifest)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise SubmissionError(say("update.bad_manifest")) from error
    if len(set(map(folded, manifest.files))) < len(manifest.files) or not all(map(_may_be_ours, manifest.files)):
        raise SubmissionError(say("update.bad_manifest"))
    return manifest


def _as_made(data: bytes, name: str, manifest: Manifest) -> bytes:
    if sha256(data) != manifest.files[name]:
        raise SubmissionError(say("update.not_as_made", file=name))
    return data


def _may_be_ours(name: str) -> bool:
    try:
        parts = parts_of(name)
    except SubmissionError:
        return False
    plain = name == "/".join(parts) and name.isprintable() and not _NOT_EVERYWHERE.search(name)
    return bool(parts) and plain and name != MANIFEST and folded(parts[0]) not in _NOT_OURS


def _in_folder(folder: Path, name: str) -> bytes:
    if not (folder / name).exists():
        raise SubmissionError(_lacks(name))
    return read_regular(folder / name, MAX_ARCHIVE_BYTES)


def _in_archive(archive: Path) -> Callable[[str], bytes]:
    """A function that reads a file of a zip archive, from the folder in it that holds the manifest."""
    data = read_regular(archive.resolve(), MAX_ARCHIVE_BYTES)
    budget = Budget()
    budget.take_in(len(data))
    members = {member.name: member for member in zip_members(data, budget)}
    budget.hold(len(members))
    tops = [name.removesuffix(MANIFEST) for name in members if f"/{name}".endswith(f"/{MANIFEST}")]
    top = min(tops, key=len, default="")

    def read(name: str) -> bytes:
        if top + name not in members:
            raise SubmissionError(_lacks(name))
        return members[top + name].read(MAX_ARCHIVE_BYTES)

    return read


def _lacks(name: str) -> Said:
    return say("update.lacks", file=name)
