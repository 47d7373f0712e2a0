"""Any bytes of a Python file are text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submission.decode import decode_python

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
    assert noted in (note or "")


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
