"""Where a notebook's memory, or its file, differs from the source that is graded."""

import json
import linecache
import os
from pathlib import Path

import pytest

from grader.notebook.cells import RanCell
from grader.notebook.memory import differences, file_of

SOURCE = "def f(x):\n    return 2 * x"
OTHER = "def f(x):\n    return 3 * x"
STUB = "def f(x):\n    raise NotImplementedError"
BEGAN = 1_000_000.0


def cell(source: str, number: int = 1) -> RanCell:
    """A cell that has been run."""
    return RanCell(number=number, source=source, began=BEGAN)


def memory(source: str, name: str = "a cell") -> dict[str, object]:
    """The names that running a source leaves behind; the source is remembered as a kernel remembers it."""
    file = f"<{name}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    namespace: dict[str, object] = {}
    exec(compile(source, file, "exec"), namespace)
    return namespace


def ids(cells: list[RanCell], namespace: dict[str, object], given: str = "") -> list[str]:
    """The ids of what is said."""
    return [said.id for said in differences("f", given, cells, namespace)]


@pytest.mark.parametrize(
    ("source", "remembered"),
    [
        pytest.param(SOURCE, SOURCE, id="the same"),
        pytest.param(SOURCE, SOURCE.replace("x\n", "x  \n").replace("2 * x", "2*x  # double"), id="but for spaces"),
        pytest.param(
            f"if True:\n{SOURCE.replace('def', ' def').replace('    return', '  return')}", None, id="in a block"
        ),
        pytest.param(f"import functools\n@functools.cache\n{SOURCE}", None, id="decorated"),
        pytest.param(f"{OTHER}\ng = f\nf = lambda x: x", None, id="assigned"),
        pytest.param(f"{SOURCE}\ndel f", "", id="deleted in the source, too"),
        pytest.param(f"{SOURCE}\n{STUB}", SOURCE, id="an answer above a stub"),
    ],
)
def test_nothing_is_said_where_both_are_the_same(source: str, remembered: str | None) -> None:
    """Or where nobody can tell, as of a function in a decorator."""
    assert ids([cell(source)], memory(source if remembered is None else remembered)) == []


@pytest.mark.parametrize(
    ("source", "namespace", "said"),
    [
        pytest.param(SOURCE, memory(OTHER, "other"), "notebook.other", id="of another cell"),
        pytest.param(SOURCE, {"f": 7}, "notebook.other", id="no function"),
        pytest.param(SOURCE, {"f": eval("lambda x: 2 * x")}, "notebook.other", id="without a source"),
        pytest.param(SOURCE, {}, "notebook.gone", id="deleted"),
        pytest.param("exec(text)", memory(SOURCE), "notebook.only_memory", id="made by exec"),
    ],
)
def test_a_difference_is_said(source: str, namespace: dict[str, object], said: str) -> None:
    """One sentence, since what the student tries out is not what is graded."""
    assert ids([cell(source)], namespace) == [said]


def test_the_cell_with_the_answer_is_named() -> None:
    """Of several cells, the one that is graded: the last, but an answer before an untouched stub."""
    cells = [cell(OTHER, 3), cell(SOURCE, 5), cell(STUB, 8)]
    (said,) = differences("f", "", cells, {})
    assert said.argument("cell") == "cell [5]"


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A notebook's file, in which the cell has been changed."""
    path = tmp_path / "mine.ipynb"
    cells = [{"cell_type": "code", "source": source} for source in ("import torch", OTHER)]
    path.write_text(json.dumps({"nbformat": 4, "cells": cells}), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("source", "later", "said"),
    [
        pytest.param(SOURCE, 1, ["notebook.changed"], id="saved after the run"),
        pytest.param(SOURCE, -1, [], id="run after it was saved"),
        pytest.param(OTHER, 1, [], id="the same"),
    ],
)
def test_a_cell_that_was_changed_and_not_run_is_told(saved: Path, source: str, later: int, said: list[str]) -> None:
    """A file that was saved after the run shows what stands on the screen."""
    os.utime(saved, (BEGAN + later, BEGAN + later))
    namespace = {**memory(source), "__session__": str(saved)}
    assert ids([cell(source)], namespace) == said


@pytest.mark.parametrize("content", ["", "no JSON", '{"nbformat": 4}', None])
def test_a_file_that_cannot_be_read_tells_nothing(saved: Path, content: str | None) -> None:
    """It may be half written, or gone."""
    saved.unlink()
    if content is not None:
        saved.write_text(content, encoding="utf-8")
    assert ids([cell(SOURCE)], {**memory(SOURCE), "__session__": str(saved)}) == []


def test_the_front_end_tells_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """VS Code by one name, Jupyter by two others; a console's session is no notebook."""
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    assert file_of({}) is None
    assert file_of({"__session__": "/home/ana/console-1"}) is None
    assert file_of({"__vsc_ipynb_file__": "/a.ipynb", "__session__": "/b.ipynb"}) == Path("/a.ipynb")
    assert file_of({"__session__": "/b.ipynb"}) == Path("/b.ipynb")
    monkeypatch.setenv("JPY_SESSION_NAME", "/c.ipynb")
    assert file_of({}) == Path("/c.ipynb")
