"""Reading source that may be anything."""

import ast
import warnings

import pytest
from msgspec.structs import replace

from grader.inside.wire import Cell, SourceFile
from grader.submission.source import read_source
from tests.unit.records import one_file


def test_what_was_found_is_passed_on() -> None:
    """What `read` returns is passed on."""
    assert read_source(one_file("mine.py", "x = 1"), str.upper) == "X = 1"


def test_ipythons_lines_of_a_notebook_are_left_out() -> None:
    """Cell by cell, as they are where it runs; outside a notebook they are slips."""
    cells = (Cell(file="a, cell 1", source="%time\nx = 1"), Cell(file="a, cell 2", source="%%bash\nls"))
    notebook = SourceFile(path="a.ipynb", stem="a", cells=cells)
    assert read_source(notebook, lambda text: len(ast.parse(text).body)) == 2
    assert read_source(replace(notebook, path="a.py"), ast.parse) is None


@pytest.mark.parametrize(
    "source", ["x = (", "x\0", "x = " + "(" * 100_000, "x = " + "-" * 100_000 + "1", "x" * 200_001]
)
def test_what_a_parser_cannot_take_is_nothing(source: str) -> None:
    """No Python, a null byte, too deep, too long."""
    assert read_source(one_file("mine.py", source), ast.parse) is None


def test_warnings_of_a_submission_reach_nobody() -> None:
    """An unknown escape, as in a formula of a docstring, is no word to whoever runs the grader."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert read_source(one_file("mine.py", "'\\d'\n"), ast.parse) is not None
        assert seen == []
        ast.parse("'\\d'\n")
        assert seen != []
