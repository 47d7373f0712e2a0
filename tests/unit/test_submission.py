"""Reading what was handed in: any bytes are text, cells, or a refusal in words."""

import contextlib
import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import SubmissionError, UsageError
from grader.submission import read_submission
from grader.submission.decode import decode_python
from grader.submission.notebook import read_notebook
from grader.submission.read import MAX_FILE_BYTES, MAX_FILES
from grader.wire import Cell
from grader.worker.statements import Statement, Unreadable, magics, statements

SOURCE = "x = 'é'\n"


@pytest.mark.parametrize(
    ("data", "noted"),
    [
        (SOURCE.encode(), False),
        (b"\xef\xbb\xbf" + SOURCE.encode(), False),
        (SOURCE.replace("\n", "\r\n").encode(), False),
        (SOURCE.replace("\n", "\r").encode(), False),
        (SOURCE.encode("utf-16"), True),
        (SOURCE.encode("latin-1"), True),
    ],
)
def test_every_usual_encoding_is_read(data: bytes, noted: bool) -> None:
    """Byte order marks, line ends and foreign encodings change nothing; a guess is noted."""
    text, note = decode_python(data)
    assert text == SOURCE
    assert bool(note) is noted


def test_a_coding_line_is_honoured() -> None:
    """Python's own declaration of the encoding."""
    text, note = decode_python(b"# -*- coding: cp1252 -*-\nx = '\x80'\n")
    assert "€" in text
    assert note is None


@given(st.binary(max_size=300))
def test_any_bytes_are_text(data: bytes) -> None:
    """No bytes make the decoder raise, and no text has NUL or carriage returns."""
    text, _ = decode_python(data)
    assert "\0" not in text
    assert "\r" not in text


@given(st.binary(max_size=300) | st.text(max_size=50).map(str.encode))
def test_any_bytes_are_cells_or_a_refusal(data: bytes) -> None:
    """No bytes make the notebook reader raise anything but a sentence."""
    with contextlib.suppress(SubmissionError):
        read_notebook("a.ipynb", data)


@pytest.mark.parametrize(
    "document",
    [
        "[1]",
        "3",
        "{}",
        '{"cells": 3, "nbformat": 4}',
        '{"cells": [{"cell_type": "code"}], "nbformat": 4}',
        "[" * 100_000,
        json.dumps({"nbformat": 99, "nbformat_minor": 0, "cells": [], "metadata": {}}),
    ],
)
def test_what_only_looks_like_a_notebook_is_refused_or_empty(document: str) -> None:
    """Broken notebooks end in a sentence with the file's name."""
    try:
        cells = read_notebook("mine.ipynb", document.encode())
    except SubmissionError as error:
        cells, said = (), str(error)
    else:
        said = "mine.ipynb is not a notebook, or has no cells"
    assert cells == ()
    assert "mine.ipynb is not a notebook" in said


def test_an_old_notebook_is_read() -> None:
    """Format 3 is converted."""
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {},
        "worksheets": [{"cells": [{"cell_type": "code", "input": "x = 1", "language": "python", "outputs": []}]}],
    }
    [cell] = read_notebook("old.ipynb", json.dumps(old).encode())
    assert cell == Cell(file="old.ipynb[cell 1]", source="x = 1")


def test_a_folder_is_read_in_a_fixed_order(tmp_path: Path) -> None:
    """Python files at any depth, sorted; hidden and tools' folders are left out, and so are other files."""
    for name in ("b.py", "a.py", "sub/c.py", ".git/d.py", "__pycache__/e.py", "venv/f.py", ".g.py", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x = 1\n")
    tree = read_submission(tmp_path)
    assert [file.path for file in tree.files] == ["a.py", "b.py", "sub/c.py"]
    assert [file.stem for file in tree.files] == ["a", "b", "c"]
    assert tree.notes == ()


def test_the_digest_is_of_paths_and_bytes(tmp_path: Path) -> None:
    """The same files have the same digest; another name or another byte changes it."""
    (tmp_path / "a.py").write_text("x = 1\n")
    first = read_submission(tmp_path).digest
    assert read_submission(tmp_path).digest == first
    (tmp_path / "a.py").write_text("x = 2\n")
    second = read_submission(tmp_path).digest
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    assert len({first, second, read_submission(tmp_path).digest}) == 3


def test_what_is_too_large_is_left_out_with_a_note(tmp_path: Path) -> None:
    """One file over the limit, or too many files: the rest is read, and a note says what is missing."""
    (tmp_path / "large.py").write_bytes(b"#" * (MAX_FILE_BYTES + 1))
    (tmp_path / "small.py").write_text("x = 1\n")
    tree = read_submission(tmp_path)
    assert [len(file.cells) for file in tree.files] == [0, 1]
    assert "large.py was left out" in tree.notes[0].text
    for index in range(MAX_FILES):
        (tmp_path / f"n{index}.py").touch()
    assert "only the first" in read_submission(tmp_path).notes[0].text


@pytest.mark.skipif(sys.platform == "win32", reason="needs a FIFO")
def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    """Reading a FIFO would wait forever."""
    os.mkfifo(tmp_path / "pipe.py")
    assert "not a regular file" in read_submission(tmp_path).notes[0].text


@pytest.mark.skipif(sys.platform == "win32", reason="such a name is not possible there")
def test_names_are_shown_harmless(tmp_path: Path) -> None:
    """Control characters in a name are escaped."""
    (tmp_path / "a\x1b[31m\n.py").write_text("")
    assert read_submission(tmp_path).files[0].path == "a\\x1b[31m\\x0a.py"


@pytest.mark.parametrize("name", ["nowhere", "notes.txt"])
def test_what_is_no_submission_is_refused(name: str, tmp_path: Path) -> None:
    """A path that does not exist, or a file of another kind."""
    (tmp_path / "notes.txt").touch()
    with pytest.raises(UsageError, match=name):
        read_submission(tmp_path / name)


# ---------------------------------------------------------------- statements


def lines(source: str, *, notebook: bool = False) -> list[tuple[int, bool]]:
    """The line of each statement, and whether it could be read."""
    found = statements(Cell(file="a.py", source=source), notebook)
    return [(one.line, isinstance(one, Statement)) for one in found]


def test_a_file_is_split_into_statements() -> None:
    """One statement after the other, decorated functions whole."""
    assert lines("import a\n\n@deco\ndef f():\n    pass\nx = (1,\n  2)\n") == [(1, True), (4, True), (6, True)]


def test_a_slip_costs_one_block() -> None:
    """Around a block that is no Python the others are read, with their lines."""
    source = "import a\ndef f(x)\n    return x\n\n@deco\ndef g(x):\n    return x\nclass C:\n    y = 1\nz = [1,\n"
    assert lines(source) == [(1, True), (2, False), (6, True), (8, True), (10, False)]


def test_a_text_over_several_blocks_is_kept_whole() -> None:
    """Lines that look like statements inside a string belong to it."""
    source = 'def broken(:\n    pass\ntext = """\nx = 1\ndef f():\n"""\ny = 2\n'
    assert lines(source) == [(1, False), (3, True), (7, True)]


def test_ipythons_lines_are_left_out() -> None:
    """Magics and shell lines in a notebook are no Python; a modulo at the start of a line is."""
    assert lines("%matplotlib inline\nif x:\n    !ls\ny = 2\n", notebook=True) == [(1, True), (2, True), (4, True)]
    assert lines("y = (7\n% 2)\n", notebook=True) == [(1, True)]
    assert magics(Cell(file="a", source="!ls\nx = 1\n  %time y = 2\n")) == [1, 3]
    assert magics(Cell(file="a", source="%%bash\nls\n")) == [1]
    assert magics(Cell(file="a", source="x = (7\n% 2)\n")) == []
    assert lines("%%bash\nls -l\n", notebook=True) == []


@given(st.text(max_size=200))
def test_any_text_is_split(source: str) -> None:
    """No text makes the splitter raise; what cannot be read has a line and a reason."""
    for one in statements(Cell(file="a.py", source=source.replace("\0", "")), notebook=True):
        assert one.line >= 1
        if isinstance(one, Unreadable):
            assert one.reason


@pytest.mark.parametrize("source", ["(" * 5000, "x = " + "-" * 50_000 + "1", "[" * 150 + "]" * 150])
def test_hostile_nesting_is_unreadable(source: str) -> None:
    """What overwhelms the parser is told like any other slip."""
    assert all(isinstance(one, Unreadable | Statement) for one in statements(Cell(file="a", source=source), False))
