"""The code cells of a Jupyter notebook.

Only they are looked at. nbformat would convert and validate the whole: seconds for a few MiB, with its own words on
standard error for a reader who did not write the notebook.
"""

import json
from collections.abc import Iterator

from grader.errors import SubmissionError
from grader.submission.decode import harmless
from grader.wire import Cell


def read_notebook(path: str, data: bytes) -> tuple[Cell, ...]:
    """The code cells in order, each named after its place; raises `SubmissionError` for what is no notebook."""
    try:
        sources = [_source(number, source) for number, source in enumerate(_code(_parse(data)), start=1)]
    except SubmissionError as error:
        raise SubmissionError(f"{path} is not a notebook: {error}") from error
    return tuple(
        Cell(file=f"{path}[cell {number}]", source=harmless(source)) for number, source in enumerate(sources, start=1)
    )


def _parse(data: bytes) -> object:
    try:
        # No number matters; as an int, one of many digits would be refused.
        return json.loads(data.decode("utf-8-sig"), parse_int=float)
    except UnicodeDecodeError as error:
        raise SubmissionError("it is not UTF-8") from error
    except ValueError as error:
        raise SubmissionError("its JSON is broken") from error
    except RecursionError as error:
        raise SubmissionError("it is nested too deeply") from error


def _code(document: object) -> Iterator[object]:
    """The sources of the code cells, in format 4, or in 2 and 3, which had cells in sheets and other names."""
    match document:
        case {"nbformat": 4, "cells": [*cells]}:
            yield from _code_of(cells, "source")
        case {"nbformat": 2 | 3, "worksheets": [*sheets]}:
            for sheet in sheets:
                match sheet:
                    case {"cells": [*cells]}:
                        yield from _code_of(cells, "input")
                    case _:
                        raise SubmissionError("it lacks what a notebook has")
        case {"nbformat": float() as number} if number not in {2, 3, 4}:
            raise SubmissionError(f"it lacks a format that is known ({number:g} is not)")
        case _:
            raise SubmissionError("it lacks what a notebook has")


def _code_of(cells: list[object], key: str) -> Iterator[object]:
    for cell in cells:
        match cell:
            case {"cell_type": "code", **fields}:
                yield fields.get(key)
            case {"cell_type": str()}:
                pass
            case _:
                raise SubmissionError("it lacks what a notebook has")


def _source(number: int, source: object) -> str:
    match source:
        case str():
            return source
        case [*lines] if all(isinstance(line, str) for line in lines):
            return "".join(map(str, lines))
        case _:
            raise SubmissionError(f"it lacks the text of its code cell {number}")
