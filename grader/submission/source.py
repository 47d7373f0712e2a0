"""Reads source that may be anything: it is parsed, and never run."""

import ast
import warnings
from collections.abc import Callable, Iterator
from typing import TypeVar

from grader.inside.source.magics import to_python
from grader.inside.wire import SourceFile

T = TypeVar("T")

# Parsing takes a hundred times the memory of the source.
MAX_CHARACTERS = 200_000


def read_source(file: SourceFile, read: Callable[[str], T]) -> T | None:
    """The result of `read`, which parses; None where the source is no Python, too long or nested too deeply.

    IPython's lines in a notebook are left out, as they are where it is run. Python's warnings about the source are
    nothing for the person who runs the grader.
    """
    if file.characters > MAX_CHARACTERS:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return read(
                "\n".join(to_python(cell.source).source if file.is_notebook else cell.source for cell in file.cells)
            )
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return None


def nodes_of(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes of a tree, in no order; `ast.walk` takes twice as long."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for value in vars(node).values():
            if isinstance(value, ast.AST):
                waiting.append(value)
            elif isinstance(value, list):
                waiting += [item for item in value if isinstance(item, ast.AST)]
