"""Which names the statements of a file bind, where, and whether a function is still its untouched stub. Pure."""

import ast
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

DefinitionNode = ast.FunctionDef | ast.AsyncFunctionDef

BindingPlace = Literal["module", "main", "class", "function"]
"""Where a name is bound: at the top level, below `if __name__ == "__main__":`, or inside a class or function."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A name gets a meaning by this node, or loses it (`del`). `inside` names the class or function around it."""

    name: str
    node: ast.stmt
    place: BindingPlace = "module"
    inside: str = ""


def bindings(statement: ast.stmt) -> Iterator[Binding]:
    """Every name that a statement binds at the top level of its file, and the functions that stand where none can call.

    Blocks that are run (`if`, `try`, `with`, loops) belong to the top level; the main guard's does not.
    """
    waiting: list[tuple[ast.stmt, BindingPlace, str]] = [(statement, "module", "")]
    while waiting:
        node, place, inside = waiting.pop()
        if place in {"module", "main"} or isinstance(node, DefinitionNode):
            yield from (Binding(name, node, place, inside) for name in _names(node))
        here = _place_below(node, place)
        owner = node.name if isinstance(node, ast.ClassDef | DefinitionNode) else inside
        waiting += [(part, here, owner) for part in reversed(_parts(node))]


def top_level(statement: ast.stmt) -> Iterator[Binding]:
    """The names that a statement binds at the top level of its file; nothing below a function or class is looked at."""
    waiting = [statement]
    while waiting:
        node = waiting.pop()
        yield from (Binding(name, node) for name in _names(node))
        if not isinstance(node, ast.ClassDef | DefinitionNode) and not is_main_guard(node):
            waiting += reversed(_parts(node))


def is_main_guard(node: ast.stmt) -> bool:
    """Is it `if __name__ == "__main__":`, either way round?"""
    match node:
        case ast.If(test=ast.Compare(left=left, ops=[ast.Eq()], comparators=[right])):
            sides = {ast.unparse(side) for side in (left, right)}
            return sides == {"__name__", "'__main__'"}
        case _:
            return False


def is_untouched(node: ast.stmt, given: str) -> bool:
    """Is a function as its stub is: after the docstring, nothing but `given` lines and a line that waits for code?

    Such a line is `raise NotImplementedError`, `pass` or `...`: a student who writes it has not answered yet.
    """
    if not isinstance(node, DefinitionNode):
        return False
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    return all(_waits(one) or (given and ast.dump(one) in _dumped(given)) for one in body)


@functools.cache
def _dumped(given: str) -> frozenset[str]:
    return frozenset(ast.dump(one) for one in ast.parse(given).body)


def is_unfinished(node: ast.stmt) -> bool:
    """Does a function still name NotImplementedError, and return nothing anywhere?"""
    if not isinstance(node, DefinitionNode):
        return False
    waiting: list[ast.AST] = [*node.body]
    raises = False
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.Return | ast.Yield | ast.YieldFrom) and part.value is not None:
            return False
        raises |= isinstance(part, ast.Name | ast.Attribute) and ast.unparse(part).endswith("NotImplementedError")
        if not isinstance(part, ast.Lambda | ast.ClassDef | DefinitionNode):
            waiting += ast.iter_child_nodes(part)
    return raises


def fingerprint(name: str, nodes: Mapping[str, ast.stmt]) -> str:
    """A name's meaning with all that it uses of its file, without docstrings: equal for equal code. See `bindings`."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one in nodes and one not in seen:
            seen.add(one)
            waiting += [node.id for node in ast.walk(nodes[one]) if isinstance(node, ast.Name)]
    return "\n".join(ast.dump(_without_docstring(nodes[one])) for one in sorted(seen))


def _names(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Expr(value=ast.Constant()):
            return
        case ast.Import(names=names):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in names)
        case ast.ImportFrom(names=names):
            yield from (alias.asname or alias.name for alias in names)
        case _:
            for part in _expressions(node):
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store | ast.Del):
                    yield part.id


def _expressions(node: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement itself, without those of the statements in it and of what has names of its own."""
    waiting = [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt)]
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            waiting += [child for child in ast.iter_child_nodes(part) if not isinstance(child, ast.stmt)]


def _parts(node: ast.stmt) -> list[ast.stmt]:
    """The statements in a statement, in order."""
    found: list[ast.stmt] = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            found.append(child)
        elif isinstance(child, ast.ExceptHandler | ast.match_case):
            found += child.body
    return found


def _place_below(node: ast.stmt, place: BindingPlace) -> BindingPlace:
    match node:
        case ast.ClassDef():
            return "class"
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return "function"
        case _:
            return "main" if place == "module" and is_main_guard(node) else place


def _waits(node: ast.stmt) -> bool:
    match node:
        case ast.Pass():
            return True
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Raise(exc=ast.Name(id="NotImplementedError") | ast.Call(func=ast.Name(id="NotImplementedError"))):
            return True
        case _:
            return False


def _without_docstring(node: ast.stmt) -> ast.stmt:
    if isinstance(node, DefinitionNode) and ast.get_docstring(node, clean=False) is not None and len(node.body) > 1:
        return type(node)(**{**dict(ast.iter_fields(node)), "body": node.body[1:]})
    return node
