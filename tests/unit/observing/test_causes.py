"""What the source says of an exception: the statement that should have given a missing name its meaning."""

import sys

import pytest

from grader.course.phrasebook import Phrasebook
from grader.inside.values import Raised
from grader.inside.wire import Cell, Note, SourceFile
from grader.observing import causes
from grader.observing.causes import Causes
from tests.support import COURSE
from tests.unit.observing.test_definitions import failure, tree_of
from tests.unit.records import one_file

text = COURSE.language.text

USES = "def f(x):\n    return leaf(x)\n"


def said(source: str, *notes: Note, message: str = "name 'leaf' is not defined", line: int = 0, **more: str) -> str:
    """What is said of an exception in `f`, which stands at the end of a.py; `more` are other files."""
    others = [one_file(f"{name}.py", text) for name, text in more.items()]
    tree = tree_of(one_file("a.py", source + USES), *others)
    kind = "NameError" if message.startswith("name") else "TypeError"
    raised = Raised(exception=kind, message=message, file="a.py", line=line or (source + USES).count("\n"))
    return text(Causes(tree, notes).of_exception(raised))


def test_a_missing_name_is_joined_to_the_statement_that_failed() -> None:
    """Of several failures the one that binds the name; where that lacked a name itself, also the one before."""
    notes = (failure(1, "ModuleNotFoundError: No module named 'a'"), failure(2, "ImportError: no leaf"))
    assert said("import a\nfrom b import leaf\n", *notes) == (
        "leaf should come from a.py, line 2, which failed: ImportError: no leaf."
    )
    chained = (failure(1, "ModuleNotFoundError: no"), failure(2, "NameError: name 'make' is not defined"))
    assert said("from b import make\nleaf = make()\n", *chained) == (
        "leaf should come from a.py, line 2, which failed: NameError: name 'make' is not defined."
        " make should come from a.py, line 1, which failed: ModuleNotFoundError: no."
    )


@pytest.mark.parametrize(
    "before",
    ["", "import torch\n\n", "x = (\n    1\n)\n", "@decorated\n", "def g():\n    return 1\n"],
)
def test_a_definition_is_found_by_its_line(before: str) -> None:
    """The whole of it, at its own lines: over several ones, with brackets, comments and texts at the margin."""
    function = 'def f(\n    x,\n):\n    """A text\nat the margin."""\n# A comment.\n\n    return [\n        x\n]\n'
    known = Causes(tree_of(one_file("a.py", f"{before}{function}y = f(1)\n")), ())
    line = before.count("\n") + 1
    found = known.source_of("f", "a.py", line if "@" not in before else line - 1) or known.source_of("f", "a.py", line)
    assert found is not None
    assert (found.lineno, found.body[-1].lineno) == (line, line + 7)
    assert known.source_of("g2", "a.py", line) is None
    assert known.source_of("f", "b.py", line) is None


def test_a_definition_that_is_too_long_is_not_parsed() -> None:
    """Nor by itself: whoever wrote it decides how long it is, and not how much memory that takes here."""
    lines = "    x = 1\n"
    sources = {size: f"def f(x):\n{lines * (size // len(lines))}" for size in (1000, 500_000)}
    found = {
        size: Causes(tree_of(one_file("a.py", source)), ()).source_of("f", "a.py", 1)
        for size, source in sources.items()
    }
    assert [size for size, node in found.items() if node is not None] == [1000]


def test_the_line_that_raised_is_known_by_its_text() -> None:
    """Also in a cell that does not begin with its file's first line; where there is no such line, it is nothing."""
    later = Cell(file="b.py", source="x = 1\n  y = x + 1\n", first_line=5)
    known = Causes(tree_of(one_file("a.py", USES), SourceFile(path="b.py", stem="b", cells=(later,))), ())
    assert known.line_of("a.py", 2) == "return leaf(x)"
    assert known.line_of("b.py", 6) == "y = x + 1"
    places = [("a.py", 9), ("b.py", 1), ("c.py", 1), ("a.py", None), (None, None), (None, 1)]
    assert [known.line_of(*place) for place in places] == [""] * 6
    long = Causes(tree_of(one_file("a.py", f"x = '{'y' * 999}'")), ())
    assert len(long.line_of("a.py", 1)) == 200


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("if __name__ == '__main__':\n    leaf = 3\n", "a.py, line 2 has leaf below `if __name__"),
        ("leaf = 3\ndel leaf\n", "leaf is deleted in a.py, line 2."),
        ("def other():\n    leaf = 3\n", ""),
        ("", ""),
    ],
)
def test_a_missing_name_is_joined_to_what_did_not_run(source: str, expected: str) -> None:
    """Below the main guard, or deleted; a local variable of another function is no such place."""
    assert said(source).startswith(expected)
    assert bool(said(source)) is bool(expected)


def test_a_newer_library_is_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was imported, or asked for as an attribute, while the function ran."""
    monkeypatch.setattr(sys, "version_info", (3, 11, 0))
    message = "cannot import name 'batched' from 'itertools' (unknown location)"
    assert said("", message=message) == (
        "What it asks for is missing (this looks written for Python 3.12 or newer; Python 3.11 graded it)."
    )


def test_a_name_of_another_file_is_told() -> None:
    """It is there, and nobody imported it."""
    expected = "leaf is defined in b.py, line 1, and this file does not import it."
    assert said("", b="def leaf(x):\n    return x\n") == expected


def test_a_name_that_an_import_lacks_is_followed() -> None:
    """Into the file that should have defined it; also where it is asked for as an attribute."""
    lacks = failure(1, "ImportError: cannot import name 'leaf' from 'b' (b.py)")
    slip = failure(1, "SyntaxError: expected ':'", "b.py")
    told = said("from b import leaf\n", lacks, slip, b="def leaf(x)\n    return x\n")
    assert told.endswith("The cause is in b.py, line 1: SyntaxError: expected ':'")
    tree = tree_of(one_file("a.py", "import b\n" + USES), one_file("b.py", "def leaf(x)\n    return x\n"))
    raised = Raised(exception="AttributeError", message="module 'b' has no attribute 'leaf'", file="a.py", line=3)
    assert text(Causes(tree, (slip,)).of_exception(raised)) == "The cause is in b.py, line 1: SyntaxError: expected ':'"


def test_a_name_with_another_meaning_is_told() -> None:
    """A function's name that was given to something else below."""
    source = "def leaf(x):\n    return x\nleaf = leaf(3)\n"
    expected = "leaf is a function in a.py, line 1, and gets another meaning in a.py, line 3."
    assert said(source, message="'int' object is not callable") == expected
    assert said("def leaf(x):\n    return x\n", message="'int' object is not callable") == ""
    assert said(source, message="unsupported operand") == ""


def test_cells_of_a_notebook_are_one_file() -> None:
    """A name that an earlier cell should have given."""
    cells = (Cell(file="n.ipynb[cell 1]", source="from b import leaf"), Cell(file="n.ipynb[cell 2]", source=USES))
    tree = tree_of(SourceFile(path="n.ipynb", stem="n", cells=cells))
    raised = Raised(exception="NameError", message="name 'leaf' is not defined", file="n.ipynb[cell 2]", line=2)
    note = failure(1, "ImportError: no", "n.ipynb[cell 1]")
    assert "n.ipynb[cell 1], line 1" in text(Causes(tree, (note,)).of_exception(raised))


def test_an_exception_outside_the_submission_has_no_such_cause() -> None:
    """A refused call, say."""
    raised = Raised(exception="NameError", message="name 'leaf' is not defined")
    assert Causes(tree_of(one_file("a.py", "del leaf")), ()).of_exception(raised) == ()


PIECES = (
    "\n",
    "x = 1\n",
    "def f(x):\n    return x\n",
    "def f(x:\n",
    "# def f(x): return x\n",
    "(",
    "'''\n",
    "import a, b\n",
)


@pytest.mark.parametrize("piece", PIECES)
def test_work_grows_with_the_source(piece: str) -> None:
    """Twice as long a source takes at most about twice as many steps, whatever it repeats."""
    steps = []
    for count in (300, 600):
        tree = tree_of(one_file("a.py", piece * count))
        notes = tuple(failure(line) for line in range(1, 30))
        seen = 0

        def count_calls(*_: object) -> None:
            nonlocal seen
            seen += 1

        sys.setprofile(count_calls)
        try:
            Causes(tree, notes).of_absence("f")
        finally:
            sys.setprofile(None)
        steps.append(seen)
    assert steps[1] <= 2.2 * steps[0] + 200


def test_what_is_too_long_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor searched for what it has in comments. That takes much memory; the sentence is worth less."""
    parsed: list[int] = []

    def parse(cell: Cell, notebook: bool) -> list[object]:
        parsed.append(len(cell.source))
        return []

    monkeypatch.setattr(causes, "statements", parse)
    tree = tree_of(
        one_file("a.py", "x = 1\n" * 50_000),
        one_file("b.py", "# def f(x):\nx = 1\n" * 20_000),
        one_file("c.py", "y = 1"),
    )
    assert Causes(tree, ()).of_absence("f") == ()
    assert parsed == [300_000, 5]


@pytest.mark.parametrize(
    ("exception", "message", "near"),
    [
        ("AttributeError", "'Tensor' object has no attribute 'gard'", "grad"),
        ("AttributeError", "'Tensor' object has no attribute 'zero'", "zero_"),
        ("AttributeError", "'list' object has no attribute 'zero_grad'", None),
        ("AttributeError", "module 'torch' has no attribute 'backwrd'", "backward"),
        ("TypeError", "Tensor.backward() got an unexpected keyword argument 'retaingraph'", "retain_graph"),
        ("NameError", "name 'true' is not defined", "True"),
        ("NameError", "name 'leaf' is not defined", None),
        ("AttributeError", "'list' object has no attribute 'backward'", None),
        ("ValueError", "'Tensor' object has no attribute 'gard'", None),
    ],
)
def test_a_word_that_is_nearly_known_is_told(exception: str, message: str, near: str | None) -> None:
    """Of the names that learners look for; a name that is one of them is not misspelt."""
    known = ("backward", "grad", "retain_graph", "True", "zeros", "zero_", "zero_grad")
    raised = Raised(exception=exception, message=message, file="a.py", line=1)
    found = Causes(tree_of(), (), Phrasebook(names=known)).of_exception(raised)
    assert [one.argument("near") for one in found] == ([near] if near else [])


@pytest.mark.parametrize(
    ("name", "near"),
    [("param", "params"), ("laef", "leaf"), ("helpr", "helper"), ("pritn", "print"), ("grad_of_x", None)],
)
def test_a_misspelt_name_is_nearly_one_that_the_line_could_mean(name: str, near: str | None) -> None:
    """An argument, a name of the function or the file, or Python's own; no method of a tensor, and nobody else's."""
    source = "def helper():\n    other = 1\ndef f(params):\n    leaf = params\n    return leaf\n"
    raised = Raised(exception="NameError", message=f"name '{name}' is not defined", file="a.py", line=5)
    known = Causes(tree_of(one_file("a.py", source)), (), Phrasebook(names=("grad_fn", "grad")))
    assert [one.argument("near") for one in known.of_exception(raised)] == ([near] if near else [])


def test_what_failed_is_told_in_plain_words() -> None:
    """With its line; what Python says comes last, since it may end in any way."""
    broken = "def f(x)\n    return x\n"
    note = failure(1, "SyntaxError: expected ':'")
    said, line = Causes(tree_of(one_file("a.py", broken)), (note,), COURSE.phrasebook).of_failure("f")
    assert [one.id for one in said] == ["phrase.missing_colon", "cause.failure"]
    assert line == "def f(x)"
