"""Tells by the source which functions nothing can influence that ran before them. Pure: parsed, and never run.

An answer that is wrong beside other exercises is asked for again, alone, unless that could not come out differently.
What is not plainly harmless counts as an influence: the price of that is only another worker.
"""

import ast
import builtins
import re
import symtable
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.submission.source import MAX_CHARACTERS, nodes_of, read_source
from grader.wire import SourceFile

# Modules of which a function changes nothing without one of the words below.
_MODULES = frozenset(
    {
        *("__future__", "collections", "copy", "dataclasses", "functools", "itertools", "math", "numpy", "operator"),
        *("random", "time", "torch", "typing", "warnings"),
    }
)
# What torch and numpy call their switches, but for those that are put back between questions (grader.worker.switches);
# what is registered other than on a tensor, entered, or private.
_SWITCH = re.compile(
    r"set_(?!grad_enabled$|default_dtype$|default_device$|num_threads$|detect_anomaly$|warn_always$)|seterr|setbufsize"
    r"|enable|disable|use_|register(?!_hook$|_post_accumulate_grad_hook$)|enter|exit|push|pop_"
    r"|_(?!_name__$|_version__$|_doc__$|version$)"
)
# Memory as somebody left it.
_UNFILLED = frozenset({"empty", "empty_like", "empty_strided", "new_empty", "Tensor", "FloatTensor", "DoubleTensor"})
_OWN_ATTRIBUTES = frozenset({"grad", "requires_grad", "data"})
# By these a function may do what its source does not show.
_OPEN = frozenset(
    {*("__import__", "breakpoint", "compile", "delattr", "eval", "exec"), *("globals", "open", "setattr", "vars")}
)
_BUILTINS = frozenset(vars(builtins)) - _OPEN
_SCOPE = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)
# Python's own tables may grow with the product of a file's names and its scopes. People write some thousands.
_MAX_TABLES = 100_000


class Independence:
    """Knows of a submission's functions whether anything of it, run before, could change what they do."""

    def __init__(self, files: Sequence[SourceFile]) -> None:
        self._modules: dict[str, _Module | None] = {}
        if sum(len(cell.source) for file in files for cell in file.cells) <= MAX_CHARACTERS:
            self._modules = {file.path: read_source(file, _read) for file in files}
        self._closed = all(module is not None and not module.reaches_out for module in self._modules.values())
        self._known: dict[tuple[str, str], bool] = {}

    def of(self, path: str, function: str) -> bool:
        """Does this function, and whatever it uses, depend on its arguments only?"""
        if (path, function) not in self._known:
            module = self._modules.get(path)
            self._known[path, function] = self._closed and module is not None and module.is_harmless(function)
        return self._known[path, function]


@dataclass(frozen=True, slots=True)
class _Module:
    """A file's top level: what each harmless name uses in turn, and whether a function writes beyond itself.

    Harmless are imports of known modules, constants, and functions; what else is defined may keep something.
    """

    harmless: Mapping[str, set[str]]
    others: set[str]
    reaches_out: bool

    def is_harmless(self, name: str) -> bool:
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
    tree = ast.parse(text)
    nodes = list(nodes_of(tree))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    if len(names) * sum(isinstance(node, _SCOPE) for node in nodes) > _MAX_TABLES:
        raise ValueError("too many names for so many scopes")
    table = symtable.symtable(text, "", "exec")
    lookups = {(scope.get_name(), scope.get_lineno()): set(_lookups(scope)) for scope in table.get_children()}
    return _Reading(tree, lookups).module()


class _Reading:
    """Reads the top level, statement by statement; `lookups` are the outer names of functions, by name and line."""

    def __init__(self, tree: ast.Module, lookups: Mapping[tuple[str, int], set[str]]) -> None:
        self._tree = tree
        self._lookups = lookups
        self._functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        self._imports: set[str] = set()
        self._foreign: set[str] = set()
        self._harmless: dict[str, set[str]] = defaultdict(set)
        self._others: set[str] = set()

    def module(self) -> _Module:
        """What there is; functions last, when it is known what the names in them mean."""
        functions = []
        reaches_out = False
        for node in self._tree.body:
            match node:
                case ast.FunctionDef():
                    functions.append(node)
                case ast.Import() | ast.ImportFrom():
                    reaches_out |= self._import(node)
                case ast.Assign(targets=targets, value=value) if self._is_constant(value) and _are_names(targets):
                    self._define(node)
                case ast.AnnAssign(target=ast.Name(), value=ast.expr() as value) if self._is_constant(value):
                    self._define(node)
                case ast.If(test=test, orelse=[]) if ast.unparse(test) == "__name__ == '__main__'":
                    pass  # never run in a worker
                case _:
                    self._others |= set(_bound(node))
                    reaches_out |= self._may_patch(list(nodes_of(node)))
        for function in functions:
            reaches_out |= self._function(function)
        return _Module(harmless=self._harmless, others=self._others, reaches_out=reaches_out)

    def _import(self, node: ast.Import | ast.ImportFrom) -> bool:
        """Could the import bring in what changes others?"""
        names = set(_bound(node))
        if not _is_known(node):
            self._others |= names
            self._foreign |= names
            return "*" in names  # it may redefine anything
        self._define(node)
        self._imports |= names
        return _imports_switch(node)

    def _define(self, node: ast.stmt) -> None:
        """Note names that use nothing else, unless a function has the same name: those come last, and add theirs."""
        self._harmless.update((name, set()) for name in _bound(node))

    def _is_constant(self, value: ast.expr) -> bool:
        """A number, a text, a tuple of them, or something of a known module that is no switch."""
        match value:
            case ast.Constant():
                return True
            case ast.UnaryOp(operand=inner):
                return self._is_constant(inner)
            case ast.BinOp(left=left, right=right):
                return self._is_constant(left) and self._is_constant(right)
            case ast.Tuple(elts=parts):
                return all(map(self._is_constant, parts))
            case ast.Attribute(attr=attr):
                return not _SWITCH.match(attr) and attr not in _UNFILLED and _root(value) in self._imports
            case _:
                return False

    def _function(self, function: ast.FunctionDef) -> bool:
        """Note what a function uses; could it change what another one meets?"""
        outside = self._lookups.get((function.name, function.lineno))
        if outside is None:
            self._others.add(function.name)
            return True
        defaults = [*function.args.defaults, *(value for value in function.args.kw_defaults if value)]
        is_plain = not function.decorator_list and all(map(self._is_constant, defaults))
        parts = list(nodes_of(function))
        if is_plain and not any(map(_takes_unfilled_memory, parts)):
            self._harmless[function.name] |= outside
        else:
            self._others.add(function.name)
        return not outside.isdisjoint(_OPEN | self._foreign) or any(
            self._reaches_out(part, outside) for part in parts if part is not function
        )

    def _reaches_out(self, node: ast.AST, outside: set[str]) -> bool:
        """Could this part of a function change what another one meets? `outside` are the names it looks up there."""
        match node:
            case ast.Global() | ast.ClassDef():
                return True
            case ast.Import() | ast.ImportFrom():
                return not _is_known(node) or _imports_switch(node)
            case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=str(attr)), *_]):
                return _SWITCH.match(attr) is not None
            case ast.Attribute(attr=attr) if _SWITCH.match(attr):
                return True
            case ast.Attribute(value=ast.Name(id=name)) if name in self._functions and name in outside:
                return True
            case ast.Attribute(attr=attr, ctx=ast.Store() | ast.Del()) if attr not in _OWN_ATTRIBUTES:
                return True
            case ast.Attribute(ctx=ast.Store() | ast.Del()) if _root(node) is None:
                return True  # of a class, as in type(x).grad
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                return _root(node) in outside
            case _:
                return False

    def _may_patch(self, parts: Sequence[ast.AST]) -> bool:
        """Could a top-level statement leave something that acts when a function is called?"""
        # A switch that is set here and now is set in every worker alike.
        now = not any(isinstance(part, ast.Lambda) for part in parts)
        for part in parts:
            match part:
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                    return True
                case ast.Name(id=name) if name in _OPEN:
                    return True
                case ast.Attribute(attr=attr, ctx=ast.Store() | ast.Del()) if (
                    attr not in _OWN_ATTRIBUTES or _root(part) in self._imports
                ):
                    return True
                case ast.Attribute(attr=attr) if _SWITCH.match(attr) and not (now and attr.startswith("set_")):
                    return True
                case _:
                    pass
        return False


def _lookups(scope: symtable.SymbolTable) -> Iterator[str]:
    """The names that a function, with all that is defined in it, looks up outside."""
    if isinstance(scope, symtable.Function):
        yield from scope.get_globals()
    for inner in scope.get_children():
        yield from _lookups(inner)


def _takes_unfilled_memory(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name in _UNFILLED
        case _:
            return False


def _bound(statement: ast.AST) -> Iterator[str]:
    """Every name that a statement might give a meaning."""
    for node in nodes_of(statement):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name
            case ast.MatchMapping(rest=str(name)):
                yield name
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from (alias.asname or alias.name.split(".")[0] for alias in names)
            case _:
                pass


def _is_known(node: ast.Import | ast.ImportFrom) -> bool:
    """Does it import known modules only, by name?"""
    if isinstance(node, ast.Import):
        return all(alias.name.split(".")[0] in _MODULES for alias in node.names)
    names = {alias.name for alias in node.names}
    return node.level == 0 and node.module is not None and node.module.split(".")[0] in _MODULES and "*" not in names


def _imports_switch(node: ast.Import | ast.ImportFrom) -> bool:
    return isinstance(node, ast.ImportFrom) and any(_SWITCH.match(alias.name) for alias in node.names)


def _are_names(targets: Sequence[ast.expr]) -> bool:
    """Are they variables, or tuples of them?"""
    return all(
        isinstance(node, ast.Name | ast.Tuple | ast.expr_context) for target in targets for node in nodes_of(target)
    )


def _root(node: ast.expr) -> str | None:
    """The variable that an attribute or an element belongs to; None for that of something computed."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
