"""Finds in a submission's source why a name is missing: the statement that should have given it a meaning. Pure.

The source is parsed on first need, and never run. Places and names are the submission's own; sentences are ours.
"""

import ast
import builtins
import collections.abc
import contextlib
import functools
import itertools
import re
import sys
import typing
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, TypeVar

from grader.authoring.compare import phrase
from grader.course.phrasebook import EMPTY, Phrasebook
from grader.inside.said import Said, say
from grader.inside.source import newer
from grader.inside.source.bindings import Binding, DefinitionNode, bindings, is_untouched
from grader.inside.source.magics import is_left_out
from grader.inside.source.statements import NoPython, Statement, statements
from grader.inside.values import Raised
from grader.inside.wire import Cell, Note
from grader.submission import SourceTree

# Parsing takes a hundred times the memory of the source, so not more than this of a submission is looked into.
_MAX_CHARACTERS = 400_000
_MAX_CHAIN = 3
_MAX_LINE = 200

T = TypeVar("T")
Cause = tuple[Said, ...]
Kind = Literal["module", "block", "main", "class", "function", "unreadable", "markdown", "left_out", "comment"]

_NO_NAME = re.compile(r"name '(\w{1,100})' is not defined")
_NOT_IMPORTED = re.compile(r"cannot import name '(\w{1,100})' from ")
_NOT_CALLABLE = re.compile(r"'\w{1,100}' object is not callable")
_NO_ATTRIBUTE = re.compile(r"module '([\w.]{1,100})' has no attribute '(\w{1,100})'")
_NO_SUCH = re.compile(r"(?:has no attribute|unexpected keyword argument) '(\w{1,40})'")
_LINE = re.compile(r"line (\d{1,9})\)$")
_LIKENESS = 0.7
_CONSTANTS = ("True", "False", "None")
# Python's own names are short and many: only what is nearly one of them is a slip.
_NEARLY = 0.8
_LONG = 5
# A line that misses one of these misses an import.
_TO_IMPORT = frozenset({*sys.stdlib_module_names, *typing.__all__, *collections.abc.__all__, "np", "nn", "plt"})
# Where a name stands in code that does not run, nobody can mean it.
_RUNS = frozenset({"module", "block"})
_DEF = re.compile(r"\bdef[ \t]++(\w++)")
_DEFINED = re.compile(r"[ \t>]*+(?:async[ \t]++)?def[ \t]++(\w++)")
# In a stretch that cannot be parsed: what the line would bind.
_BINDS = re.compile(
    r"[ \t]*+(?:(?:async[ \t]++)?(?:def|class)[ \t]++(\w++)|(?:from[ \t]++\S++[ \t]++)?import[ \t]++([^#]++)"
    r"|for[ \t]++([^#\n]*?)[ \t]in\b|([\w, ()]++)(?::[^=#]*+)?=(?!=))"
)
_NAME = re.compile(r"[A-Za-z_]\w*+")
_COMMENTED = re.compile(r"[ \t]*+\#[ \t#]*+(?:async[ \t]++)?def[ \t]++(\w++)")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a source gives a name a meaning, or seems to: lines `first` to `last` of a cell or file."""

    name: str
    file: str
    first: int
    last: int
    kind: Kind
    node: ast.stmt | None = None

    @property
    def place(self) -> Said:
        """File and line."""
        return say("cause.at", file=self.file, line=self.first)


class Causes:
    """Knows a submission's source; `notes` are what the run of its files said."""

    def __init__(self, tree: SourceTree, notes: Sequence[Note], phrasebook: Phrasebook = EMPTY) -> None:
        self._phrasebook = phrasebook
        self._tree = tree
        self._failures = [note for note in notes if note.failed]
        self._beside: dict[str, Cause] = {}

    def line_of(self, file: str | None, number: int | None) -> str:
        """The text of a line, without the blanks around it; nothing where there is no such line."""
        lines = self._lines_from(file, number)
        return lines[0].strip()[:_MAX_LINE] if lines else ""

    def of_failure(self, name: str) -> tuple[Cause, str]:
        """The statement that would have defined a function and failed, and its line; nothing where there is none.

        The text of the error comes last: it may end in any way.
        """
        for spot in self._spots(name):
            if failure := self._failure(spot):
                known = self._because(failure, _MAX_CHAIN) or self._in_plain_words(failure)
                return (*known, _told("cause.failure", failure)), self.line_of(failure.file, _own_line(failure))
        return (), ""

    def _in_plain_words(self, failure: Note) -> Cause:
        exception, message = failure.said.argument("exception"), failure.said.argument("message")
        if not (isinstance(exception, str) and isinstance(message, str)) or newer.of_message(message):
            return ()
        found = self._phrasebook.look_up(Raised(exception=exception, message=message))
        return (phrase(found.id),) if found else ()

    def of_absence(self, name: str) -> Cause:
        """Why there is no function of this name although nothing failed, if the source tells.

        First a definition where nobody can call it, then what might have brought it along without naming it.
        """
        spots = self._spots(name)
        for spot in spots:
            if spot.kind == "module" and isinstance(spot.node, ast.Delete):
                return (say("cause.deleted", place=spot.place),)
        if stands := self._uncallable(name):
            return stands
        for spot in spots:
            if spot.kind == "comment":
                return (say("cause.comment", place=spot.place),)
        return self._unnamed({spot.file for spot in spots})

    def beside_stub(self, name: str) -> Cause:
        """Where, beside an untouched stub, a definition stands that grading cannot call.

        Or what could not be read, and may hold one.
        """
        if name not in self._beside:
            elsewhere = self._uncallable(name) if self._definitions[name] > 1 else ()
            self._beside[name] = elsewhere or self._unread()
        return self._beside[name]

    def _uncallable(self, name: str) -> Cause:
        for spot in self._spots(name):
            if spot.kind in {"module", "comment"} or (spot.node and is_untouched(spot.node, "")):
                continue
            if spot.kind == "unreadable":
                if failure := self._failure(spot):
                    return (_told("cause.unreadable", failure),)
                continue
            return (say(f"cause.{spot.kind}", place=spot.place),)
        return ()

    def source_of(self, name: str, file: str, line: int | None) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The definition of a function that begins in this line; None where it cannot be found, or read."""
        if (node := self._alone(name, file, line)) is not None:
            return node
        for spot in self._spots(name):
            if spot.file == file and spot.first == line and isinstance(spot.node, DefinitionNode):
                return spot.node
        return None

    def _alone(self, name: str, file: str, line: int | None) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The definition that begins in this line, read by itself: most are, and that is quicker than to read all."""
        lines = self._lines_from(file, line)
        source = "\n".join([*lines[:1], *itertools.takewhile(_may_go_on, lines[1:])])
        if len(source) > _MAX_CHARACTERS:
            return None
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            for node in ast.parse(source).body:
                if isinstance(node, DefinitionNode) and node.name == name:
                    ast.increment_lineno(node, (line or 1) - 1)
                    return node
        return None

    def _lines_from(self, file: str | None, number: int | None) -> Sequence[str]:
        """A line and all that follow it in its cell; nothing where there is no such line."""
        cells = (cell for one in self._tree.files for cell in one.cells if cell.file == file)
        for cell in cells:
            if number is not None and number >= cell.first_line:
                return cell.source.split("\n")[number - cell.first_line :]
        return ()

    def names(self) -> frozenset[str]:
        """The functions that the source defines at its top level, whether it ran or not."""
        return frozenset(
            name
            for name, spots in self._index.items()
            if any(spot.kind == "module" and isinstance(spot.node, ast.FunctionDef) for spot in spots)
        )

    def of_exception(self, raised: Raised) -> Cause:
        """The sentences about a name that was missing, or had another meaning, where an exception was raised."""
        if raised.file is None:
            return ()
        if too_new := newer.of_message(raised.message):
            return (say("cause.newer", **too_new),)
        if raised.exception == "NameError" and (found := _NO_NAME.match(raised.message)):
            return self._of_name(found[1], raised.file, _MAX_CHAIN) or self._misspelt(found[1], raised)
        if raised.exception == "AttributeError" and (found := _NO_ATTRIBUTE.match(raised.message)):
            failures = (self._failure(spot) for spot in self._spots(found[2]) if _is_module(spot.file, found[1]))
            if failed := next(((_told("cause.failure", one),) for one in failures if one), ()):
                return failed
        if raised.exception == "TypeError" and _NOT_CALLABLE.match(raised.message):
            return self._of_call(raised)
        found = _NO_SUCH.search(raised.message) if raised.exception in {"AttributeError", "TypeError"} else None
        return self._nearest(found[1], self._phrasebook.names) if found else ()

    def _nearest(self, name: str, names: Sequence[str]) -> Cause:
        """The name that is nearly this one."""
        if name in names:
            return ()
        # What works in place is named alike, but for this sign.
        in_place = [f"{name}_"] if f"{name}_" in names else []
        near = in_place or get_close_matches(name, names, n=1, cutoff=_LIKENESS)
        return (say("cause.nearest", name=name, near=near[0]),) if near else ()

    def _misspelt(self, name: str, raised: Raised) -> Cause:
        """The name that a line could mean; none where it is of the library, or to be imported."""
        if name in self._phrasebook.names or name in _TO_IMPORT:
            return ()
        near = get_close_matches(name, dir(builtins), n=1, cutoff=_NEARLY) if len(name) >= _LONG else []
        slips = [one for one in near if not name.startswith(one)]  # and no plural
        known = tuple(say("cause.nearest", name=name, near=one) for one in slips)
        return self._nearest(name, self._names_at(raised)) or known

    def _names_at(self, raised: Raised) -> Sequence[str]:
        """The names that a line could mean: those of its function and of its file, and the constants."""
        own = [
            name
            for name, spots in self._index.items()
            if any(spot.kind in _RUNS and _is_in(spot.file, raised.file or "") for spot in spots)
        ]
        inner: set[str] = set()
        for cell, one in self._parts:
            if isinstance(one, Statement) and cell.file == raised.file and raised.line in range(one.line, one.last + 1):
                inner |= {part.arg for part in ast.walk(one.node) if isinstance(part, ast.arg)}
                named = (part for part in ast.walk(one.node) if isinstance(part, ast.Name))
                inner |= {part.id for part in named if isinstance(part.ctx, ast.Store)}
        return sorted({*own, *inner, *_CONSTANTS})

    def _of_name(self, name: str, place: str, chain: int) -> Cause:
        own = [spot for spot in self._spots(name) if _is_in(spot.file, place)]
        for spot in own:
            if failure := self._failure(spot):
                return (_told("cause.name_failed", failure, name=name), *self._because(failure, chain))
        for spot in own:
            if isinstance(spot.node, ast.Delete):
                return (say("cause.name_deleted", name=name, place=spot.place),)
            if spot.kind in {"main", "markdown", "left_out"}:
                return (say(f"cause.name_{spot.kind}", name=name, place=spot.place),)
        return self._of_name_elsewhere(name, place, is_here=bool(own))

    def _of_name_elsewhere(self, name: str, place: str, *, is_here: bool) -> Cause:
        """The sentence about a name by star imports of this file, and by other files."""
        stars = [spot for spot in self._spots("*") if _is_in(spot.file, place)]
        if stars and (failures := [failure for spot in stars if (failure := self._failure(spot))]):
            return (_told("cause.perhaps", failures[0]),)
        spots = [spot for spot in self._spots(name) if not _is_in(spot.file, place)]
        others = [spot for spot in spots if spot.kind in {"module", "unreadable"}]
        for spot in others if stars else ():
            if failure := self._failure(spot):
                return (_told("cause.star_failed", failure, name=name),)
        if others and not is_here and not stars:
            return (say("cause.elsewhere", name=name, place=others[0].place),)
        return ()

    def _because(self, failure: Note, chain: int) -> Cause:
        """The cause behind a statement that failed because a name was missing."""
        if chain and (found := _matched(failure, "NameError", _NO_NAME)):
            return self._of_name(found[1], failure.file, chain - 1)
        if found := _matched(failure, "ImportError", _NOT_IMPORTED):
            for spot in self._spots(found[1]):
                if not _is_in(spot.file, failure.file) and (other := self._failure(spot)):
                    return (_told("cause.failure", other),)
        return ()

    def _of_call(self, raised: Raised) -> Cause:
        line = self._line(raised)
        for name in re.findall(r"\b([A-Za-z_]\w{0,99})[ \t]*\(", line[:1000]):
            spots = [
                spot for spot in self._spots(name) if spot.kind == "module" and _is_in(spot.file, raised.file or "")
            ]
            is_function = [isinstance(spot.node, ast.FunctionDef | ast.ClassDef) for spot in spots]
            if len(spots) > 1 and is_function[0] and not is_function[-1]:
                return (say("cause.overwritten", name=name, place=spots[0].place, other=spots[-1].place),)
        return ()

    def _line(self, raised: Raised) -> str:
        for file in self._tree.files:
            for cell in file.cells:
                if cell.file == raised.file and raised.line:
                    lines = cell.source.split("\n")[raised.line - cell.first_line :][:1]
                    return lines[0] if lines else ""
        return ""

    def _unnamed(self, defining: Collection[str]) -> Cause:
        """The failures that might hide any name: a failed star import, or a file that could not be read to its end."""
        failures = [failure for failure in self._failures if failure.file in defining][-1:]
        failures += [failure for spot in self._spots("*") if (failure := self._failure(spot))]
        return self._unread() or next(((_told("cause.perhaps", failure),) for failure in failures), ())

    def _unread(self) -> Cause:
        """A file that could not be read: nobody knows what it defines."""
        unread = {file.path for file in self._tree.files if not file.cells}
        return next(((_told("cause.perhaps", failure),) for failure in self._failures if failure.file in unread), ())

    def _failure(self, spot: Spot) -> Note | None:
        if spot.kind not in {"module", "block", "unreadable"}:
            return None
        lines = range(spot.first, spot.last + 1)
        found = [note for note in self._failures if note.file == spot.file and (note.line or 0) in lines]
        # Of an import of several names each may have failed by itself.
        own = [
            note
            for note in found
            if not (other := _matched(note, "ImportError", _NOT_IMPORTED)) or other[1] == spot.name
        ]
        return next(iter(own), None) if isinstance(spot.node, ast.ImportFrom) else next(iter(found), None)

    # ------------------------------------------------------------ reading

    def _spots(self, name: str) -> Sequence[Spot]:
        return self._index.get(name, ())

    @functools.cached_property
    def _definitions(self) -> Counter[str]:
        """How often a function of each name is written down, anywhere."""
        cells = (*(cell for cell, _ in self._code), *self._asides)
        return Counter(name for cell in cells for name in _DEF.findall(cell.source))

    @functools.cached_property
    def _index(self) -> Mapping[str, Sequence[Spot]]:
        """Every spot by its name, in the order of the files; code that never runs comes last."""
        index: dict[str, list[Spot]] = defaultdict(list)
        for cell, one in self._parts:
            for spot in _spots_in(cell, one):
                index[spot.name].append(spot)
        code = [cell for cell, _ in self._code]
        never_run: tuple[tuple[Kind, re.Pattern[str], Iterable[Cell]], ...] = (
            ("markdown", _DEFINED, self._asides),
            ("left_out", _DEFINED, [cell for cell, notebook in self._code if notebook and is_left_out(cell.source)]),
            ("comment", _COMMENTED, code),
        )
        for kind, pattern, cells in never_run:
            for spot in (spot for cell in cells for spot in _defined(cell, pattern, kind)):
                index[spot.name].append(spot)
        return index

    @functools.cached_property
    def _parts(self) -> Sequence[tuple[Cell, Statement | NoPython]]:
        """The statements of the files."""
        return [(cell, one) for cell, notebook in self._code for one in statements(cell, notebook)]

    @functools.cached_property
    def _code(self) -> Sequence[tuple[Cell, bool]]:
        """The cells of the files that are not too long, and whether they are of a notebook."""
        files = _that_fit(self._tree.files, lambda file: file.characters)
        return [(cell, file.is_notebook) for file in files for cell in file.cells]

    @functools.cached_property
    def _asides(self) -> Sequence[Cell]:
        """The cells that are no code, as far as those are not too long."""
        return list(_that_fit(self._tree.asides, lambda cell: len(cell.source)))


def _that_fit(things: Iterable[T], size: Callable[[T], int]) -> Iterator[T]:
    """The things for which there is room, in their order."""
    room = _MAX_CHARACTERS
    for thing in things:
        if size(thing) <= room:
            room -= size(thing)
            yield thing


def _spots_in(cell: Cell, one: Statement | NoPython) -> Iterator[Spot]:
    if isinstance(one, Statement):
        for binding in bindings(one.node):
            yield _spot(cell, one, binding)
        return
    lines = cell.source.split("\n")[one.first - cell.first_line : one.last - cell.first_line + 1]
    for line in lines:
        if found := _BINDS.match(line):
            for name in _NAME.findall(found[found.lastindex or 0]):
                yield Spot(name, cell.file, one.first, one.last, "unreadable")


def _spot(cell: Cell, one: Statement, binding: Binding) -> Spot:
    node = binding.node
    if binding.place == "module":
        kind: Kind = "module" if node is one.node or not isinstance(node, DefinitionNode) else "block"
        return Spot(binding.name, cell.file, one.line, one.last, kind, node)
    return Spot(binding.name, cell.file, node.lineno, node.end_lineno or node.lineno, binding.place, node)


def _defined(cell: Cell, pattern: re.Pattern[str], kind: Kind) -> Iterator[Spot]:
    for number, line in enumerate(cell.source.split("\n"), start=cell.first_line):
        if found := pattern.match(line):
            yield Spot(found[1], cell.file, number, number, kind)


def _is_in(place: str, other: str) -> bool:
    """Are two places in one file? A notebook's cells are."""
    return place.partition("[")[0] == other.partition("[")[0]


def _is_module(file: str, name: str) -> bool:
    return f"/{file.removesuffix('.py')}".endswith(f"/{name.replace('.', '/')}")


def _told(identity: str, failure: Note, **arguments: str) -> Said:
    """The sentence about a statement that failed, or about a file that could not be read."""
    place = say("cause.in", file=failure.file)
    if failure.line:
        place = say("cause.at", file=failure.file, line=failure.line)
    return say(identity, **arguments, place=place, failure=failure.said)


def _matched(failure: Note, exception: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """The pattern found in a failure's message, where it is an exception of this type."""
    message = failure.said.argument("message")
    is_one = failure.said.argument("exception") == exception and isinstance(message, str)
    return pattern.match(str(message)) if is_one else None


def _own_line(failure: Note) -> int | None:
    """The line that a failure is about: within a statement that is no Python in itself, the one that Python names."""
    found = _LINE.search(str(failure.said.argument("message")))
    return int(found[1]) if found and failure.said.argument("exception") == "SyntaxError" else failure.line


def _may_go_on(line: str) -> bool:
    """May a line belong to a definition that began before it? One at the margin ends it, unless it is a bracket's."""
    return not line.strip() or line[0] in " \t)]}#"
