"""Handouts of a few small files, for tests of updates."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import msgspec

from grader.update.incoming import Incoming
from grader.update.manifest import MANIFEST, Manifest, encode_manifest

LESSON = "exercises/ch01.py"
COPY = f".handout/{LESSON}"
STUB = "# # Lesson\n\n# %%\ndef task(x):\n    raise NotImplementedError\n"
SOLVED = STUB.replace("raise NotImplementedError", "return x")
FIRST = {LESSON: STUB, "README.md": "first\n", "grader/old.py": "old = 1\n", "student.toml": 'name = ""\n'}
SECOND = {
    LESSON: STUB.replace("# # Lesson", "# # Better lesson"),
    "exercises/ch02.py": "# # Another\n",
    "README.md": "second\n",
    "exam.bin": "exam",
    "student.toml": 'name = ""\nteam = ""\n',
}


def handout(files: Mapping[str, str], name: str = "gradients") -> Incoming:
    """A handout of these files, with the copies of lessons that each handout has."""
    copies = {f".handout/{path}": text for path, text in files.items() if path.startswith("exercises/")}
    content = {path: text.encode() for path, text in {**files, **copies}.items()}
    stored = encode_manifest(name, "1.0", ("task",), content)
    return Incoming(manifest=msgspec.json.decode(stored, type=Manifest), files={**content, MANIFEST: stored})


def unpacked(incoming: Incoming, folder: Path) -> Path:
    """It as a folder."""
    for path, data in incoming.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def packed(files: Mapping[str, bytes], archive: Path) -> Path:
    """A zip file of these files, all in one folder."""
    with zipfile.ZipFile(archive, "w") as zipped:
        for path, data in files.items():
            zipped.writestr(f"gradients/{path}", data)
    return archive


def content_of(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
