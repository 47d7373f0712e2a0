"""Slips of single calls and names, whatever the function does beside them."""

import ast
import difflib
from collections.abc import Iterator

from grader.observing.traits.nodes import MAX_NAME, Nodes
from grader.observing.traits.trait import Slip, Trait

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
# What may be set of a tensor to some effect.
_ATTRIBUTES = ("grad", "requires_grad", "data")


def slips_of_calls(nodes: Nodes) -> Iterator[Trait]:
    """Calls that are not made, or do nothing; names that nobody knows; what is asked for and not needed."""
    yield from _not_called(nodes)
    yield from _misspelt(nodes)
    yield from _for_nothing(nodes)
    yield from _graphs(nodes)


def _not_called(nodes: Nodes) -> Iterator[Trait]:
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


def _misspelt(nodes: Nodes) -> Iterator[Trait]:
    """Attributes that are set under nearly the name of one that torch looks at."""
    for node in nodes.all(ast.Attribute):
        if isinstance(node.ctx, ast.Store) and node.attr not in _ATTRIBUTES and len(node.attr) <= MAX_NAME:
            for name in difflib.get_close_matches(node.attr, _ATTRIBUTES, n=1, cutoff=0.7):
                yield Trait(slip=Slip.MISSPELT, line=node.lineno, name=name)


def _for_nothing(nodes: Nodes) -> Iterator[Trait]:
    """Statements that compute something and drop it."""
    for node in nodes.own(ast.Expr):
        match node.value:
            case ast.Compare(ops=[ast.Eq()]):
                yield Trait(slip=Slip.COMPARED, line=node.lineno)
            case ast.Call(func=ast.Attribute(attr=name)) if name in _WITHOUT_EFFECT:
                yield Trait(slip=Slip.DROPPED, line=node.lineno, name=name)
            case ast.Call(func=ast.Name(id="map" | "filter" | "zip")) | ast.GeneratorExp():
                yield Trait(slip=Slip.LAZY, line=node.lineno)
            case _:
                pass


def _graphs(nodes: Nodes) -> Iterator[Trait]:
    """Calls that ask for a graph."""
    for call in nodes.own(ast.Call):
        for keyword in call.keywords:
            match keyword:
                case ast.keyword(arg="create_graph", value=ast.Constant(value=True)):
                    yield Trait(slip=Slip.CREATES_GRAPH, line=call.lineno)
                case _:
                    pass
