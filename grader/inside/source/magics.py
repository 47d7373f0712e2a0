"""IPython's own lines in a notebook's cell, put into Python. The lines around them run as in a notebook.

`%time y = f(x)` and a cell below `%%time` run what they time. `files = !ls` gives a name a value. `!pip install torch`,
`%matplotlib inline`, `f?` and a cell below `%%bash` are left out: nothing that runs later needs them.
"""

import ast
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# A cell without any of these is Python as it stands. Possessive, so that no text makes the search go back.
_SUSPECT = re.compile(
    r"\A\s*+(?:>>>|In \[)|\A[ \t]|^[ \t]*+[%!?]|\?[ \t]*+;?[ \t]*+$|=[ \t]*+[%!]|^(?:pip3?|conda|mamba|uv)[ \t]",
    re.MULTILINE,
)
_CELL = re.compile(r"[ \t]*+%%(\w*+)[ \t]*+(.*)")
_LINE = re.compile(r"([ \t]*+)%{1,2}(\w*+)[ \t]*+(.*)")
_SHELL = re.compile(r"[ \t]*+!")
# IPython takes these for `%pip install ...` where a line begins with them.
_INSTALL = re.compile(r"(?:pip3?|conda|mamba|uv)[ \t]++\w++(?![ \t]*+[=.(])")
_HELP = re.compile(r"[ \t]*+(?:\?{1,2}[\w.*%! \t]*+|[\w.*%\[\]()'\"]++\?{1,2}[ \t]*+;?[ \t]*+)")
_ASSIGNED = re.compile(r"([ \t]*+[^=!%#\s][^=!%#]*+)=[ \t]*+([%!]{1,2})(.*)")
_PROMPT = re.compile(r"\s*+(?:>>> |In \[\d++\]: )")
_PROMPTS = re.compile(r"^[ \t]*+(?:>>> ?|\.\.\. ?|In \[\d++\]: |[ \t]*+\.{3,}+: ?)", re.MULTILINE)
_OPTION = re.compile(r"-\w\S*+[ \t]*+(?:\d++[ \t]*+)?")

_RUN_THEIR_CELL = frozenset({"time", "timeit", "capture", "prun", "debug", "memit", "mprun", "lprun"})
_RUN_THEIR_LINE = frozenset({"time", "prun", "memit"})
_MAX_HEAD = 2000
_BLOCK = re.compile(r"(?:@|def\b|class\b|import\b|from\b)")
_TOKEN = re.compile(
    r"""(?P<comment>\#)|(?P<triple>\"{3}|'{3})|(?P<text>"(?:[^"\\]|\\.)*+"?|'(?:[^'\\]|\\.)*+'?)"""
    r"""|(?P<opens>[(\[{])|(?P<closes>[)\]}])|(?P<joins>\\$)""",
)
_ENDS = {quote: re.compile(rf"\\.|{quote}") for quote in ('"""', "'''")}


@dataclass(frozen=True, slots=True)
class Converted:
    """A cell as Python, line by line where it was. `left_out` are lines, counted from 0, that do nothing there."""

    source: str
    left_out: tuple[int, ...] = ()


def to_python(source: str) -> Converted:
    """The Python of a notebook's cell. A cell that is Python as it stands stays as it is: a line may begin with `%`."""
    if not _SUSPECT.search(source) or _is_python(source):
        return Converted(source)
    source = _without_margin(source)
    lines = source.split("\n")  # as Python counts: a form feed ends no line
    begin = next((index for index, line in enumerate(lines) if line.strip()), 0)
    for magic in _cell_magics(lines[begin:]):
        if magic[1] not in _RUN_THEIR_CELL:
            return Converted("", (begin,))
        lines[begin] = _head(magic[1], magic[2])
        begin += 1
    left_out = tuple(_convert(lines, begin))
    return Converted("\n".join(lines), left_out)


def is_left_out(source: str) -> bool:
    """Does the beginning of a notebook's cell say that all of it is no Python: is it a `%%bash` cell, say?"""
    magics = _cell_magics(source.lstrip()[:_MAX_HEAD].split("\n"))
    return any(magic[1] not in _RUN_THEIR_CELL for magic in magics)


def _cell_magics(lines: Sequence[str]) -> Iterator[re.Match[str]]:
    """The cell magics that a cell begins with: one a line, each for all that is below it."""
    for line in lines:
        if (magic := _CELL.match(line)) is None:
            return
        yield magic


def _without_margin(source: str) -> str:
    """A cell that is indented as a whole, or copied with its prompts: IPython takes both away."""
    if _PROMPT.match(source):
        return _PROMPTS.sub("", source)
    dedented = textwrap.dedent(source)
    return dedented if source[:1].isspace() and _is_python(dedented) else source


def _head(magic: str, rest: str) -> str:
    """The Python of a running cell's first line: `%%timeit` has its set-up there, `%%capture` the name of a box."""
    if magic == "capture":
        box = next((word for word in rest.split() if word.isidentifier()), "")
        return f"{box} = get_ipython().captured()" if box else ""
    begin = _OPTION.sub("", rest)
    return begin if magic == "timeit" and _is_python(begin) else ""


def _convert(lines: list[str], begin: int) -> Iterator[int]:
    """Put IPython's lines into Python, in place; yields those of which nothing is left."""
    reader = _Reader()
    for index in range(begin, len(lines)):
        line = lines[index]
        if not reader.is_at_start(line) or (python := _line(line)) is None:
            reader.read(line)
        else:
            lines[index] = python
            if python.strip() == "pass":
                yield index
            _drop_continuation(lines, index, line)


def _line(line: str) -> str | None:
    """A line of IPython's as Python; None for any other."""
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    if (magic := _LINE.match(line)) is not None:
        return indent + _line_magic(magic[2], magic[3].strip())
    if _SHELL.match(line) or _HELP.fullmatch(line) or _INSTALL.match(line):
        return f"{indent}pass"
    if found := _ASSIGNED.fullmatch(line):
        target, kind, rest = found.groups()
        ask = "getoutput" if kind.startswith("!") else "run_line_magic"
        name, _, timed = rest.strip().partition(" ")
        if not kind.startswith("!") and name in _RUN_THEIR_LINE and _is_python(f"({timed})"):
            return f"{target}= ({timed})"
        return f"{target}= get_ipython().{ask}({rest.strip()!r})"
    return None


def _line_magic(name: str, rest: str) -> str:
    """The Python of `%name rest`: `%time` and the like run a statement, `%run` a file."""
    if name == "run" and rest:
        return f"get_ipython().run_file({rest!r})"
    runs = name in _RUN_THEIR_LINE and rest and not rest.startswith("?")
    return _OPTION.sub("", rest, 1) if runs else "pass"


def _drop_continuation(lines: list[str], index: int, line: str) -> None:
    """A command may go on in the next lines, each joined to the next by a backslash. These lines become empty."""
    while line.endswith("\\") and index + 1 < len(lines):
        index += 1
        line, lines[index] = lines[index], ""
        if not line.endswith("\\"):
            return


class _Reader:
    """Knows where a statement may begin: not inside a bracket, a text over several lines, or a joined line."""

    def __init__(self) -> None:
        self._quote = ""
        self._depth = 0
        self._joined = False

    def is_at_start(self, line: str) -> bool:
        if not self._quote and _BLOCK.match(line):
            self._depth = 0  # a bracket that was never closed is a slip of the block before
        return not self._quote and self._depth == 0 and not self._joined

    def read(self, line: str) -> None:
        """Go over one line, once."""
        at, self._joined = 0, False
        while at < len(line):
            found = (_ENDS[self._quote] if self._quote else _TOKEN).search(line, at)
            if found is None:
                return
            at = found.end()
            if self._quote:
                self._quote = "" if found[0] == self._quote else self._quote
                continue
            match found.lastgroup:
                case "comment":
                    return
                case "triple":
                    self._quote = found[0]
                case "opens":
                    self._depth += 1
                case "closes":
                    self._depth = max(0, self._depth - 1)
                case "joins":
                    self._joined = True
                case _:
                    pass


def _is_python(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return True
