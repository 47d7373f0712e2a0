"""The nodes of a function's source, and what single ones say."""

import ast
import builtins
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar, cast

MAX_NAME = 40
"""Longer names are not told."""
COPIES = ("detach", "clone")
"""They make a tensor of its own of another one's numbers."""
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Loop = ast.For | ast.While
_PARTS = "_parts_of_it"
_Node = TypeVar("_Node", bound=ast.AST)
_APART = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def parts_of(node: ast.AST) -> Sequence[ast.AST]:
    """A node and all that is below it, found once: to walk is most of what traits cost."""
    known: Sequence[ast.AST] | None = getattr(node, _PARTS, None)
    if known is None:
        known = tuple(ast.walk(node))
        setattr(node, _PARTS, known)
    return known


class Nodes:
    """All nodes of a function by their type, found in one walk: that is most of what traits cost."""

    def __init__(self, function: ast.AST) -> None:
        self._by_type: dict[type[ast.AST], list[ast.AST]] = defaultdict(list)
        for node in parts_of(function):
            self._by_type[type(node)].append(node)
        inner = (node for kind in _APART for node in self._by_type.get(kind, ()) if node is not function)
        self._apart = {id(part) for node in inner for part in parts_of(node)}

    @property
    def loops(self) -> Sequence[Loop]:
        """The loops that run when the function is called."""
        return [*self.own(ast.For), *self.own(ast.While)]

    def all(self, kind: type[_Node]) -> Sequence[_Node]:
        """The nodes of a type."""
        return cast(Sequence[_Node], self._by_type.get(kind, ()))

    def own(self, kind: type[_Node]) -> Iterator[_Node]:
        """The nodes of a type that run when the function is called, and not when a function in it is."""
        return (node for node in self.all(kind) if id(node) not in self._apart)

    def is_given_once(self, name: str) -> bool:
        """Has a name one value in all of the function, and is nothing written into that?"""
        stores = [node for node in self.all(ast.Name) if node.id == name and isinstance(node.ctx, ast.Store)]
        written = [
            node
            for node in self.all(ast.Subscript)
            if isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name) and node.value.id == name
        ]
        return len(stores) == 1 and not written

    def runs_always(self, node: ast.AST) -> bool:
        """Does a line run whenever the function is called, as far as no error ends it and its loops have rounds?"""
        cases: list[ast.AST] = [*self.all(ast.If), *self.all(ast.IfExp), *self.all(ast.Try), *self.all(ast.While)]
        return not any(node is part for case in cases for part in parts_of(case))

    def named(self, is_one: Callable[[ast.expr], bool]) -> frozenset[str]:
        """The names to which a line gives a value of a kind, when the function is called."""
        lines = (line for line in self.own(ast.Assign) if is_one(line.value))
        return frozenset(target.id for line in lines for target in line.targets if isinstance(target, ast.Name))


def is_helper(call: ast.AST, function: FunctionNode) -> bool:
    """Is it a call of a function that is neither the caller's nor Python's, but the submission's, and may do much?"""
    match call:
        case ast.Call(func=ast.Name(id=name)):
            return name not in arguments_of(function) and not hasattr(builtins, name)
        case _:
            return False


def names_in(node: ast.AST) -> frozenset[str]:
    """All names in a piece of code."""
    return frozenset(part.id for part in parts_of(node) if isinstance(part, ast.Name))


def operands(value: ast.AST) -> frozenset[str]:
    """The names that are computed with: not those of functions that are called, and not the library's."""
    called = {id(call.func) for call in parts_of(value) if isinstance(call, ast.Call)}
    return frozenset(
        part.id
        for part in parts_of(value)
        if isinstance(part, ast.Name) and id(part) not in called and part.id != "torch"
    )


def name_of(target: ast.expr) -> str:
    """The name that gets a value; empty where it is not a name that does."""
    return target.id if isinstance(target, ast.Name) else ""


def owner_of(value: ast.expr) -> str:
    """The name in front of a chain of methods and indices; empty where there is none."""
    match value:
        case ast.Name(id=name):
            return name
        case ast.Subscript(value=inner) | ast.Attribute(value=inner) | ast.Call(func=ast.Attribute(value=inner)):
            return owner_of(inner)
        case _:
            return ""


def flagged_by(statement: ast.stmt) -> str | None:
    """The name of the tensor whose flag a statement sets."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="requires_grad_"))):
            return name
        case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=name), attr="requires_grad")]):
            return name
        case _:
            return None


def is_call_of(node: ast.AST, *names: str) -> bool:
    """Is it a call of a method or a function with one of these names?"""
    match node:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name in names
        case _:
            return False


def differentiates(node: ast.AST) -> bool:
    """Is it a call that asks for gradients?"""
    return is_call_of(node, "backward", "grad")


def arguments_of(function: FunctionNode) -> frozenset[str]:
    """The names of its arguments."""
    given = function.args
    every = (*given.posonlyargs, *given.args, *given.kwonlyargs)
    return frozenset(one.arg for one in every if len(one.arg) <= MAX_NAME)


def kept_arguments(function: FunctionNode, nodes: Nodes) -> frozenset[str]:
    """The names of the arguments that get no other value."""
    return arguments_of(function) - {node.id for node in nodes.own(ast.Name) if isinstance(node.ctx, ast.Store)}


def expressions(value: ast.expr) -> Iterator[ast.expr]:
    """An expression and all that it is made of."""
    return (part for part in parts_of(value) if isinstance(part, ast.expr))


def is_gradient(value: ast.AST) -> bool:
    """Is it the `.grad` of something?"""
    return isinstance(value, ast.Attribute) and value.attr == "grad"


def is_gradient_of(name: str, node: ast.AST) -> bool:
    """Is it the `.grad` of what has this name?"""
    match node:
        case ast.Attribute(value=ast.Name(id=owner), attr="grad"):
            return owner == name
        case _:
            return False


def computes_with(name: str, value: ast.expr) -> bool:
    """Is something computed from a name, more than a copy or a view of it?"""
    match value:
        case ast.BinOp() | ast.Call(args=[_, *_]):
            return name in names_in(value)
        case ast.Call(func=ast.Attribute(value=inner, attr="sum" | "mean" | "pow" | "square" | "dot" | "exp")):
            return name in names_in(inner)
        case _:
            return False
