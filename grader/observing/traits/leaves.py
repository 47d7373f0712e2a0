"""Slips with leaves: their flag, their history, and which tensor is differentiated by which."""

import ast
from collections.abc import Iterator, Sequence

from grader.observing.traits.nodes import (
    COPIES,
    MAX_NAME,
    FunctionNode,
    Nodes,
    arguments_of,
    computes_with,
    expressions,
    is_call_of,
    is_gradient,
    is_gradient_of,
    is_helper,
    kept_arguments,
    name_of,
    names_in,
    operands,
)
from grader.observing.traits.trait import Slip, Trait

# They make a tensor of the numbers that something else holds.
_NEW = ("tensor", "Tensor", "FloatTensor", "DoubleTensor", "from_numpy", "new_tensor")


def slips_with_leaves(function: FunctionNode, nodes: Nodes) -> Iterator[Trait]:
    """Leaves that are cut, flagged too late, made anew, made too late, or passed by."""
    yield from _cut(nodes)
    yield from _flags(function, nodes)
    yield from _remade(function, nodes)
    yield from _renewed(function)
    yield from _made_later(function, nodes)
    yield from _aside(function, nodes)
    yield from _no_leaf(function, nodes)


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
        name = _flagged(statement)
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
    calls = (part for part in ast.walk(function) if isinstance(part, ast.Call) and is_call_of(part, "backward"))
    return any(_owner(call.func) == name for call in calls)


def _owner(value: ast.expr) -> str:
    """The name in front of a chain of methods and indices; empty where there is none."""
    match value:
        case ast.Name(id=name):
            return name
        case ast.Subscript(value=inner) | ast.Attribute(value=inner) | ast.Call(func=ast.Attribute(value=inner)):
            return _owner(inner)
        case _:
            return ""


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


def _flagged(statement: ast.stmt) -> str | None:
    """The name of the tensor whose flag a statement sets."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="requires_grad_"))):
            return name
        case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=name), attr="requires_grad")]):
            return name
        case _:
            return None


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
            return _owner(origin) not in arguments
        case ast.Call(func=ast.Attribute(value=inner)):
            return _is_detached(inner, arguments)
        case _:
            return False


def _renewed(function: FunctionNode) -> Iterator[Trait]:
    """Leaves that are made anew when something has been computed from the old one, and whose .grad is read."""
    body = function.body
    for at, statement in enumerate(body):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]) if len(name) <= MAX_NAME:
                before, after = body[:at], body[at + 1 :]
                is_used = any(isinstance(one, ast.Assign) and computes_with(name, one.value) for one in before)
                reads = [part for one in after for part in ast.walk(one) if is_gradient_of(name, part)]
                uses = sum(isinstance(part, ast.Name) and part.id == name for one in after for part in ast.walk(one))
                if is_used and reads and uses == len(reads):
                    yield Trait(slip=Slip.RENEWED, line=statement.lineno, name=name)
            case _:
                pass


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
    is_flagged = is_call_of(value, "requires_grad_") or any(leaf == _flagged(line) for line in lines)
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
