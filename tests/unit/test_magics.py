"""IPython's lines in a notebook's cell."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.magics import magic_lines, without_magics


@pytest.mark.parametrize(
    ("source", "found", "left"),
    [
        ("!ls\nx = 1\n  %time y = 2\n", [0, 2], "pass #ls\nx = 1\n  pass #time y = 2"),
        ("if x:\n    !ls\n", [1], "if x:\n    pass #ls"),
        ("\n%%bash\nls\n!date\n", [1], ""),
        ("x = (7\n% 2)\n", [], "x = (7\n% 2)\n"),
        ("x = (\n", [], "x = (\n"),
        ("%matplotlib inline\nx = (7\n% 2)\n", [0, 2], "pass #matplotlib inline\nx = (7\npass # 2)"),
        ("", [], ""),
    ],
)
def test_they_are_found_and_blanked(source: str, found: list[int], left: str) -> None:
    """Each of them, and nothing of a cell that is Python as it stands; the other lines keep their numbers."""
    assert magic_lines(source) == found
    assert without_magics(source) == left


@given(st.text(alphabet="%!x=1() \n#\x0c", max_size=80))
def test_any_cell_keeps_its_python(source: str) -> None:
    """What is Python stays as it is, whatever its lines begin with."""
    try:
        ast.parse(source)
    except SyntaxError:
        without_magics(source)
    else:
        assert without_magics(source) == source
