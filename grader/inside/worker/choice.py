"""Which file's definition answers an exercise, decided by what is written there and before anything runs. Pure.

An answer beats a function that still raises NotImplementedError, and such a function beats an untouched stub, wherever
each of them lies. Among answers the chapter's own file wins, then the file in the fewest folders, then the last by
name.
"""

import ast
import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.inside.source.bindings import fingerprint, is_unfinished, is_untouched, top_level
from grader.inside.source.statements import NoPython, Statement
from grader.inside.wire import MAX_RIVALS, Reason, Rival, SourceFile, Wanted


@dataclass(frozen=True, slots=True)
class Outline:
    """The definitions at the top level of a file: the node that gives each name its meaning in the end."""

    file: SourceFile
    place: int
    nodes: Mapping[str, ast.stmt]
    untouched: frozenset[str]


def outline(
    file: SourceFile, place: int, statements: Iterable[Statement | NoPython], given: Mapping[str, str]
) -> Outline:
    """The outline of a file, the one at this `place` of all. An untouched stub below an answer gives no meaning."""
    nodes: dict[str, ast.stmt] = {}
    untouched: set[str] = set()
    for statement in statements:
        for binding in top_level(statement.node) if isinstance(statement, Statement) else ():
            waits = is_untouched(binding.node, given.get(binding.name, ""))
            if waits and binding.name in nodes:
                continue
            nodes[binding.name] = binding.node
            (untouched.add if waits else untouched.discard)(binding.name)
    gone = [name for name, node in nodes.items() if isinstance(node, ast.Delete)]
    kept = {name: node for name, node in nodes.items() if name not in gone}
    return Outline(file=file, place=place, nodes=kept, untouched=frozenset(untouched))


class _State(enum.IntEnum):
    """How far a definition has come; the smaller, the further."""

    ANSWER = 0
    UNFINISHED = 1
    UNTOUCHED = 2


def _state(name: str, one: Outline, outlines: Sequence[Outline], depth: int = 5) -> _State:
    """How far a name's definition has come; another name for it, or an import, is as far as what it stands for."""
    if name in one.untouched:
        return _State.UNTOUCHED
    node = one.nodes[name]
    match node:
        case ast.Assign(value=ast.Constant()):
            return _State.UNTOUCHED
        case ast.Assign(value=ast.Name(id=other)) if depth and other in one.nodes:
            return _state(other, one, outlines, depth - 1)
        case ast.ImportFrom(module=str(module), names=[*names]) if depth:
            other = next((alias.name for alias in names if name in {alias.asname, alias.name}), "")
            ending = f"/{module.replace('.', '/')}.py"
            source = next(
                (its for its in outlines if f"/{its.file.path}".endswith(ending) and other in its.nodes), None
            )
            return _state(other, source, outlines, depth - 1) if source else _State.ANSWER
        case _:
            return _State.UNFINISHED if is_unfinished(node) else _State.ANSWER


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that binds a wanted name, by a definition or by an import. Of two, the smaller `rank` wins."""

    outline: Outline
    state: _State
    is_own: bool
    is_import: bool

    @property
    def untouched(self) -> bool:
        """Is it a stub still?"""
        return self.state is _State.UNTOUCHED

    @property
    def path(self) -> str:
        """The file's."""
        return self.outline.file.path

    @property
    def folders(self) -> int:
        """In how many folders the file lies."""
        return self.path.count("/")

    @property
    def rank(self) -> tuple[_State, bool, bool, int, int]:
        """The smaller, the better."""
        return self.state, not self.is_own, self.is_import, self.folders, -self.outline.place


def candidates(wanted: Wanted, outlines: Sequence[Outline]) -> list[Candidate]:
    """The files that bind a wanted name, the best one first."""
    found = [
        Candidate(
            outline=one,
            state=_state(wanted.name, one, outlines),
            is_own=one.file.stem == wanted.chapter,
            is_import=isinstance(one.nodes[wanted.name], ast.Import | ast.ImportFrom),
        )
        for one in outlines
        if wanted.name in one.nodes
    ]
    return sorted(found, key=lambda one: one.rank)


def rivals(name: str, holder: str, writer: str, found: Sequence[Candidate]) -> tuple[Rival, ...]:
    """The files that define a name otherwise than the file of its `writer`, and why the one of the `holder` is graded.

    The two are one file, unless the holder imports what it has.
    """
    by_path = {one.path: one for one in found if not one.is_import}
    best = next((one for one in found if one.path == holder), None)
    others = [one for path, one in by_path.items() if path not in {holder, writer}]
    if best is None or not others:
        return ()
    means = fingerprint(name, by_path[writer].outline.nodes) if writer in by_path else None
    return tuple(
        Rival(file=other.path, reason=_reason(best, other))
        for other in others
        if fingerprint(name, other.outline.nodes) != means
    )[:MAX_RIVALS]


def _reason(best: Candidate, other: Candidate) -> Reason:
    if best.rank > other.rank:
        return "failed"
    if other.state is not best.state:
        return "untouched" if other.state is _State.UNTOUCHED else "unfinished"
    if best.is_own != other.is_own:
        return "own_file"
    return "fewer_folders" if best.folders != other.folders else "last"
