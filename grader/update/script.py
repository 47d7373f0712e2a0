"""A lesson in plain Python with what a student wrote in it, and a new one."""

from grader.errors import UsageError
from grader.inside.said import say
from grader.update.merge import MergedFile, merge
from grader.update.pieces import in_pieces

_MARK = "\ufeff"


def merge_scripts(path: str, base: bytes, mine: bytes, new: bytes) -> MergedFile:
    """Merge three versions, each in UTF-8; raises `UsageError` for a student's that cannot be read."""
    texts = [_text(path, version) for version in (base, mine, new)]
    try:
        merged = merge(*map(in_pieces, texts))
    except SyntaxError as error:
        raise UsageError(say("update.no_python", file=path, line=error.lineno or 1)) from error
    lines = [line for piece in merged.pieces for line in (*piece.lead, *piece.lines)]
    ends = "\r\n" if b"\r\n" in mine else "\n"
    data = "\n".join(lines).strip("\n") + "\n"
    if data == texts[1]:
        return MergedFile(data=mine, both=merged.both)
    return MergedFile(data=data.replace("\n", ends).encode(), kept=merged.kept, both=merged.both)


def _text(path: str, data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeError as error:
        raise UsageError(say("update.no_utf8", file=path)) from error
    return text.removeprefix(_MARK).replace("\r\n", "\n").replace("\r", "\n")
