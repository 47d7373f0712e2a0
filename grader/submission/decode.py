"""Bytes of a Python file to text: byte order marks, coding lines, line ends, and bytes that are no UTF-8."""

import codecs
import io
import tokenize

_MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decode_python(data: bytes) -> tuple[str, str | None]:
    """The text, with every line ending in a newline character, and a note where something had to be guessed."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _newlines(data.decode(encoding, errors="replace")), "the file is UTF-16; it was read as such"
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return _newlines(data.decode(encoding)), None
    except (SyntaxError, UnicodeDecodeError, LookupError):
        text = data.removeprefix(codecs.BOM_UTF8).decode("latin-1")
        return _newlines(text), "some bytes are not UTF-8; the file was read as Latin-1"


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
