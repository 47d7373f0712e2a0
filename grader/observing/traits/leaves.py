"""Slips with leaves: their flag, and their history."""

import ast
from collections.abc import Iterator, Sequence

from grader.observing.traits.nodes import (
    MAX_NAME,
    FunctionNode,
    Nodes,
    computes_with,
    flagged_by,
    is_call_of,
    is_gradient_of,
    name_of,
    operands,
    owner_of,
    parts_of,
)
from grader.observing.traits.trait import Slip, Trait


def slips_with_leaves(function: FunctionNode, nodes: Nodes) -> Iterator[Trait]:
    """Leaves that are cut, flagged too late, or made anew."""
    yield from _cut(nodes)
    yield from _flags(function, nodes)
    yield from _renewed(function)


def _cut(nodes: Nodes) -> Iterator[Trait]:
    """Leaves, and what is computed with again, that lose their history to `detach_` in the middle of a line."""
    leaves = nodes.named(lambda value: is_call_of(value, "requires_grad_"))
    # As a line of its own, or as the new value of the same name, it is meant for all lines to come.
    lines: list[ast.Expr | ast.Assign] = [*nodes.own(ast.Expr), *nodes.own(ast.Assign)]
    meant = {id(line.value) for line in lines}
    # What is flagged again has a way from there on.
    meant |= {
        id(call.func.value)
        for call in nodes.own(ast.Call)
        if is_call_of(call, "requires_grad_") and isinstance(call.func, ast.Attribute)
    }
    for call in nodes.own(ast.Call):
        match call.func:
            case ast.Attribute(attr="detach_", value=ast.Name(id=name)) if id(call) not in meant:
                computed = (part for part in nodes.own(ast.BinOp) if part.lineno > (call.end_lineno or 0))
                if name in leaves or any(name in operands(part) for part in computed):
                    yield Trait(slip=Slip.CUT, line=call.lineno, name=name)
            case _:
                pass


def _flags(function: FunctionNode, nodes: Nodes) -> Iterator[Trait]:
    """Flags that are set on a tensor and lost with it, or too late."""
    for call in nodes.own(ast.Call):
        match call.func:
            case ast.Attribute(attr="detach", value=ast.Call(func=ast.Attribute(attr="requires_grad_"))):
                yield Trait(slip=Slip.FLAG_LOST, line=call.lineno)
            case _:
                pass
    yield from _detached_at_last(function)
    for at, statement in enumerate(function.body):
        name = flagged_by(statement)
        before = function.body[:at]
        if name is None or len(name) > MAX_NAME:
            continue
        is_first = not any("requires_grad" in ast.dump(one) for one in before)
        is_result = is_first and any(_is_result(name, one) for one in before)
        if (is_result or _is_without_history(name, before)) and _is_differentiated(name, function):
            # Computed without a flag: the way begins and ends there.
            yield Trait(slip=Slip.RESULT_FLAGGED, line=statement.lineno, name=name)
        if is_first and any(isinstance(one, ast.Assign) and computes_with(name, one.value) for one in before):
            yield Trait(slip=Slip.FLAG_LATE, line=statement.lineno, name=name)


def _is_differentiated(name: str, function: FunctionNode) -> bool:
    """Does a backward of the function begin at this name, or at what a method makes of it?"""
    calls = (part for part in parts_of(function) if isinstance(part, ast.Call) and is_call_of(part, "backward"))
    return any(owner_of(call.func) == name for call in calls)


def _is_without_history(name: str, before: Sequence[ast.stmt]) -> bool:
    """Is it computed where nothing is recorded, or from nothing but what was detached?"""
    detached: set[str] = set()
    for statement in before:
        match statement:
            case ast.With(items=[ast.withitem(context_expr=recording)]) if is_call_of(recording, "no_grad"):
                if any(isinstance(one, ast.Assign) and name in map(name_of, one.targets) for one in statement.body):
                    return True
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if is_call_of(value, "detach"):
                detached.add(target)
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                return bool(operands(value)) and operands(value) <= detached
            case _:
                pass
    return False


def _is_result(name: str, statement: ast.stmt) -> bool:
    """Does a statement give the name the result of a function that was called with something?"""
    match statement:
        case ast.Assign(targets=[ast.Name(id=target)], value=ast.Call(func=ast.Name(), args=[_, *_])):
            return target == name
        case _:
            return False


def _detached_at_last(function: FunctionNode) -> Iterator[Trait]:
    """The function's last line takes the history, and so the flag, off a leaf that it has made."""
    *before, last = function.body
    match last:
        case ast.Return(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="detach"))):
            for statement in before:
                match statement:
                    case ast.Assign(
                        targets=[ast.Name(id=flagged)], value=ast.Call(func=ast.Attribute(attr="requires_grad_"))
                    ) if flagged == name:
                        yield Trait(slip=Slip.FLAG_LOST, line=last.lineno)
                    case _:
                        pass
        case _:
            pass


def _renewed(function: FunctionNode) -> Iterator[Trait]:
    """Leaves that are made anew when something has been computed from the old one, and whose .grad is read."""
    body = function.body
    for at, statement in enumerate(body):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]) if len(name) <= MAX_NAME:
                before, after = body[:at], body[at + 1 :]
                is_used = any(isinstance(one, ast.Assign) and computes_with(name, one.value) for one in before)
                reads = [part for one in after for part in parts_of(one) if is_gradient_of(name, part)]
                uses = sum(isinstance(part, ast.Name) and part.id == name for one in after for part in parts_of(one))
                if is_used and reads and uses == len(reads):
                    yield Trait(slip=Slip.RENEWED, line=statement.lineno, name=name)
            case _:
                pass
