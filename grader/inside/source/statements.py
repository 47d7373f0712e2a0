"""Splits Python source into statements that can be run one at a time, also when parts of it are no Python."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.inside.said import Said, say
from grader.inside.source import newer
from grader.inside.source.magics import to_python
from grader.inside.wire import Cell

_BLOCK_START = re.compile(r"(?!(?:else|elif|except|finally|case)\b)[^\s#)\]}'\"]")
_MAX_SLIPS = 50
_MAX_MESSAGE = 400


@dataclass(frozen=True, slots=True)
class Statement:
    """One top-level statement, ready to be compiled. `line` is where it begins, `last` where it ends."""

    line: int
    node: ast.stmt
    last: int

    @property
    def only_defines(self) -> bool:
        """Can running it neither hang nor end the process: is it a function without decorators and defaults, or a text?

        Names and attributes in annotations are looked up, and not called.
        """
        match self.node:
            case ast.FunctionDef(decorator_list=[], args=ast.arguments(defaults=[], kw_defaults=[*values])):
                if any(value is not None for value in values):
                    return False
                parts = [*ast.walk(self.node.args), *(ast.walk(self.node.returns) if self.node.returns else ())]
                return not any(isinstance(part, ast.Call | ast.Await | ast.NamedExpr) for part in parts)
            case ast.Expr(value=ast.Constant()):
                return True
            case _:
                return False


@dataclass(frozen=True, slots=True)
class NoPython:
    """A stretch of source that is no Python, from line `first` to `last`: the line that the parser names, and why."""

    line: int
    reason: Said
    first: int
    last: int


def raised(exception: str, message: str, too_new: newer.Newer | None = None) -> Said:
    """The sentence about code that could not run, or be read."""
    message = message[:_MAX_MESSAGE]  # a newer parser repeats names of any length
    if not message:
        return say("note.raised_bare", exception=exception)
    if too_new is None:
        return say("note.raised", exception=exception, message=message)
    return say("note.raised_newer", exception=exception, message=message, **too_new)


def statements(cell: Cell, notebook: bool) -> list[Statement | NoPython]:
    """The statements of a cell in order, with line numbers in the file's own count.

    Where the whole file is no Python, each top-level block is parsed for itself, so that one slip costs one block. An
    import of several names is several imports, so that a missing name costs itself only.
    """
    source = to_python(cell.source).source if notebook else cell.source
    parsed = _parse(source, cell.first_line)
    found = list(_salvage(source, cell.first_line)) if isinstance(parsed, NoPython) else parsed
    return [part for one in found for part in _each_import(one)]


def left_out_lines(cell: Cell) -> list[int]:
    """The lines of a notebook's cell that are IPython's and not run, in the file's own count."""
    return [cell.first_line + index for index in to_python(cell.source).left_out]


def _parse(source: str, first_line: int) -> list[Statement | NoPython] | NoPython:
    last = first_line + source.count("\n")
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        line = first_line + (error.lineno or 1) - 1
        reason = raised(type(error).__name__, error.msg, newer.of_line(error.text or ""))
        return NoPython(min(line, last), reason, first_line, last)
    except (ValueError, MemoryError, RecursionError) as error:
        return NoPython(first_line, raised(type(error).__name__, str(error)), first_line, last)
    if first_line > 1:
        for node in body:
            ast.increment_lineno(node, first_line - 1)
    return [Statement(node.lineno, node, node.end_lineno or node.lineno) for node in body]


def _each_import(found: Statement | NoPython) -> Iterator[Statement | NoPython]:
    match found:
        case Statement(node=ast.Import(names=[_, _, *_]) | ast.ImportFrom(names=[_, _, *_]) as node):
            for alias in node.names:
                one: ast.stmt = (
                    ast.Import(names=[alias])
                    if isinstance(node, ast.Import)
                    else ast.ImportFrom(module=node.module, names=[alias], level=node.level)
                )
                yield Statement(found.line, ast.copy_location(one, node), found.last)
        case _:
            yield found


def _salvage(source: str, first_line: int) -> Iterator[Statement | NoPython]:
    """Read around what is no Python: up to the block that the parser stops at, and on from the one after it.

    A block begins at the left margin. Each slip costs one more look at what follows, so there are not too many.
    """
    lines = source.split("\n")
    begins = [index for index, line in enumerate(lines) if index == 0 or _begins(line, lines[index - 1])]
    start = 0
    for _ in range(_MAX_SLIPS):
        found = _parse("\n".join(lines[start:]), first_line + start)
        if not isinstance(found, NoPython):
            yield from found
            return
        at = found.line - first_line
        block = max((one for one in begins if start <= one <= at), default=start)
        before = _parse("\n".join(lines[start:block]), first_line + start) if block > start else []
        if isinstance(before, NoPython):  # what is wrong begins further up
            block, before = start, []
        following = next((one for one in begins if one > max(at, block)), len(lines))
        yield from before
        yield NoPython(found.line, found.reason, first_line + block, first_line + following - 1)
        start = following
        if start == len(lines):
            return
    rest = first_line + start
    yield NoPython(rest, say("note.unread_lines"), rest, first_line + len(lines) - 1)


def _begins(line: str, before: str) -> bool:
    """Does a block begin with this line? Not within one: below a decorator, or with what goes on with a block."""
    return _BLOCK_START.match(line) is not None and not before.startswith("@")
