"""Tells by the source which functions nothing can influence that ran before them. Pure: parsed, and never run.

An answer that is wrong beside other exercises is asked for again, alone, unless that could not come out differently.
What is not plainly harmless counts as an influence: the price of that is only another worker.
"""

import ast
import builtins
import re
import symtable
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.submission.source import nodes_of, read_source
from grader.wire import SourceFile

# Modules of which a function changes nothing without one of the words below.
_MODULES = frozenset(
    {
        *("__future__", "collections", "dataclasses", "functools", "itertools", "math", "numpy", "operator"),
        *("torch", "typing"),
    }
)
# What torch and numpy call their switches, what is registered, entered or private.
_SWITCH = re.compile(r"_|set|seed|manual_seed|enable|disable|use_|register|enter|exit|push|pop_")
_OWN_ATTRIBUTES = frozenset({"grad", "requires_grad", "data"})
# By these a function may do what its source does not show.
_OPEN = frozenset(
    {*("__import__", "breakpoint", "compile", "delattr", "eval", "exec"), *("globals", "open", "setattr", "vars")}
)
_BUILTINS = frozenset(vars(builtins)) - _OPEN
_CALLABLE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


class Independence:
    """Knows of a submission's functions whether anything of it, run before, could change what they do."""

    def __init__(self, files: Sequence[SourceFile]) -> None:
        self._modules = {file.path: read_source(file, _read) for file in files}
        self._closed = all(module is not None and not module.reaches_out for module in self._modules.values())

    def of(self, path: str, function: str) -> bool:
        """Does this function, and whatever it uses, depend on its arguments only?"""
        module = self._modules.get(path)
        return self._closed and module is not None and module.depends_on_nothing(function)


@dataclass(frozen=True, slots=True)
class _Module:
    """A file's top level: what each harmless name uses in turn, and whether a function writes beyond itself.

    Harmless are imports of known modules, constants, and functions; what else is defined may keep something.
    """

    harmless: Mapping[str, frozenset[str]]
    others: frozenset[str]
    reaches_out: bool

    def depends_on_nothing(self, name: str) -> bool:
        """Is everything harmless that is reached from a name?"""
        seen: set[str] = set()
        waiting = {name}
        while waiting:
            one = waiting.pop()
            if one in self.others or one not in self.harmless:
                return False
            seen.add(one)
            waiting |= {used for used in self.harmless[one] if used not in seen and not self._is_builtin(used)}
        return True

    def _is_builtin(self, name: str) -> bool:
        return name in _BUILTINS and name not in self.harmless and name not in self.others


def _read(text: str) -> _Module:
    tree, table = ast.parse(text), symtable.symtable(text, "", "exec")
    lookups = {(scope.get_name(), scope.get_lineno()): frozenset(_lookups(scope)) for scope in table.get_children()}
    functions = frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))
    harmless: dict[str, frozenset[str]] = {}
    others: set[str] = set()
    reaches_out = False
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name, lineno=line) if _is_plain(node) and (name, line) in lookups:
                outside = lookups[name, line]
                harmless[name] = harmless.get(name, frozenset()) | outside
                reaches_out |= bool(outside & _OPEN) or any(
                    _reaches_out(part, outside, functions) for part in nodes_of(node)
                )
            case ast.Import() | ast.ImportFrom() if _is_known(node):
                harmless |= dict.fromkeys(_bound(node), frozenset())
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_constant(value):
                harmless[name] = frozenset()
            case ast.Expr(value=ast.Constant()):
                pass
            case _:
                others |= set(_bound(node))
                # What is called later may do anything: a class, a function with a decorator, one in a branch.
                reaches_out |= any(isinstance(part, _CALLABLE) for part in nodes_of(node))
    return _Module(harmless=harmless, others=frozenset(others), reaches_out=reaches_out)


def _lookups(scope: symtable.SymbolTable) -> Iterator[str]:
    """The names that a function, with all that is defined in it, looks up outside."""
    for symbol in scope.get_symbols():
        if symbol.is_global():
            yield symbol.get_name()
    for inner in scope.get_children():
        yield from _lookups(inner)


def _is_plain(function: ast.FunctionDef) -> bool:
    """Is it the same at every call: without a decorator, and without a default that could be changed?"""
    defaults = [*function.args.defaults, *(value for value in function.args.kw_defaults if value)]
    return not function.decorator_list and all(map(_is_constant, defaults))


def _is_constant(value: ast.expr) -> bool:
    match value:
        case ast.Constant():
            return True
        case ast.UnaryOp(operand=inner):
            return _is_constant(inner)
        case ast.BinOp(left=left, right=right):
            return _is_constant(left) and _is_constant(right)
        case ast.Tuple(elts=parts):
            return all(map(_is_constant, parts))
        case _:
            return False


def _bound(statement: ast.stmt) -> Iterator[str]:
    """Every name that a statement might give a meaning."""
    for node in nodes_of(statement):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from (alias.asname or alias.name.split(".")[0] for alias in names)
            case _:
                pass


def _reaches_out(node: ast.AST, outside: frozenset[str], functions: frozenset[str]) -> bool:
    """Could this part of a function change what another function meets? `outside` are the names it looks up there."""
    match node:
        case ast.Global():
            return True
        case ast.Import() | ast.ImportFrom():
            return not _is_known(node)
        case ast.Attribute(attr=attr) if _SWITCH.match(attr):
            return True
        case ast.Attribute(value=ast.Name(id=name)) if name in functions:
            return True
        case ast.Attribute(attr=attr, ctx=ast.Store() | ast.Del()) if attr not in _OWN_ATTRIBUTES:
            return True
        case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
            return _root(node) in outside
        case _:
            return False


def _is_known(node: ast.Import | ast.ImportFrom) -> bool:
    """Does it import known modules only?"""
    if isinstance(node, ast.Import):
        return all(alias.name.split(".")[0] in _MODULES for alias in node.names)
    return node.level == 0 and node.module is not None and node.module.split(".")[0] in _MODULES


def _root(node: ast.expr) -> str | None:
    """The variable that an attribute or an element belongs to; None for that of something computed."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
