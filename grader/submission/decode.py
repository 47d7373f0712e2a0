"""Bytes of a Python file to text: byte order marks, coding lines, line ends, and bytes that are no UTF-8."""

import codecs
import json
import re
import tokenize

from grader.inside.said import Said, say

_MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Python keeps every name of an encoding that it was once asked for, so none may be long.
_FIRST_LINES = 1000
_WITHOUT_OTHERS = bytes(byte if byte < 128 else ord("?") for byte in range(256))
# What a coding line that is written in ASCII has to mean the same in. So `unicode_escape` is none, nor is `rot13`.
_ASCII = "".join(map(chr, range(ord(" "), ord("\\")))) + "]^_`abcxyz{|}~\t\n\\n\\x41\\u0041.xn--4ca"
_BYTE_BY_BYTE = "gradlings.latin1"
_SURROGATES = re.compile("[\ud800-\udfff]")


def decode_python(data: bytes) -> tuple[str, Said | None]:
    """The text, as `harmless` makes it, and a note where something had to be guessed."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return harmless(data.decode(encoding, errors="replace")), say("note.encoding", encoding="UTF-16")
    bare = data.removeprefix(codecs.BOM_UTF8)
    declared = _declared(data)
    if declared and _is_like_ascii(declared) and (text := _decoded(bare, declared)) is not None:
        return harmless(text), None
    if (text := _decoded(bare, "utf-8")) is not None:
        return harmless(text), say("note.coding_line")
    return _mixed(bare)


def decode_json(data: bytes) -> tuple[str, Said | None]:
    """The text of a JSON document, which says by its first bytes how it is encoded, and a note as for Python."""
    encoding = json.detect_encoding(data)
    if encoding in {"utf-8", "utf-8-sig"}:
        bare = data.removeprefix(codecs.BOM_UTF8)
        return (text, None) if (text := _decoded(bare, "utf-8")) is not None else _mixed(bare)
    name = encoding.partition("-le")[0].partition("-be")[0].upper()
    return data.decode(encoding, errors="replace"), say("note.encoding", encoding=name)


def _mixed(data: bytes) -> tuple[str, Said]:
    """The text of bytes that are UTF-8 for the most part: an editor's Latin-1 between them costs nothing else."""
    text = data.decode("utf-8", errors=_BYTE_BY_BYTE)
    return harmless(text), say("note.latin1")


def harmless(text: str) -> str:
    """Source with every line ending in a newline character, and without what cannot be sent or parsed."""
    return _SURROGATES.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""))


def _declared(data: bytes) -> str | None:
    """The encoding that the file declares, by Python's own rule (PEP 263); None where Python knows no such encoding.

    A byte that is not ASCII changes no declaration, and must not hide the declaration in the next line either.
    """
    bare = data.removeprefix(codecs.BOM_UTF8)
    mark = data[: len(data) - len(bare)]
    lines = (mark + bare[:_FIRST_LINES].translate(_WITHOUT_OTHERS)).splitlines(keepends=True)
    try:
        return tokenize.detect_encoding(iter(lines).__next__)[0]
    except SyntaxError:
        return None


def _is_like_ascii(encoding: str) -> bool:
    return _decoded(_ASCII.encode(), encoding) == _ASCII


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _as_latin1(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error(_BYTE_BY_BYTE, _as_latin1)
