"""Text that disturbs no reader: not the terminal that it is shown on, and not the person who looks at it."""

import codecs
import re

# Where a code page lacks a character of ours, this stands for it. Each is one column wide, and no two mean the same.
_ASCII = {"✓": "+", "✗": "x", "⧗": "T", "‼": "#", "·": ".", "◷": "o", "…": "~"}
_ERRORS = "grader.words.plain"
# GitHub's runner takes `::name::` at the beginning of a line for a command, and `##[name]` anywhere in one.
_AT_BEGINNING = re.compile(r"^(\s*):(?=:)", re.MULTILINE)


def printable(text: str) -> str:
    """A text without characters that cannot be seen, or that move others; line ends and tabs stay.

    Control characters, marks of direction, surrogates and the like are shown as their numbers.
    """
    if text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join(one if one.isprintable() or one in "\n\t" else escaped(one) for one in text)


def escaped(character: str) -> str:
    """A character as its number."""
    return f"\\x{ord(character):02x}"


def without_commands(text: str) -> str:
    """A text for people in which a CI service finds no command, whoever wrote it: one space comes between."""
    return _AT_BEGINNING.sub(r"\1: ", text).replace("##[", "## [")


def encodable(text: str, encoding: str) -> str:
    """A text of which this encoding has every character; an encoding that nobody knows is taken for ASCII."""
    try:
        codecs.lookup(encoding)
    except LookupError:
        encoding = "ascii"
    return text.encode(encoding, errors=_ERRORS).decode(encoding)


def _replaced(error: UnicodeError) -> tuple[str, int]:
    """The text for characters that an encoding lacks: ours in ASCII, all others as their numbers."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_ASCII.get(one) or escaped(one) for one in lacking), error.end


codecs.register_error(_ERRORS, _replaced)
