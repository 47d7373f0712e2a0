"""Slips with gradients: when they are read, and what is done with them."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence

from grader.observing.traits.nodes import (
    MAX_NAME,
    FunctionNode,
    Nodes,
    differentiates,
    is_call_of,
    is_gradient,
    is_helper,
    name_of,
    names_in,
    parts_of,
)
from grader.observing.traits.trait import Slip, Trait

# Whatever an optimizer was given.
_ANY = "*"


def slips_with_gradients(function: FunctionNode, nodes: Nodes) -> Iterator[Trait]:
    """Gradients that are read, taken away, multiplied or asked at the wrong place; errors and steps between them."""
    yield from _gradients(function, nodes)
    yield from _emptied(function, nodes)
    yield from _gradients_given(nodes)
    yield from _second_names(function, nodes)
    yield from _caught(nodes)
    yield from _retains(function)
    yield from _steps(nodes)
    yield from _scaled(nodes)
    yield from _truths(nodes)


def _gradients(function: FunctionNode, nodes: Nodes) -> Iterator[Trait]:
    """Gradients that are handed back as they were before the first backward; told of straight code alone."""
    backwards = [call.lineno for call in nodes.own(ast.Call) if is_call_of(call, "backward")]
    # What is only put back later is read early for a good reason.
    given = {name for node in nodes.own(ast.Return) if node.value is not None for name in names_in(node.value)}
    for statement in function.body if backwards and not nodes.loops else ():
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Attribute(attr="grad")):
                if statement.lineno < min(backwards) and name in given:
                    yield Trait(slip=Slip.READ_EARLY, line=statement.lineno, name=name)
            case _:
                pass


def _emptied(function: FunctionNode, nodes: Nodes) -> Iterator[Trait]:
    """Gradients that are taken away, and read before a backward fills them again.

    Lines run in their order; in a loop, a line behind its last one runs after all rounds. A helper of the submission
    may fill them.
    """
    walks = {call.lineno for call in nodes.own(ast.Call) if differentiates(call) or is_helper(call, function)}
    emptying = {line.lineno: owner for line, owner in _lines_that_empty(nodes) if nodes.runs_always(line)}
    asked = {id(part) for one in nodes.own(ast.Compare) for part in parts_of(one)}
    used: dict[int, list[int]] = defaultdict(list)
    for node in nodes.own(ast.Attribute):
        if node.attr == "grad" and isinstance(node.ctx, ast.Load) and id(node) not in asked:
            before = max((line for line in walks | emptying.keys() if line < node.lineno), default=0)
            if before not in walks and emptying.get(before) in {name_of(node.value), _ANY}:
                used[before].append(node.lineno)
    yield from (Trait(slip=Slip.EMPTIED, line=line, used=tuple(lines)) for line, lines in used.items())


def _lines_that_empty(nodes: Nodes) -> Iterator[tuple[ast.stmt, str]]:
    """Lines that take a gradient away, each with the name of its tensor."""
    lines: list[ast.Assign | ast.Expr] = [*nodes.own(ast.Assign), *nodes.own(ast.Expr)]
    for line in lines:
        match line:
            case ast.Assign(
                targets=[ast.Attribute(value=ast.Name(id=owner), attr="grad")], value=ast.Constant(value=None)
            ):
                yield line, owner
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="zero_grad"), args=[], keywords=[])):
                yield line, _ANY
            case _:
                pass


def _gradients_given(nodes: Nodes) -> Iterator[Trait]:
    """Gradients that are handed back: where one is None, this tensor has none."""
    returns = list(nodes.own(ast.Return))
    if any(one.value is None or isinstance(one.value, ast.Constant) for one in returns):
        return  # that may be the None
    for given in returns:
        several = given.value.elts if isinstance(given.value, ast.Tuple) else None
        for entry, value in enumerate([given.value] if several is None else several):
            match value:
                case ast.Attribute(value=ast.Name(id=name), attr="grad") if len(name) <= MAX_NAME:
                    place = None if several is None else entry
                    yield Trait(slip=Slip.GRAD_READ, line=given.lineno, name=name, entry=place)
                case _:
                    pass


def _second_names(function: FunctionNode, nodes: Nodes) -> Iterator[Trait]:
    """Names for what is in `.grad` itself, with a later backward that adds to it, and what is the difference of both.

    Told of a function that has to do with the gradient of one tensor alone, and of straight code.
    """
    owners = {name_of(node.value) for node in nodes.all(ast.Attribute) if node.attr == "grad"} - {"autograd"}
    if len(owners) > 1 or _may_be_another(nodes):
        return
    for at, statement in enumerate(function.body):
        match statement:
            case ast.Assign(
                targets=[ast.Name(id=name)], value=ast.Attribute(value=ast.Name(id=owner), attr="grad")
            ) if len(name) <= MAX_NAME:
                after = function.body[at + 1 :]
                is_one = nodes.is_given_once(name) and not any(_gives(owner, one) for one in after)
                if is_one and _adds(after) and any(_subtracts(name, part) for part in nodes.own(ast.BinOp)):
                    yield Trait(slip=Slip.ALIAS, line=statement.lineno, name=name)
            case _:
                pass


def _may_be_another(nodes: Nodes) -> bool:
    """May a backward put another tensor into a `.grad`, or lead to another leaf?"""
    flags = [call for call in nodes.own(ast.Call) if is_call_of(call, "requires_grad_")]
    keeps = any(keyword.arg == "create_graph" for keyword in nodes.all(ast.keyword))
    return len(flags) > 1 or keeps or any(node.attr == "retain_grad" for node in nodes.all(ast.Attribute))


def _gives(name: str, statement: ast.stmt) -> bool:
    """Does a statement give the name another value?"""
    parts = (part for part in parts_of(statement) if isinstance(part, ast.Name) and part.id == name)
    return any(isinstance(part.ctx, ast.Store) for part in parts)


def _adds(statements: Sequence[ast.stmt]) -> bool:
    """Does a backward come, before anything is done for its effect that could put another thing into a `.grad`?"""
    for statement in statements:
        match statement:
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="backward"))):
                return True
            case ast.Assign(targets=[ast.Name()]):
                pass
            case _:
                return False
    return False


def _subtracts(name: str, part: ast.BinOp) -> bool:
    return isinstance(part.op, ast.Sub) and name in map(name_of, (part.left, part.right))


def _caught(nodes: Nodes) -> Iterator[Trait]:
    """Errors of a backward that are caught, and neither raised again nor made good by another backward."""
    for attempt in nodes.own(ast.Try):
        if any(differentiates(part) for line in attempt.body for part in parts_of(line)):
            for handler in attempt.handlers:
                if not any(isinstance(part, ast.Raise) or differentiates(part) for part in parts_of(handler)):
                    yield Trait(slip=Slip.CAUGHT, line=handler.lineno)


def _retains(function: FunctionNode) -> Iterator[Trait]:
    """Backwards that keep the graph behind them, where an earlier one from the same tensor has not."""
    walked: set[str] = set()
    for statement in function.body:
        match statement:
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="backward")) as call):
                keeps = any(map(_keeps, call.keywords))
                if keeps and name in walked:
                    yield Trait(slip=Slip.RETAINS_LATE, line=statement.lineno, name=name)
                walked |= set() if keeps or call.args else {name}
            case _:
                walked -= {part.id for part in parts_of(statement) if isinstance(part, ast.Name)}


def _keeps(keyword: ast.keyword) -> bool:
    """May this keep the graph after its pass? In doubt it may."""
    is_about_it = keyword.arg in {"retain_graph", "create_graph", None}
    return is_about_it and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)


def _steps(nodes: Nodes) -> Iterator[Trait]:
    """Steps of an optimizer, with another backward behind them."""
    last = max((call.lineno for call in nodes.own(ast.Call) if differentiates(call)), default=0)
    for line in nodes.own(ast.Expr):
        if is_call_of(line.value, "step") and line.lineno < last:
            yield Trait(slip=Slip.STEPPED, line=line.lineno)


def _scaled(nodes: Nodes) -> Iterator[Trait]:
    """Gradients that are multiplied in place in each round, with what the rounds before have left there."""
    for loop in nodes.loops:
        parts = list(parts_of(loop))
        if any(is_call_of(part, "backward") for part in parts):
            for part in parts:
                match part:
                    case ast.AugAssign(target=ast.Attribute(attr="grad"), op=ast.Mult() | ast.Div()):
                        yield Trait(slip=Slip.SCALED_GRAD, line=part.lineno)
                    case _:
                        pass


def _truths(nodes: Nodes) -> Iterator[Trait]:
    """Gradients that are asked for their truth."""
    asked = [
        *(node.test for node in nodes.all(ast.If)),
        *(node.test for node in nodes.all(ast.IfExp)),
        *(node.operand for node in nodes.all(ast.UnaryOp) if isinstance(node.op, ast.Not)),
        *(one for node in nodes.all(ast.BoolOp) for one in node.values),
    ]
    gradients = _names_of_gradients(nodes)
    yield from (
        Trait(slip=Slip.TRUTH, line=one.lineno) for one in asked if is_gradient(one) or name_of(one) in gradients
    )


def _names_of_gradients(nodes: Nodes) -> frozenset[str]:
    """Names that are given a `.grad`, by a line or a loop, or as an argument of a function inside this one."""
    found: set[str] = set()
    for assignment in nodes.all(ast.Assign):
        if is_gradient(assignment.value):
            found |= set(map(name_of, assignment.targets))
    loops: list[ast.For | ast.comprehension] = [*nodes.all(ast.For), *nodes.all(ast.comprehension)]
    for loop in loops:
        if isinstance(loop.iter, ast.Tuple | ast.List) and any(map(is_gradient, loop.iter.elts)):
            found.add(name_of(loop.target))
    inside = {function.name: function.args.args for function in nodes.all(ast.FunctionDef)}
    for call in nodes.all(ast.Call):
        if isinstance(call.func, ast.Name):
            pairs = zip(inside.get(call.func.id, ()), call.args, strict=False)
            found |= {parameter.arg for parameter, value in pairs if is_gradient(value)}
    return frozenset(found - {""})
