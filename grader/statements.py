"""Splits Python source into statements that can be run one at a time, also when parts of it are no Python."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader import newer
from grader.magics import to_python
from grader.wire import Cell

_BLOCK_START = re.compile(
    r"(?:@|(?:async\s+def|def|class|from|import|if|for|while|with|try)\b|[A-Za-z_]\w*+[ \t]*+[:=.(\[])"
)
_MAX_BLOCKS = 500
_MAX_JOINED = 20


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
class Unreadable:
    """A stretch of source that is no Python, from line `first` to `last`: the line that the parser names, and why."""

    line: int
    reason: str
    first: int
    last: int


def statements(cell: Cell, notebook: bool) -> list[Statement | Unreadable]:
    """The statements of a cell in order, with line numbers in the file's own count.

    Where the whole file is no Python, each top-level block is parsed for itself, so that one slip costs one block. An
    import of several names is several imports, so that a missing name costs itself only.
    """
    source = to_python(cell.source).source if notebook else cell.source
    parsed = _parse(source, cell.first_line)
    found = list(_salvage(source, cell.first_line)) if isinstance(parsed, Unreadable) else parsed
    return [part for one in found for part in _each_import(one)]


def left_out_lines(cell: Cell) -> list[int]:
    """The lines of a notebook's cell that are IPython's and not run, in the file's own count."""
    return [cell.first_line + index for index in to_python(cell.source).left_out]


def _parse(source: str, first_line: int) -> list[Statement | Unreadable] | Unreadable:
    last = first_line + source.count("\n")
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        line = first_line + (error.lineno or 1) - 1
        reason = f"{type(error).__name__}: {error.msg}{newer.of_line(error.text or '')}"
        return Unreadable(min(line, last), reason, first_line, last)
    except (ValueError, MemoryError, RecursionError) as error:
        return Unreadable(first_line, f"{type(error).__name__}: {error}", first_line, last)
    if first_line > 1:
        for node in body:
            ast.increment_lineno(node, first_line - 1)
    return [Statement(node.lineno, node, node.end_lineno or node.lineno) for node in body]


def _each_import(found: Statement | Unreadable) -> Iterator[Statement | Unreadable]:
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


def _salvage(source: str, first_line: int) -> Iterator[Statement | Unreadable]:
    """Parse block by block; a block that fails is joined with as few of the next ones as make it Python."""
    lines = source.split("\n")
    starts = [index for index, line in enumerate(lines) if _BLOCK_START.match(line) and not _decorated(lines, index)]
    starts = sorted({0, *starts})[:_MAX_BLOCKS]
    ends = [*starts[1:], len(lines)]
    block = 0
    while block < len(starts):
        first_failure = None
        for last in range(block, min(block + _MAX_JOINED, len(starts))):
            parsed = _parse("\n".join(lines[starts[block] : ends[last]]), first_line + starts[block])
            if not isinstance(parsed, Unreadable):
                yield from parsed
                block = last + 1
                break
            first_failure = first_failure or parsed
        else:
            if first_failure is not None:
                yield first_failure
            block += 1


def _decorated(lines: list[str], index: int) -> bool:
    return index > 0 and lines[index - 1].startswith("@")
