"""The meanings of the names in a source, as far as they can be read: imports, values and definitions.

Pure; the source is parsed and never run.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grader.inside.wire import SourceFile
from grader.submission.source import read_source


@dataclass(frozen=True, slots=True)
class Named:
    """A name, looked up in a scope. Code of a function sees what is bound in the end, other code what precedes it."""

    name: str
    scope: "Scope | Module"
    position: int | None


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a value, also one that getattr is asked for."""

    base: "Meaning"
    name: str


@dataclass(frozen=True, slots=True)
class Imported:
    """A module by its dotted name; `level` counts the dots before it."""

    module: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of several values, or a container of them."""

    parts: "tuple[Meaning, ...]"


Meaning = Named | Attribute | Imported | AnyOf


@dataclass(slots=True)
class Unit:
    """The binding of a name at the top of a file: its value where that is known, and all that its code refers to.

    A call of its name says of a function that its code runs; of anything else it says nothing.
    """

    is_function: bool = False
    value: Meaning | None = None
    refers: list[Meaning] = field(default_factory=list)


@dataclass(slots=True)
class Bound:
    """A top-level binding: where it is, and whether what the name meant before may be meant as well."""

    unit: Unit
    position: int
    adds: bool


@dataclass(slots=True, eq=False)
class Scope:
    """A function, class or comprehension with the names that it binds; None stands for a value that cannot be told."""

    parent: "Scope | Module"
    is_class: bool = False
    values: dict[str, list[Meaning | None]] = field(default_factory=dict)
    outside: set[str] = field(default_factory=set)

    def bind(self, name: str, meaning: Meaning | None) -> None:
        """Bind a name; which of several values it has when it is used is not asked."""
        self.values.setdefault(name, []).append(meaning)


@dataclass(slots=True, eq=False)
class Module:
    """The top of a file."""

    path: str
    names: dict[str, list[Bound]] = field(default_factory=dict)
    stars: list[Imported] = field(default_factory=list)

    def bound(self, name: str, position: int | None = None) -> Iterator[Unit]:
        """A name's possible meanings at a position, or at the end: the last binding, and bindings that added to it."""
        for one in reversed(self.names.get(name, [])):
            if position is None or one.position < position:
                yield one.unit
                if not one.adds:
                    return


def read_module(file: SourceFile) -> Module | None:
    """The bindings of a file; None where it cannot be parsed."""
    return read_source(file, lambda text: _Reader(file.path).read(ast.parse(text)))


class _Reader:
    """Reads one file. It recurses as deep as the source is nested: `read_source` refuses what is nested too deeply."""

    def __init__(self, path: str) -> None:
        self._module = Module(path)
        self._position = 0

    def read(self, tree: ast.Module) -> Module:
        """All that the file binds."""
        self._statements(tree, certain=True)
        return self._module

    # ------------------------------------------------------------ the top of the file

    def _statements(self, block: ast.AST, *, certain: bool) -> None:
        """The statements in a block; in one within another they may or may not run."""
        for part in ast.iter_child_nodes(block):
            if isinstance(part, ast.ExceptHandler | ast.match_case):
                self._statements(part, certain=False)
            elif isinstance(part, ast.stmt):
                self._position += 1
                self._statement(part, certain=certain)

    def _statement(self, statement: ast.stmt, *, certain: bool) -> None:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                self._bind(name, self._unit_of(statement), adds=not certain)
                return
            case ast.ImportFrom(names=[ast.alias(name="*")], module=module, level=level):
                self._module.stars.append(Imported(module or "", level))
                return
            case ast.Import() | ast.ImportFrom():
                for name, meaning in _imports(statement):
                    self._bind(name, Unit(value=meaning), adds=not certain)
                return
            case ast.Expr(value=ast.Call(func=ast.Attribute() as method) as call):
                self._call_of_method(method, call)
            case _:
                pass
        for node in _nodes_of_header(statement):
            for name, value in _bound_by(node):
                self._bind(name, self._unit_of(value), adds=not certain)
            for name, value in _put_by(node):
                self._add(name, self._unit_of(value))
        self._statements(statement, certain=False)

    def _call_of_method(self, method: ast.Attribute, call: ast.Call) -> None:
        """A value that a method is given may stay in its object; a call among its arguments has done its work."""
        if (name := _root(method)) is not None:
            given = [*call.args, *(keyword.value for keyword in call.keywords)]
            meanings = (self._meaning(one, self._module, self._position) for one in given)
            self._add(name, Unit(refers=[one for one in meanings if one is not None]))

    def _add(self, name: str, unit: Unit) -> None:
        """Something was put into what a name is bound to; a module is no place for it."""
        if not any(isinstance(one.value, Imported) for one in self._module.bound(name)):
            self._bind(name, unit, adds=True)

    def _bind(self, name: str, unit: Unit, *, adds: bool) -> None:
        self._module.names.setdefault(name, []).append(Bound(unit, self._position, adds))

    def _unit_of(self, node: ast.AST | None) -> Unit:
        unit = Unit(is_function=isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))
        if isinstance(node, ast.expr):
            unit.value = self._meaning(node, self._module, self._position)
        if node is not None:
            self._code(node, self._module, unit, self._position)
        return unit

    # ------------------------------------------------------------ code

    def _code(self, node: ast.AST, scope: Scope | Module, unit: Unit, position: int | None) -> None:
        """Collect what a piece of code refers to, and the names that its scopes bind."""
        if isinstance(node, ast.Name | ast.Attribute | ast.Call):
            meaning = self._meaning(node, scope, position)
            unit.refers += [meaning] if meaning is not None else []
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                self._function(node, scope, unit, position)
                return
            case ast.ClassDef(name=name, body=body):
                self._local(scope, name, None)
                inner: Scope | Module = Scope(_around(scope), is_class=True)
                outside: list[ast.AST] = [*node.decorator_list, *node.bases, *node.keywords]
                inside: list[ast.AST] = [part for part in body if not _is_method(part)]
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                inner = Scope(_around(scope))
                outside, inside = [], [*ast.iter_child_nodes(node)]
            case ast.Attribute():
                inner, outside, inside = scope, [], [_below(node)]
            case _:
                inner, outside, inside = scope, [], [*ast.iter_child_nodes(node)]
        self._bindings(node, inner)
        for part in outside:
            self._code(part, scope, unit, position)
        for part in inside:
            self._code(part, inner, unit, position)

    def _function(
        self,
        node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
        scope: Scope | Module,
        unit: Unit,
        position: int | None,
    ) -> None:
        """Decorators and defaults belong to where the function stands; its body runs when everything is bound."""
        inner = Scope(_around(scope))
        for name, default in _parameters(node.args):
            inner.bind(name, self._meaning(default, scope, position))
            if default is not None:
                self._code(default, scope, unit, position)
        if isinstance(node, ast.Lambda):
            self._code(node.body, inner, unit, None)
            return
        self._local(scope, node.name, None)
        for decorator in node.decorator_list:
            self._code(decorator, scope, unit, position)
        for statement in node.body:
            self._code(statement, inner, unit, None)

    def _bindings(self, node: ast.AST, scope: Scope | Module) -> None:
        """The names that one piece of a function or class binds."""
        match node:
            case ast.Global(names=names) | ast.Nonlocal(names=names) if isinstance(scope, Scope):
                scope.outside.update(names)
            case ast.Import() | ast.ImportFrom():
                for name, meaning in _imports(node):
                    self._local(scope, name, meaning)
            case _:
                for name, value in _bound_by(node):
                    self._local(scope, name, self._meaning(value, scope, None))

    def _local(self, scope: Scope | Module, name: str, meaning: Meaning | None) -> None:
        """Bind a name where it belongs; names at the top of the file have been bound."""
        if isinstance(scope, Scope):
            if name in scope.outside:
                self._bind(name, Unit(value=meaning), adds=True)
            else:
                scope.bind(name, meaning)

    def _meaning(self, node: ast.expr | None, scope: Scope | Module, position: int | None) -> Meaning | None:
        """The meaning of an expression, where it is known without running it."""
        match node:
            case ast.Name(id=name):
                return Named(name, scope, position)
            case ast.Attribute(value=value, attr=name):
                return _attribute(self._meaning(value, scope, position), name)
            case ast.Call(func=ast.Name(id="getattr"), args=[value, ast.Constant(value=str(name)), *_]):
                return _attribute(self._meaning(value, scope, position), name)
            case ast.Call(func=ast.Name(id="__import__"), args=[ast.Constant(value=str(name))]):
                return Imported(name.partition(".")[0])
            case ast.Call(
                func=ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                return Imported(name)
            case ast.Subscript(value=value) | ast.NamedExpr(value=value) | ast.Starred(value=value):
                return self._meaning(value, scope, position)
            case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Dict(values=parts) | ast.BoolOp(values=parts):
                return self._any_of(parts, scope, position)
            case ast.IfExp(body=one, orelse=other):
                return self._any_of([one, other], scope, position)
            case _:
                return None

    def _any_of(self, parts: Sequence[ast.expr], scope: Scope | Module, position: int | None) -> AnyOf:
        found = (self._meaning(part, scope, position) for part in parts)
        return AnyOf(tuple(one for one in found if one is not None))


def _is_method(node: ast.AST) -> bool:
    """Does it run only where it is asked for by its name? Python itself calls the others."""
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("__")


def _attribute(base: Meaning | None, name: str) -> Attribute | None:
    return None if base is None else Attribute(base, name)


def _around(scope: Scope | Module) -> "Scope | Module":
    """Where code within a scope looks for names that it does not bind itself: never in a class around it."""
    return scope.parent if isinstance(scope, Scope) and scope.is_class else scope


def _imports(statement: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, Meaning]]:
    """The names that an import binds."""
    for alias in statement.names:
        if isinstance(statement, ast.ImportFrom):
            module = Imported(statement.module or "", statement.level)
            yield alias.asname or alias.name, Attribute(module, alias.name)
        elif alias.asname:
            yield alias.asname, Imported(alias.name)
        else:
            yield alias.name.partition(".")[0], Imported(alias.name.partition(".")[0])


def _bound_by(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """The names that one node binds itself, each with the value that it takes, if the value is known."""
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((name, value) for target in targets for name in _names(target))
        case ast.AnnAssign(target=target, value=value) | ast.AugAssign(target=target, value=value):
            yield from ((name, value) for name in _names(target))
        case ast.NamedExpr(target=target, value=value):
            yield from ((name, value) for name in _names(target))
        case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
            yield from ((name, value) for name in _names(target))
        case ast.comprehension(target=target, iter=value):
            yield from ((name, value) for name in _names(target))
        case ast.withitem(optional_vars=ast.expr() as target, context_expr=value):
            yield from ((name, value) for name in _names(target))
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name, None
        case _:
            pass


def _put_by(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """The names of the objects that one node puts a value into: `table["j"] = value`, `space.j = value`."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                if isinstance(target, ast.Attribute | ast.Subscript) and (name := _root(target)) is not None:
                    yield name, value
        case _:
            pass


def _names(target: ast.expr) -> Iterator[str]:
    """The names in the target of an assignment."""
    match target:
        case ast.Name(id=name):
            yield name
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from _names(part)
        case ast.Starred(value=value):
            yield from _names(value)
        case _:
            pass


def _parameters(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr | None]]:
    """The parameters of a function with their defaults."""
    positional = [*arguments.posonlyargs, *arguments.args]
    without = len(positional) - len(arguments.defaults)
    yield from ((one.arg, None) for one in positional[:without])
    yield from ((one.arg, default) for one, default in zip(positional[without:], arguments.defaults, strict=True))
    yield from ((one.arg, default) for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True))
    yield from ((one.arg, None) for one in (arguments.vararg, arguments.kwarg) if one is not None)


_NOT_OF_HEADER = (ast.stmt, ast.Lambda, ast.comprehension, ast.ExceptHandler, ast.match_case)


def _nodes_of_header(statement: ast.stmt) -> Iterator[ast.AST]:
    """A statement without the statements in it, and without what has a scope of its own."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [child for child in ast.iter_child_nodes(node) if not isinstance(child, _NOT_OF_HEADER)]


def _below(node: ast.Attribute) -> ast.expr:
    """The expression that a chain of attributes begins with."""
    below: ast.expr = node
    while isinstance(below, ast.Attribute):
        below = below.value
    return below


def _root(node: ast.expr) -> str | None:
    """The name that a chain of attributes and subscripts begins with."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
