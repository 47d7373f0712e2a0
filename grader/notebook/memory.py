"""Tells where a notebook's memory, or its file, holds another function than the source that is graded."""

import ast
import inspect
import os
import textwrap
import types
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from grader.errors import SubmissionError
from grader.inside.said import Said, say
from grader.inside.source.bindings import Binding, is_untouched
from grader.notebook.cells import RanCell
from grader.submission.folder import read_regular
from grader.submission.notebook import read_notebook

_MAX_BYTES = 4 << 20
_NOTHING = object()


def differences(name: str, given: str, cells: Sequence[RanCell], namespace: Mapping[str, object]) -> Iterator[Said]:
    """The differences between a function's source and its notebook; `given` are the lines that its stub begins with."""
    graded = _graded(name, given, cells)
    if graded is None:
        if name in namespace and not any(name in cell.defined for cell in cells):
            yield say("notebook.only_memory", function=name)
        return
    cell, binding = graded
    if isinstance(binding.node, ast.Delete):
        return
    thing = namespace.get(name, _NOTHING)
    if thing is _NOTHING:
        yield say("notebook.gone", function=name, cell=cell.cell.file)
    elif _is_another(thing, binding.node):
        yield say("notebook.other", function=name, cell=cell.cell.file)
    if _is_changed(name, cell, binding.node, namespace):
        yield say("notebook.changed", function=name)


def is_known(name: str, cells: Sequence[RanCell], namespace: Mapping[str, object]) -> bool:
    """Has the function been written in a cell that was run, or come into the memory in another way?"""
    return name in namespace or any(name in cell.defined or cell.bindings(name) for cell in cells)


def file_of(namespace: Mapping[str, object]) -> Path | None:
    """The notebook's file, as VS Code, the kernel or Jupyter's server tells it; None where nobody does."""
    for told in (namespace.get("__vsc_ipynb_file__"), namespace.get("__session__"), os.environ.get("JPY_SESSION_NAME")):
        if isinstance(told, str) and told.endswith(".ipynb"):
            return Path(told)
    return None


def _graded(name: str, given: str, cells: Sequence[RanCell]) -> tuple[RanCell, Binding] | None:
    """The binding that is graded, with its cell: the last one, but an answer before an untouched stub."""
    found = [(cell, binding) for cell in cells for binding in cell.bindings(name)]
    answers = [one for one in found if not is_untouched(one[1].node, given)]
    return next(reversed(answers or found), None)


def _is_another(thing: object, node: ast.stmt) -> bool:
    """Does a plain function of the source stand for something else in memory? Of other bindings nobody can tell."""
    if not isinstance(node, ast.FunctionDef) or node.decorator_list:
        return False
    return type(thing) is not types.FunctionType or _source_of(thing) != ast.dump(node)


def _source_of(function: types.FunctionType) -> str | None:
    """A function in memory, as the cell has it that made it; None where no cell has."""
    try:
        (node,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    except (OSError, TypeError, ValueError, SyntaxError):
        return None
    return ast.dump(node)


def _is_changed(name: str, cell: RanCell, node: ast.stmt, namespace: Mapping[str, object]) -> bool:
    """Has the notebook been saved since the cell was run, with another definition in it?"""
    path = file_of(namespace)
    if path is None or cell.began is None:
        return False
    try:
        if path.stat().st_mtime <= cell.began:
            return False
        notebook = read_notebook(path.name, read_regular(path, _MAX_BYTES))
    except (OSError, SubmissionError):
        return False
    saved = [RanCell(number=number, source=one.source) for number, one in enumerate(notebook.cells)]
    there = [binding.node for one in saved for binding in one.bindings(name)]
    return bool(there) and ast.dump(node) not in map(ast.dump, there)
