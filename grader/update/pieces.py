"""A lesson in pieces: its statements at the left margin, and the lines of comment between them."""

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_MARKER = re.compile(r"#\s*%%")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some lines of a lesson. `lead` are the blank lines and the markers of cells that stand before it.

    `content` is the same for pieces that say the same, comments in them included, however they are laid out. A piece
    with a name is known by it. `binds` are names that get a meaning there at the left margin, `uses` names that stand
    in it.
    """

    lead: Sequence[str]
    lines: Sequence[str]
    content: str
    name: str | None = None
    binds: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    is_function: bool = False

    @property
    def markers(self) -> Sequence[str]:
        """The markers of cells before it."""
        return [line for line in self.lead if _MARKER.match(line)]


def in_pieces(text: str) -> Sequence[Piece]:
    """The pieces of a text with plain newlines; raises `SyntaxError` where that is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            statements = ast.parse(text).body
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (ValueError, MemoryError, RecursionError, tokenize.TokenError) as error:
        raise SyntaxError(str(error)) from error
    comments = {token.start[0] - 1: token.string.rstrip() for token in tokens if token.type == tokenize.COMMENT}
    return list(_pieces(text.split("\n"), statements, comments))


def _pieces(lines: Sequence[str], statements: Sequence[ast.stmt], comments: dict[int, str]) -> Iterator[Piece]:
    code = {_first(together[0]): together for together in _on_lines_of_their_own(statements)}
    lead: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at].rstrip()
        if at in code:
            end = code[at][-1].end_lineno or at + 1
            inside = [comments[one] for one in range(at, end) if one in comments]
            yield _code(code[at], lead, lines[at:end], inside)
            at, lead = end, []
        elif not line or _MARKER.match(line):
            lead.append(line)
            at += 1
        else:
            yield Piece(lead=lead, lines=[line], content=line)
            at, lead = at + 1, []


def _on_lines_of_their_own(statements: Sequence[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """The statements, those together that share a line."""
    together: list[ast.stmt] = []
    for statement in statements:
        if together and _first(statement) >= (together[-1].end_lineno or 0):
            yield together
            together = []
        together.append(statement)
    if together:
        yield together


def _first(statement: ast.stmt) -> int:
    decorators: Sequence[ast.expr] = getattr(statement, "decorator_list", ())
    return min([statement.lineno, *(one.lineno for one in decorators)]) - 1


def _code(statements: Sequence[ast.stmt], lead: Sequence[str], lines: Sequence[str], comments: Sequence[str]) -> Piece:
    binds = frozenset(name for one in statements for name in _bound(one))
    return Piece(
        lead=lead,
        lines=lines,
        content="\n".join([*map(ast.dump, statements), *comments]),
        name=next(iter(binds)) if len(binds) == 1 else None,
        binds=binds,
        uses=frozenset(node.id for one in statements for node in ast.walk(one) if isinstance(node, ast.Name)),
        is_function=isinstance(statements[0], ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef),
    )


def _bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a definition, an import or an assignment binds."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from ((one.asname or one.name).partition(".")[0] for one in names)
        case ast.Assign(targets=targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case _:
            pass
