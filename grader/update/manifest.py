"""The list of what was handed out, which lies in each handout: so a student's work can be told from it."""

import hashlib
from collections.abc import Mapping

import msgspec

from grader.inside.values import Record

OWN_FOLDER = ".handout/"
"""The folder of a handout that says what was handed out, so that an update knows what a student wrote."""
MANIFEST = f"{OWN_FOLDER}manifest.json"
LESSONS = ("exercises/", "notebooks/")
"""The folders with files that students write into."""


class Manifest(Record):
    """The things that were handed out: sha256 of each file by its path. `kit` is the version of the grader."""

    name: str
    kit: str
    exercises: tuple[str, ...]
    files: dict[str, str]


def encode_manifest(name: str, kit: str, exercises: tuple[str, ...], files: Mapping[str, bytes]) -> bytes:
    """The content of the file for these files."""
    digests = {path: sha256(data) for path, data in sorted(files.items())}
    manifest = Manifest(name=name, kit=kit, exercises=exercises, files=digests)
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def sha256(data: bytes) -> str:
    """The digest of a file."""
    return hashlib.sha256(data).hexdigest()
