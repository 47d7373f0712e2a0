"""Reads source that may be anything: it is parsed, and never run."""

import warnings
from collections.abc import Callable
from typing import TypeVar

from grader.wire import SourceFile

T = TypeVar("T")

# Parsing takes a hundred times the memory of the source.
_MAX_CHARACTERS = 200_000


def read_source(file: SourceFile, read: Callable[[str], T]) -> T | None:
    """What `read` finds by parsing; None where the source is no Python, too long or nested too deeply for a parser.

    What Python has to warn of in it is nothing for whoever runs the grader.
    """
    text = "\n".join(cell.source for cell in file.cells)
    if len(text) > _MAX_CHARACTERS:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return read(text)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return None
