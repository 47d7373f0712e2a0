"""Lines of a notebook that are IPython's and no Python: `%matplotlib inline`, `!ls`, a whole `%%bash` cell."""

import ast
import re

_MAGIC = re.compile(r"^\s*[%!]", re.MULTILINE)


def magic_lines(source: str) -> list[int]:
    """The lines of a cell that are IPython's, counted from 0; the first alone of a cell that is as a whole.

    None where the cell is Python as it stands: a line of it may begin with a modulo.
    """
    if not _MAGIC.search(source) or _is_python(source):
        return []
    lines = source.splitlines()
    first = next(index for index, line in enumerate(lines) if line.strip())
    if lines[first].startswith("%%"):
        return [first]
    return [index for index, line in enumerate(lines) if _MAGIC.match(line)]


def without_magics(source: str) -> str:
    """The cell with these lines blanked; nothing of one that is IPython's as a whole."""
    found = frozenset(magic_lines(source))
    if not found:
        return source
    if source.lstrip().startswith("%%"):
        return ""
    return "\n".join(
        _MAGIC.sub(lambda start: start[0][:-1] + "pass #", line) if index in found else line
        for index, line in enumerate(source.splitlines())
    )


def _is_python(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return True
