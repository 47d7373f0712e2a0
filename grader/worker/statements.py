"""Splits Python source into statements that can be run one at a time, also when parts of it are no Python."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.magics import magic_lines, without_magics
from grader.wire import Cell

_BLOCK_START = re.compile(
    r"^(?:@|(?:async\s+def|def|class|from|import|if|for|while|with|try)\b|[A-Za-z_]\w*\s*[:=.(\[])"
)
_MAX_BLOCKS = 500


@dataclass(frozen=True, slots=True)
class Statement:
    """One top-level statement, ready to be compiled."""

    line: int
    node: ast.stmt

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
    """A stretch of source that is no Python: where, and what the parser says."""

    line: int
    reason: str


def statements(cell: Cell, notebook: bool) -> Iterator[Statement | Unreadable]:
    """The statements of a cell in order, with line numbers in the file's own count.

    Where the whole is no Python, each top-level block is parsed for itself, so that one slip costs one block.
    """
    source = without_magics(cell.source) if notebook else cell.source
    parsed = _parse(source, cell.first_line)
    if isinstance(parsed, Unreadable):
        yield from _salvage(source, cell.first_line)
    else:
        yield from parsed


def magics(cell: Cell) -> list[int]:
    """The lines of a notebook's cell that are IPython's, not Python's, in the file's own count."""
    return [cell.first_line + index for index in magic_lines(cell.source)]


def _parse(source: str, first_line: int) -> list[Statement] | Unreadable:
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        return Unreadable(first_line + (error.lineno or 1) - 1, f"{type(error).__name__}: {error.msg}")
    except (ValueError, MemoryError, RecursionError) as error:
        return Unreadable(first_line, f"{type(error).__name__}: {error}")
    if first_line > 1:
        for node in body:
            ast.increment_lineno(node, first_line - 1)
    return [Statement(node.lineno, node) for node in body]


def _salvage(source: str, first_line: int) -> Iterator[Statement | Unreadable]:
    """Parse block by block; a block that fails is joined with as few of the next ones as make it Python."""
    lines = source.splitlines()
    starts = [index for index, line in enumerate(lines) if _BLOCK_START.match(line) and not _decorated(lines, index)]
    starts = sorted({0, *starts})[:_MAX_BLOCKS]
    ends = [*starts[1:], len(lines)]
    block = 0
    while block < len(starts):
        first_failure = None
        for last in range(block, min(block + 20, len(starts))):
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
