"""Parts of this kit in a hand-in: a student who hands in a whole checkout has answered in its `exercises/` alone.

A checkout is known by what its files hold: a student's own folder may be called `solutions` or `tests`, too.
"""

import functools
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from grader.errors import SubmissionError
from grader.kit import HOME
from grader.submission.member import Member

_FOLDERS = ("benchmarks", "checks", "docs", "examples", "grader", "probes", "schema", "scripts", "solutions", "tests")
_PART = re.compile(rf"(?:^|/)(?:{'|'.join(_FOLDERS)})/", re.IGNORECASE)
_MACHINERY = "grader/"
_MAX_BYTES = 1 << 20
_LOOKED_AT = 20
_ENOUGH = 3
_NEARLY = 0.8
_FEW_LINES = 10
# Where earlier versions had files that answer exercises: attacks, references and tests of them.
_OLD_PART = re.compile(r"(?:tests/(?:hostile|corpus|unit|e2e|observe|judge)|solutions/(?:misconceptions|oracle))/")


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
        (ours if _is_part(member, roots) or _is_kits_own(member) else theirs).append(member)
    if ours:
        known = set(_files().values())
        copies = {id(member) for member in theirs if _digest(member) in known}
        ours += [member for member in theirs if id(member) in copies]
        theirs = [member for member in theirs if id(member) not in copies]
    return theirs, ours


def _is_part(member: Member, roots: Sequence[str]) -> bool:
    """In a checkout: is it a file that the kit has there? Other files in its folders are the student's."""
    rests = (member.name.removeprefix(root) for root in roots if member.name.startswith(root))
    return any(rest in _files() or _OLD_PART.match(rest) for rest in rests)


def _is_kits_own(member: Member) -> bool:
    """Is it a file of the kit in its place, but for a few lines?"""
    paths = [
        path for path in _by_name().get(PurePosixPath(member.name).name.lower(), ()) if _ends_in(member.name, path)
    ]
    return any(_digest(member) == _files()[path] or _is_like(member, path) for path in paths)


def _ends_in(name: str, path: str) -> bool:
    return f"/{name}".lower().endswith(f"/{path}".lower())


def _is_like(member: Member, path: str) -> bool:
    """Are nearly all lines of one in the other? A checkout may be of another version, or be changed a little."""
    ours, theirs = (
        Counter(line.strip() for line in text.splitlines() if line.strip())
        for text in ((HOME / path).read_text(encoding="utf-8", errors="replace"), _text(member))
    )
    alike = (ours & theirs).total()
    return alike >= _FEW_LINES and alike >= _NEARLY * max(ours.total(), theirs.total())


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
    if not separator or not name.endswith(".py"):
        return None
    found = re.findall(r"^def [a-z]\w*?[a-z0-9]__[a-z]\w*\(", _text(member), re.MULTILINE)
    return root if len(found) >= _ENOUGH else None


@functools.cache
def _files() -> dict[str, str]:
    """The digests of the kit's own files by path, but for the exercises."""
    paths = (path for folder in _FOLDERS for kind in ("py", "ipynb") for path in (HOME / folder).rglob(f"*.{kind}"))
    return {path.relative_to(HOME).as_posix(): _sha(path.read_bytes()) for path in paths if path.is_file()}


@functools.cache
def _by_name() -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for path in _files():
        names.setdefault(PurePosixPath(path).name.lower(), []).append(path)
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
