"""Slips with the way back: where it begins, and whether it leads to the tensor that is differentiated by."""

import ast
from collections.abc import Iterator

from grader.observing.traits.nodes import (
    COPIES,
    FunctionNode,
    Nodes,
    arguments_of,
    computes_with,
    expressions,
    flagged_by,
    is_call_of,
    is_gradient,
    is_gradient_of,
    is_helper,
    kept_arguments,
    name_of,
    names_in,
    operands,
    owner_of,
)
from grader.observing.traits.trait import Slip, Trait

# They make a tensor of the numbers that something else holds.
_NEW = ("tensor", "Tensor", "FloatTensor", "DoubleTensor", "from_numpy", "new_tensor")


def slips_on_the_way(function: FunctionNode, nodes: Nodes) -> Iterator[Trait]:
    """Ways that begin at a new tensor, and leaves that are made too late, passed by, or not made at all."""
    yield from _remade(function, nodes)
    yield from _made_later(function, nodes)
    yield from _aside(function, nodes)
    yield from _no_leaf(function, nodes)


def _remade(function: FunctionNode, nodes: Nodes) -> Iterator[Trait]:
    """New tensors of numbers that were computed, at which the way back is to begin."""
    made = {
        name: line
        for line in nodes.own(ast.Assign)
        if _is_new_tensor(line.value, function, nodes)
        for name in map(name_of, line.targets)
        if nodes.is_given_once(name)
    }
    for origin, by in _walks(nodes):
        name = _begins_at(origin)
        is_at_once = _is_new_tensor(origin, function, nodes)
        line: ast.expr | ast.Assign | None = origin if is_at_once else made.get(name)
        is_leaf = name in by or any(is_gradient_of(name, node) for node in nodes.all(ast.Attribute))
        if line is not None and line.lineno <= origin.lineno and not is_leaf and nodes.runs_always(line):
            yield Trait(slip=Slip.REMADE, line=line.lineno)


def _begins_at(origin: ast.expr) -> str:
    """The name at which alone a way back begins: no other tensor is taken into account by a method's argument."""
    match origin:
        case ast.Name(id=name):
            return name
        case ast.Subscript(value=inner) | ast.Call(func=ast.Attribute(value=inner), args=[]):
            return _begins_at(inner)
        case _:
            return ""


def _walks(nodes: Nodes) -> Iterator[tuple[ast.expr, frozenset[str]]]:
    """Where each way back begins, and the names of the tensors to which it is told to lead."""
    for call in nodes.own(ast.Call):
        match call:
            case ast.Call(func=ast.Attribute(attr="backward", value=origin)):
                yield origin, frozenset()
            case ast.Call(func=ast.Attribute(attr="grad"), args=[origin, by, *_]):
                yield origin, names_in(by)
            case _:
                pass


def _is_new_tensor(value: ast.expr, function: FunctionNode, nodes: Nodes) -> bool:
    """Is it a tensor of computed numbers, without a way to how they were computed?

    Of an argument's numbers, a leaf is made in this way.
    """
    match value:
        case ast.Call(func=ast.Attribute(attr="requires_grad_", value=inner)):
            return _is_new_tensor(inner, function, nodes) or _is_detached(inner, arguments_of(function))
        case ast.Call(args=[held, *_]) if is_call_of(value, *_NEW):
            return not operands(held) <= kept_arguments(function, nodes)
        case _:
            return False


def _is_detached(value: ast.expr, arguments: frozenset[str]) -> bool:
    """Does a chain of methods take the history off something that is no argument?"""
    match value:
        case ast.Call(func=ast.Attribute(attr="detach", value=origin)):
            return owner_of(origin) not in arguments
        case ast.Call(func=ast.Attribute(value=inner)):
            return _is_detached(inner, arguments)
        case _:
            return False


def _made_later(function: FunctionNode, nodes: Nodes) -> Iterator[Trait]:
    """Gradients of an argument by tensors that the function makes itself."""
    given = kept_arguments(function, nodes)
    made = nodes.named(_is_copy)
    for call in nodes.own(ast.Call):
        match call:
            case ast.Call(func=ast.Attribute(attr="grad"), args=[ast.Name(id=name), by, *_]) if name in given:
                named = names_in(by)
                if named and named <= made:
                    yield Trait(slip=Slip.MADE_LATER, line=call.lineno, name=name)
            case _:
                pass


def _aside(function: FunctionNode, nodes: Nodes) -> Iterator[Trait]:
    """Lines that compute with an argument, and not with the leaf that was made of its numbers."""
    leaves: dict[str, str] = {}
    given = kept_arguments(function, nodes)
    walked = _walked(nodes)
    for assignment in sorted(nodes.own(ast.Assign), key=lambda one: one.lineno):
        value, names = assignment.value, operands(assignment.value)
        match assignment.targets:
            case [ast.Name(id=leaf)] if _is_own(leaf, value, nodes):
                leaves |= dict.fromkeys(names & given, leaf)
            case [ast.Name(id=computed)] if computed in walked:
                for name in sorted(names & leaves.keys()):
                    if leaves[name] not in names and any(computes_with(name, part) for part in expressions(value)):
                        yield Trait(slip=Slip.ASIDE, line=assignment.lineno, name=name)
            case _:
                pass


def _walked(nodes: Nodes) -> frozenset[str]:
    """The names from which something is computed at which a way back begins."""
    found: set[str] = set().union(*(names_in(origin) for origin, _ in _walks(nodes)))
    lines = list(nodes.own(ast.Assign))
    while (
        more := {
            name for line in lines if found.intersection(map(name_of, line.targets)) for name in names_in(line.value)
        }
        - found
    ):
        found |= more
    return frozenset(found)


def _is_own(leaf: str, value: ast.expr, nodes: Nodes) -> bool:
    """Is a leaf made here of nothing but a copy of another tensor, and flagged here or in a line of its own?"""
    lines: list[ast.Expr | ast.Assign] = [*nodes.own(ast.Expr), *nodes.own(ast.Assign)]
    is_flagged = is_call_of(value, "requires_grad_") or any(leaf == flagged_by(line) for line in lines)
    chain = value.func.value if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) else value
    return is_flagged and bool(_begins_at(chain)) and _is_copy(value)


def _is_copy(value: ast.expr) -> bool:
    """Is a tensor made of another one's numbers here, and not of its gradient's?"""
    parts = list(expressions(value))
    return any(is_call_of(part, *COPIES) for part in parts) and not any(map(is_gradient, parts))


def _no_leaf(function: FunctionNode, nodes: Nodes) -> Iterator[Trait]:
    """Arguments whose gradient is read, where no line makes a leaf of anything."""
    is_flagged = any(part.attr.startswith("requires_grad") for part in nodes.all(ast.Attribute))
    makes_leaves = any(is_helper(call, function) or is_call_of(call, "Parameter") for call in nodes.own(ast.Call))
    if is_flagged or makes_leaves or any(keyword.arg == "requires_grad" for keyword in nodes.all(ast.keyword)):
        return
    given = kept_arguments(function, nodes)
    if any(is_call_of(call, "backward") for call in nodes.own(ast.Call)):
        for node in nodes.own(ast.Attribute):
            match node:
                case ast.Attribute(value=ast.Name(id=name), attr="grad", ctx=ast.Load()) if name in given:
                    yield Trait(slip=Slip.NO_LEAF, line=node.lineno, name=name)
                case _:
                    pass
