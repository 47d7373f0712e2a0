"""Source becomes statements that can be run one at a time, also where parts of it are no Python."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.inside.source.statements import NoPython, Statement, left_out_lines, raised, statements
from grader.inside.wire import Cell
from grader.words import own_language


def lines(source: str, *, notebook: bool = False, first_line: int = 1) -> list[tuple[int, bool]]:
    """The line of each statement, and whether it could be read."""
    found = statements(Cell(file="a.py", source=source, first_line=first_line), notebook)
    return [(one.line, isinstance(one, Statement)) for one in found]


def test_a_file_is_split_into_statements() -> None:
    """One statement after the other, decorated functions whole."""
    assert lines("import a\n\n@deco\ndef f():\n    pass\nx = (1,\n  2)\n") == [(1, True), (4, True), (6, True)]


def test_a_slip_costs_one_block() -> None:
    """Around a block that is no Python the others are read, with their lines."""
    source = "import a\ndef f(x)\n    return x\n\n@deco\ndef g(x):\n    return x\nclass C:\n    y = 1\nz = [1,\n"
    assert lines(source) == [(1, True), (2, False), (6, True), (8, True), (10, False)]
    assert lines("@deco\ndef g(x)\n    return x\ny = 1\n") == [(2, False), (4, True)]


def test_a_text_over_several_blocks_is_kept_whole() -> None:
    """Lines that look like statements inside a string belong to it."""
    source = 'def broken(:\n    pass\ntext = """\nx = 1\ndef f():\n"""\ny = 2\n'
    assert lines(source) == [(1, False), (3, True), (7, True)]


@pytest.mark.parametrize("source", ["x = 1\ny = 2\n", "x = 1\ndef f(:\n    pass\n"])
def test_lines_are_those_of_the_file(source: str) -> None:
    """A cell that begins further down counts from there, whether it is Python or not."""
    moved = [(line + 9, readable) for line, readable in lines(source)]
    assert lines(source, first_line=10) == moved


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("%matplotlib inline\nif x:\n    !ls\ny = 2\n", [(1, True), (2, True), (4, True)]),
        ("%%bash\nls -l\n", []),
        ("y = (7\n% 2)\n", [(1, True)]),
    ],
)
def test_ipythons_lines_are_left_out(source: str, left: list[tuple[int, bool]]) -> None:
    """Magics and shell lines in a notebook are no Python; a modulo at the start of a line is."""
    assert lines(source, notebook=True) == left


def test_a_file_has_no_magics() -> None:
    """Outside a notebook IPython's lines are slips like any other."""
    assert lines("%matplotlib inline\ny = 2\n") == [(1, False), (2, True)]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("!ls\nx = 1\n%pwd\n", [1, 3]),
        ("%%bash\nls\n!date\n", [1]),
        ("x = (7\n% 2)\n", []),
        ("x = 1\n", []),
    ],
)
def test_ipythons_lines_are_found(source: str, found: list[int]) -> None:
    """Each line that is left out is known; of a cell that is IPython's as a whole, the first one."""
    assert left_out_lines(Cell(file="a", source=source)) == found
    assert left_out_lines(Cell(file="a", source=source, first_line=5)) == [line + 4 for line in found]


@given(st.text(max_size=200))
def test_any_text_is_split(source: str) -> None:
    """No text makes the splitter raise; what cannot be read has a line and a reason."""
    for one in statements(Cell(file="a.py", source=source.replace("\0", "")), notebook=True):
        assert one.line >= 1
        if isinstance(one, NoPython):
            assert own_language().say(one.reason)


def test_a_reason_is_short() -> None:
    """Also where a parser repeats what it cannot read: the worker's note has to fit into a message."""
    assert own_language().say(raised("SyntaxError", "x" * 5000)) == f"SyntaxError: {'x' * 400}"
    assert own_language().say(raised("SyntaxError", "")) == "SyntaxError"


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("(" * 5000, (NoPython,)),
        ("x = " + "-" * 50_000 + "1", (NoPython,)),
        ("[" * 150 + "]" * 150, (Statement, NoPython)),  # near the limit, where versions of Python differ
    ],
)
def test_hostile_nesting_is_unreadable(source: str, kinds: tuple[type, ...]) -> None:
    """What overwhelms the parser is told like any other slip."""
    [one] = statements(Cell(file="a", source=source), notebook=False)
    assert isinstance(one, kinds)
    assert one.line == 1


@pytest.mark.parametrize(
    ("source", "only_defines"),
    [
        ("def f(x): return x", True),
        ("def f(x: torch.Tensor, *, y: 'int') -> list[int]: return x", True),
        ("'a text'", True),
        ("def f(x=exit()): return x", False),
        ("def f(*, x=exit()): return x", False),
        ("def f(x: exit()): return x", False),
        ("def f(x) -> exit(): return x", False),
        ("@exit\ndef f(x): return x", False),
        ("class C: exit()", False),
        ("x = 1", False),
        ("import os", False),
        ("exit()", False),
    ],
)
def test_only_what_runs_nothing_goes_unannounced(source: str, only_defines: bool) -> None:
    """A statement that could hang or end the process is announced before it runs; a plain function is not."""
    [statement] = statements(Cell(file="a.py", source=source), notebook=False)
    assert isinstance(statement, Statement)
    assert statement.only_defines is only_defines
