"""Facts about a function that its source shows without being run, where they are slips for sure. Pure.

None of them says that an answer is wrong. They explain one that is.
"""

import ast
import enum
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeVar, cast

from grader.inside.said import Said, known, say
from grader.inside.values import Record, Text

# Nobody wants these for themselves: they are there to be called.
_METHODS = frozenset(
    {
        *("backward", "detach", "detach_", "clone", "zero_", "requires_grad_", "retain_grad", "sum", "mean", "item"),
        *("numpy", "tolist", "squeeze", "unsqueeze", "flatten", "reshape", "dot", "square", "exp"),
    }
)
# They change nothing: their result is all that they do.
_WITHOUT_EFFECT = _METHODS - {"backward", "detach_", "zero_", "requires_grad_", "retain_grad"} | {
    *("to", "type", "float", "double", "transpose", "t", "abs", "pow", "matmul", "zeros_like", "ones_like", "stack"),
}
_MAX_NAME = 40


class Slip(enum.StrEnum):
    """The slips that a source can show. Of the words, `slip` says each, and `ask_slip` has its question."""

    NOT_CALLED = "not_called"
    COMPARED = "compared"
    DROPPED = "dropped"
    NO_RETURN = "no_return"
    RETURN_IN_LOOP = "return_in_loop"
    REPLACED = "replaced"
    IGNORED = "ignored"


class Trait(Record):
    """A slip in the function of an exercise: the line, and the name of the method or argument that it is about."""

    slip: Slip
    line: int | None = None
    name: Text | None = None

    @property
    def rationale(self) -> Said:
        """The sentence that says it."""
        holes = known(line=self.line, name=self.name)
        return say(f"slip.{self.slip}", **holes)

    @property
    def question(self) -> Said:
        """The question that dissolves it: a hint."""
        holes = known(line=self.line, name=self.name)
        return say(f"ask_slip.{self.slip}", **holes)


def traits_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[Trait, ...]:
    """The slips that a function's source shows, those that explain most first."""
    nodes = _Nodes(function)
    found = [*_not_called(nodes), *_for_nothing(nodes), *_returns(nodes), *_loops(nodes), *_arguments(function, nodes)]
    return tuple(sorted(found, key=lambda trait: list(Slip).index(trait.slip)))


_Node = TypeVar("_Node", bound=ast.AST)
_APART = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


class _Nodes:
    """All nodes of a function by their type, found in one walk: that is most of what traits cost."""

    def __init__(self, function: ast.AST) -> None:
        self._by_type: dict[type[ast.AST], list[ast.AST]] = defaultdict(list)
        for node in ast.walk(function):
            self._by_type[type(node)].append(node)
        inner = (node for kind in _APART for node in self._by_type.get(kind, ()) if node is not function)
        self._apart = {id(part) for node in inner for part in ast.walk(node)}

    def all(self, kind: type[_Node]) -> Sequence[_Node]:
        """The nodes of a type."""
        return cast(Sequence[_Node], self._by_type.get(kind, ()))

    def own(self, kind: type[_Node]) -> Iterator[_Node]:
        """The nodes of a type that run when the function is called, and not when a function in it is."""
        return (node for node in self.all(kind) if id(node) not in self._apart)


def _not_called(nodes: _Nodes) -> Iterator[Trait]:
    """Methods of a value that are named, and not called, nor handed to anybody who could."""
    named = [node for node in nodes.all(ast.Attribute) if node.attr in _METHODS]
    calls = nodes.all(ast.Call)
    used = {
        id(part) for node in calls for part in (node.func, *node.args, *(keyword.value for keyword in node.keywords))
    }
    called = {node.func.id for node in calls if isinstance(node.func, ast.Name)}
    for assignment in nodes.all(ast.Assign):
        match assignment.targets:
            case [ast.Name(id=name)] if name in called:
                used.add(id(assignment.value))
            case _:
                pass
    for node in named:
        match node:
            case ast.Attribute(value=ast.Name(id="torch") | ast.Attribute(value=ast.Name(id="torch"))):
                pass  # a function or a class of the library, and no value's method
            case ast.Attribute(ctx=ast.Load()) if id(node) not in used:
                yield Trait(slip=Slip.NOT_CALLED, line=node.lineno, name=node.attr)
            case _:
                pass


def _for_nothing(nodes: _Nodes) -> Iterator[Trait]:
    """Statements that compute something and drop it."""
    for node in nodes.own(ast.Expr):
        match node.value:
            case ast.Compare(ops=[ast.Eq()]):
                yield Trait(slip=Slip.COMPARED, line=node.lineno)
            case ast.Call(func=ast.Attribute(attr=name)) if name in _WITHOUT_EFFECT:
                yield Trait(slip=Slip.DROPPED, line=node.lineno, name=name)
            case _:
                pass


def _returns(nodes: _Nodes) -> Iterator[Trait]:
    gives = any(node.value is not None for node in nodes.own(ast.Return))
    if not (gives or any(nodes.own(ast.Yield)) or any(nodes.own(ast.YieldFrom))):
        yield Trait(slip=Slip.NO_RETURN)


def _loops(nodes: _Nodes) -> Iterator[Trait]:
    """Loops that end in their first round, whatever happens in it."""
    loops: list[ast.For | ast.While] = [*nodes.own(ast.For), *nodes.own(ast.While)]
    goes_on = {id(node) for node in nodes.own(ast.Continue)}
    for loop in loops:
        ends = [part for part in loop.body if isinstance(part, ast.Return)]
        if ends and goes_on.isdisjoint(map(id, ast.walk(loop))):
            yield from (Trait(slip=Slip.RETURN_IN_LOOP, line=part.lineno) for part in ends)


def _arguments(function: ast.FunctionDef | ast.AsyncFunctionDef, nodes: _Nodes) -> Iterator[Trait]:
    """Arguments that are never read, or that get another value before they are."""
    given = function.args
    names = {one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs) if len(one.arg) <= _MAX_NAME}
    mentioned = {node.id for node in nodes.all(ast.Name)}
    yield from (Trait(slip=Slip.IGNORED, name=name) for name in sorted(names - mentioned))
    for at, statement in enumerate(function.body):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in names:
                if not any(name in _names(one) for one in (*function.body[:at], value)):
                    yield Trait(slip=Slip.REPLACED, line=statement.lineno, name=name)
            case _:
                pass


def _names(node: ast.AST) -> frozenset[str]:
    return frozenset(part.id for part in ast.walk(node) if isinstance(part, ast.Name))
