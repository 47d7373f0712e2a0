"""Any bytes of a notebook are cells, or a refusal in words."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import SubmissionError
from grader.inside.wire import Cell
from grader.submission.notebook import MAX_CELLS, Notebook, read_notebook
from tests.unit.submission.told import refused, words


def notebook(*cells: dict[str, object]) -> bytes:
    """A notebook of these cells, as Jupyter writes it today."""
    complete = [{"metadata": {}, **cell} for cell in cells]
    whole = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": complete}
    return json.dumps(whole).encode()


def code(source: object) -> dict[str, object]:
    """A code cell."""
    return {"cell_type": "code", "execution_count": None, "outputs": [], "source": source}


@given(st.binary(max_size=300) | st.text(max_size=50).map(str.encode))
def test_any_bytes_are_cells_or_a_refusal(data: bytes) -> None:
    """No bytes make the notebook reader raise anything but a sentence."""
    with contextlib.suppress(SubmissionError):
        read_notebook("a.ipynb", data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{", "its JSON is broken"),
        (b"\xff", "its JSON is broken"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b"[1]", "it lacks"),
        (b"3", "it lacks"),
        (b"{}", "it lacks"),
        (b'{"cells": 3, "nbformat": 4}', "it lacks"),
        (b'{"cells": [{"cell_type": "code"}], "nbformat": 4}', "it lacks"),
        (b'{"nbformat": 99, "nbformat_minor": 0, "cells": [], "metadata": {}}', "it lacks"),
    ],
)
def test_what_only_looks_like_a_notebook_is_refused(data: bytes, said: str) -> None:
    """Broken notebooks end in a sentence with the file's name and what is wrong with it."""
    with refused(rf"^mine\.ipynb is not a notebook: {said}"):
        read_notebook("mine.ipynb", data)


def test_a_notebook_may_be_empty() -> None:
    """Without a code cell there is nothing to run, and nothing to refuse."""
    assert read_notebook("a.ipynb", notebook()) == Notebook(cells=(), asides=(), note=None)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_code_cells_are_read_in_order(mark: bytes) -> None:
    """Each is named after its place among the code cells; a source may be text or lines, and a mark is no matter."""
    text: dict[str, object] = {"cell_type": "markdown", "source": "Text."}
    found = read_notebook("a.ipynb", mark + notebook(code("x = 1\n"), text, code(["y = 2\n", "z = 3"])))
    assert found.cells == (
        Cell(file="a.ipynb[cell 1]", source="x = 1\n"),
        Cell(file="a.ipynb[cell 2]", source="y = 2\nz = 3"),
    )


def test_an_old_notebook_is_read() -> None:
    """Format 3 is converted."""
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {},
        "worksheets": [{"cells": [{"cell_type": "code", "input": "x = 1", "language": "python", "outputs": []}]}],
    }
    [cell] = read_notebook("old.ipynb", json.dumps(old).encode()).cells
    assert cell == Cell(file="old.ipynb[cell 1]", source="x = 1")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_an_encoding_that_json_tells_is_read(encoding: str) -> None:
    """As PowerShell writes a notebook, say; a note tells of it."""
    found = read_notebook("a.ipynb", notebook(code("x = 'ä'")).decode().encode(encoding))
    assert found.cells == (Cell(file="a.ipynb[cell 1]", source="x = 'ä'"),)
    assert words(found.note) == f"the file is UTF-{encoding[4:6]}; it was read as such"


def test_a_stray_byte_costs_itself_only() -> None:
    """It is read as Latin-1, and what is UTF-8 around it stays; a note tells of it."""
    found = read_notebook("a.ipynb", notebook(code("x = 'é'")).replace(b"\\u00e9", b"\xc3\xa9 \xe9"))
    assert found.cells[0].source == "x = 'é é'"
    assert words(found.note) == "some bytes are not UTF-8; they were read as Latin-1"


def test_other_cells_that_hold_functions_are_known() -> None:
    """Markdown and raw cells with a definition in them, by their place among the cells that are no code."""
    text: dict[str, object] = {"cell_type": "markdown", "source": "Text with def in it."}
    held: dict[str, object] = {"cell_type": "raw", "source": ["```\n", "def f(x):\n", "    return x\n"]}
    found = read_notebook("a.ipynb", notebook(text, code("y = 1"), held, {"cell_type": "markdown", "source": 3}))
    assert found.asides == (Cell(file="a.ipynb[text cell 2]", source="```\ndef f(x):\n    return x\n"),)


def test_cells_are_counted() -> None:
    """A notebook of more cells than anybody writes is refused: each has a name, which has to be sent."""
    assert len(read_notebook("a.ipynb", notebook(*[code("")] * MAX_CELLS)).cells) == MAX_CELLS
    with refused(f"over {MAX_CELLS} cells"):
        read_notebook("a.ipynb", notebook(*[code("")] * (MAX_CELLS + 1)))
