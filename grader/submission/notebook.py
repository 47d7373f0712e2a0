"""The code cells of a Jupyter notebook, and the other cells that hold functions.

No other part is looked at. The library nbformat would convert and validate the whole, which takes seconds for a few
MiB. It would also write to standard error, for a reader who did not write the notebook.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.errors import SubmissionError
from grader.inside.said import Said, say
from grader.inside.wire import Cell
from grader.submission.decode import decode_json, harmless

MAX_CELLS = 2000
_FUNCTION = re.compile(r"^[ \t>]*+(?:async[ \t]++)?def[ \t]++\w", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Notebook:
    """A notebook's code cells in order, each named after its place. `asides` are other cells that hold functions.

    `note` says where its bytes had to be guessed.
    """

    cells: tuple[Cell, ...]
    asides: tuple[Cell, ...]
    note: Said | None


def read_notebook(path: str, data: bytes) -> Notebook:
    """Read a notebook; raises `SubmissionError` for what is none."""
    text, note = decode_json(data)
    if not text.strip():
        return Notebook(cells=(), asides=(), note=note)
    try:
        found = list(_cells(_parse(text)))
        code = [_source(number, source) for number, source in enumerate(_of(found, code=True), start=1)]
        other = [_text(source) for source in _of(found, code=False)]
    except SubmissionError as error:
        raise SubmissionError(say("note.no_notebook", file=path, reason=error.said)) from error
    asides = [(number, source) for number, source in enumerate(other, start=1) if _FUNCTION.search(source)]
    return Notebook(
        cells=tuple(
            Cell(file=f"{path}[cell {number}]", source=harmless(source)) for number, source in enumerate(code, start=1)
        ),
        asides=tuple(Cell(file=f"{path}[text cell {number}]", source=harmless(source)) for number, source in asides),
        note=note,
    )


def _parse(text: str) -> object:
    try:
        # No number matters; as an int, one of many digits would be refused.
        return json.loads(text, parse_int=float)
    except ValueError as error:
        raise SubmissionError(say("refused.bad_json")) from error
    except RecursionError as error:
        raise SubmissionError(say("refused.nested")) from error


def _cells(document: object) -> Iterator[tuple[bool, object]]:
    """Of each cell whether it is a code cell, and its source, in format 4, or in 2 and 3, which had other names."""
    match document:
        case {"nbformat": 4, "cells": [*cells]}:
            yield from _sources_of(cells, "source")
        case {"nbformat": 2 | 3, "worksheets": [*sheets]}:
            for sheet in sheets:
                match sheet:
                    case {"cells": [*cells]}:
                        yield from _sources_of(cells, "input")
                    case _:
                        pass
        case {"nbformat": float() as number} if number not in {2, 3, 4}:
            raise SubmissionError(say("refused.format", number=number))
        case _:
            raise SubmissionError(say("refused.no_cells"))


def _sources_of(cells: list[object], key: str) -> Iterator[tuple[bool, object]]:
    for cell in cells:
        match cell:
            case {"cell_type": "code", **fields}:
                yield True, fields.get(key)
            case {"cell_type": str(), **fields}:
                yield False, fields.get("source", "")
            case _:
                raise SubmissionError(say("refused.no_cells"))


def _of(found: list[tuple[bool, object]], *, code: bool) -> list[object]:
    sources = [source for is_code, source in found if is_code is code]
    if len(sources) > MAX_CELLS:
        raise SubmissionError(say("refused.many_cells", limit=MAX_CELLS))
    return sources


def _source(number: int, source: object) -> str:
    match source:
        case str():
            return source
        case [*lines] if all(isinstance(line, str) for line in lines):
            return "".join(map(str, lines))
        case _:
            raise SubmissionError(say("refused.no_text", number=number))


def _text(source: object) -> str:
    """The source of a cell that does not run; parts of it that are no text are left out."""
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str))
