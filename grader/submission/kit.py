"""Parts of this kit in a hand-in: a student who hands in a whole checkout has answered in its `exercises/` alone.

A checkout is known by what its files hold: a student's own folder may be called `solutions` or `tests`, too.
"""

import functools
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from grader.catalog import ROOT, load_catalog
from grader.errors import SubmissionError
from grader.submission.member import Member

_FOLDERS = ("benchmarks", "checks", "docs", "examples", "grader", "probes", "schema", "scripts", "solutions", "tests")
_PART = re.compile(rf"(?:^|/)(?:{'|'.join(_FOLDERS)})/")
_MACHINERY = "grader/"
_MAX_BYTES = 1 << 20
_LOOKED_AT = 20
_ENOUGH = 3


def split_kit(members: Sequence[Member]) -> tuple[list[Member], list[Member]]:
    """The members that are the student's, and the members that are parts of the kit.

    Where there are such parts, copies of them that lie in other places are the kit's, too.
    """
    # Nearly always none of them lies in such a folder, and the kit's own files need not be looked at.
    if not any(_PART.search(member.name) for member in members):
        return list(members), []
    roots = tuple(_checkouts(members))
    theirs: list[Member] = []
    ours: list[Member] = []
    for member in members:
        (ours if _is_below(member.name, roots) or _is_kits_own(member) else theirs).append(member)
    if ours:
        known = set(_files().values())
        copies = {id(member) for member in theirs if _digest(member) in known}
        ours += [member for member in theirs if id(member) in copies]
        theirs = [member for member in theirs if id(member) not in copies]
    return theirs, ours


def _is_below(name: str, roots: Sequence[str]) -> bool:
    return any(name.startswith(f"{root}{folder}/") for root in roots for folder in _FOLDERS)


def _is_kits_own(member: Member) -> bool:
    """Is it a file of the kit in its place, to the byte?"""
    paths = [path for path in _by_name().get(PurePosixPath(member.name).name, ()) if _ends_in(member.name, path)]
    return bool(paths) and _digest(member) in {_files()[path] for path in paths}


def _ends_in(name: str, path: str) -> bool:
    return f"/{name}".endswith(f"/{path}")


def _checkouts(members: Sequence[Member]) -> Iterator[str]:
    """The folders in which a checkout of the kit lies, of this version or another one."""
    machinery = {path for path in _files() if path.startswith(_MACHINERY)}
    found: dict[str, list[tuple[Member, str]]] = defaultdict(list)
    for member in members:
        root, separator, rest = f"/{member.name}".partition(f"/{_MACHINERY}")
        if separator and _MACHINERY + rest in machinery:
            found[f"{root}/".removeprefix("/")].append((member, _MACHINERY + rest))
    for root, parts in found.items():
        same = sum(_digest(member) == _files()[path] for member, path in parts[:_LOOKED_AT])
        if 2 * len(parts) >= len(machinery) and same >= _ENOUGH:
            yield root
    yield from {above for member in members if (above := _above_misconceptions(member)) is not None}


def _above_misconceptions(member: Member) -> str | None:
    """The folder of a checkout, by its file of a chapter's misconceptions: no student writes functions so named."""
    root, separator, name = member.name.rpartition("solutions/misconceptions/")
    chapter = next((one for one in load_catalog().chapter if name == f"{one.id}.py"), None)
    if not separator or chapter is None:
        return None
    names = "|".join(re.escape(exercise.id) for exercise in chapter.exercise)
    found = re.findall(rf"^def (?:{names})__\w", _text(member), re.MULTILINE)
    return root if len(found) >= _ENOUGH else None


@functools.cache
def _files() -> dict[str, str]:
    """The digests of the kit's own files by path, but for the exercises."""
    paths = (path for folder in _FOLDERS for kind in ("py", "ipynb") for path in (ROOT / folder).rglob(f"*.{kind}"))
    return {path.relative_to(ROOT).as_posix(): _sha(path.read_bytes()) for path in paths if path.is_file()}


@functools.cache
def _by_name() -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for path in _files():
        names.setdefault(PurePosixPath(path).name, []).append(path)
    return names


def _digest(member: Member) -> str:
    return _sha(_bytes(member))


def _text(member: Member) -> str:
    return _bytes(member).decode(errors="replace")


def _bytes(member: Member) -> bytes:
    try:
        return member.read(_MAX_BYTES)
    except SubmissionError:
        return b""


def _sha(data: bytes) -> str:
    # git may have changed the ends of lines on the way.
    return hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()
