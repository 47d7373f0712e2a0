"""A lesson as a notebook with what a student wrote in it, and a new one: its cells are the pieces."""

import itertools
import json
import re
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import nbformat

from grader.errors import UsageError
from grader.inside.said import say
from grader.update.merge import MergedFile, merge
from grader.update.pieces import Piece, in_pieces

# Any: a node of nbformat's is a dictionary whose keys are attributes, too.
_Node = Any

_STUB = "stub-"
_FUNCTION = re.compile(r"^def (\w+)", re.MULTILINE)


def merge_notebooks(path: str, base: bytes, mine: bytes, new: bytes) -> MergedFile:
    """Merge three versions; raises `UsageError` for a student's that cannot be read.

    A cell that changed nowhere is the new lesson's, without results. The kernel stays the one that was chosen.
    """
    student, lesson = _read(path, mine), _read(path, new)
    versions = (_read(path, base).cells if base else [], student.cells, lesson.cells)
    merged = merge(*([_piece(cell) for cell in cells] for cells in versions))
    lesson.cells = list(_with_ids([json.loads(line) for piece in merged.pieces for line in piece.lines]))
    lesson.metadata = student.metadata
    data = (nbformat.writes(nbformat.from_dict(lesson)) + "\n").encode()
    return MergedFile(data=data, kept=merged.kept, both=merged.both)


def _read(path: str, data: bytes) -> _Node:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # old notebooks have no ids
            return nbformat.reads(data.decode(), as_version=nbformat.current_nbformat)
    except Exception as error:  # of a file that anybody may have written
        raise UsageError(say("update.no_notebook", file=path)) from error


def _piece(cell: _Node) -> Piece:
    """A cell with a stub is known by the exercise, which its id tells as long as no program changes that."""
    is_code, source = cell.cell_type == "code", cell.source
    functions = _FUNCTION.findall(source) if is_code else []
    parts = _parts(source) if is_code else []
    name = functions[0] if len(functions) == 1 else None
    if (identity := cell.get("id", "")).startswith(_STUB):
        name = identity.removeprefix(_STUB)
    return Piece(
        lead=["# %%"],
        lines=[json.dumps(cell)],
        content="\n".join([cell.cell_type, *(part.content for part in parts)]) if parts else source.strip(),
        name=name,
        binds=frozenset(name for part in parts for name in part.binds),
        uses=frozenset(name for part in parts for name in part.uses),
        is_function=bool(functions),
    )


def _parts(source: str) -> Sequence[Piece]:
    """The statements of a cell; none where it is no Python, as with a line for IPython in it."""
    try:
        return in_pieces(source)
    except SyntaxError:
        return []


def _with_ids(cells: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The cells, each with an id of its own: those of a student and of a new lesson may have the same."""
    taken = {cell.get("id") for cell in cells}
    free = (name for number in itertools.count(1) if (name := f"cell-{number}") not in taken)
    seen = {None}
    for cell in cells:
        if cell.get("id") in seen:
            cell["id"] = next(free)
        seen.add(cell["id"])
        yield cell
