"""Any bytes of a Python file are text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submission.decode import decode_python
from tests.unit.submission.told import words

SOURCE = "x = 'é'\n"


@pytest.mark.parametrize(
    ("data", "noted"),
    [
        (SOURCE.encode(), ""),
        (b"\xef\xbb\xbf" + SOURCE.encode(), ""),
        (SOURCE.replace("\n", "\r\n").encode(), ""),
        (SOURCE.replace("\n", "\r").encode(), ""),
        (SOURCE.encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + SOURCE.encode("utf-16-be"), "UTF-16"),
        (SOURCE.encode("latin-1"), "Latin-1"),
    ],
)
def test_every_usual_encoding_is_read(data: bytes, noted: str) -> None:
    """Byte order marks, line ends and foreign encodings change nothing; a guess is noted."""
    text, note = decode_python(data)
    assert text == SOURCE
    assert bool(note) is bool(noted)
    assert noted in words(note)


def test_a_coding_line_is_honoured() -> None:
    """Python's own declaration of the encoding."""
    text, note = decode_python(b"# -*- coding: cp1252 -*-\nx = '\x80'\n")
    assert "€" in text
    assert note is None


def test_a_mark_outweighs_a_coding_line() -> None:
    """A file with a mark of UTF-8 is UTF-8; Python refuses one that says otherwise, and a note tells of it."""
    text, note = decode_python(b"\xef\xbb\xbf# coding: latin-1\n" + SOURCE.encode())
    assert text.endswith(SOURCE)
    assert words(note) == "its coding line does not fit; the file was read as UTF-8"


@given(st.sampled_from(["", "latin-1", "cp1252", "utf-8", "shift_jis"]), st.integers(0, 3), st.text(max_size=20))
def test_what_python_runs_is_read_as_python_reads_it(encoding: str, line: int, said: str) -> None:
    """The text in a file's literal is the same for the decoder and for Python, wherever the coding line stands."""
    lines = ["", f"x = {ascii(said)[1:-1]!r}", "y = 'é'"]
    lines.insert(line, f"# coding: {encoding}" if encoding else "#")
    data = "\n".join(lines).encode(encoding or "utf-8", errors="replace")
    try:
        theirs = compile(data, "a.py", "exec")
    except (SyntaxError, ValueError):
        return
    ours = compile(decode_python(data)[0], "a.py", "exec")
    assert ours.co_consts == theirs.co_consts


@given(st.binary(max_size=300))
def test_any_bytes_are_text(data: bytes) -> None:
    """No bytes make the decoder raise, and no text has NUL or carriage returns."""
    text, _ = decode_python(data)
    assert "\0" not in text
    assert "\r" not in text
