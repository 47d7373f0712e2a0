"""Slips in the order of things: returns, loops, and names that get another value."""

import ast
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set

from grader.observing.traits.nodes import (
    MAX_NAME,
    FunctionNode,
    Loop,
    Nodes,
    arguments_of,
    is_gradient,
    name_of,
    names_in,
    parts_of,
)
from grader.observing.traits.trait import Slip, Trait

# What has fewer parts is repeated for good reasons, such as one more backward over a new graph.
_MANY = 12


def slips_of_flow(function: FunctionNode, nodes: Nodes) -> Iterator[Trait]:
    """Ways that end too early or give nothing, and names or lines that do not do what they are there for."""
    yield from _returns(function, nodes)
    yield from _loops(nodes)
    yield from _breaks(nodes)
    yield from _sets(nodes)
    yield from _twice(nodes)
    yield from _arguments(function, nodes)
    yield from _stores(nodes)


def _returns(function: FunctionNode, nodes: Nodes) -> Iterator[Trait]:
    """Functions that give nothing back, or only in some cases; and what methods give back that give nothing."""
    gives = any(node.value is not None for node in nodes.own(ast.Return))
    if not (gives or any(nodes.own(ast.Yield)) or any(nodes.own(ast.YieldFrom))):
        yield Trait(slip=Slip.NO_RETURN)
    elif gives and not _ends(function.body):
        yield Trait(slip=Slip.FALLS_OFF)
    takers: list[ast.Return | ast.Assign] = [*nodes.all(ast.Return), *nodes.own(ast.Assign)]
    for node in takers:
        for value in _handed_on(node.value):
            match value:
                case ast.Call(func=ast.Attribute(attr="backward" | "append" | "extend" | "zero_grad" as name)):
                    yield from _nothing(name, value, node, nodes)
                case ast.Call(func=ast.Name(id="print")):
                    yield from _nothing("print", value, node, nodes)
                case _:
                    pass


def _handed_on(value: ast.expr | None) -> Iterator[ast.expr]:
    """A value, or what a container is made of that is written out here."""
    match value:
        case ast.Tuple(elts=values) | ast.List(elts=values) | ast.Dict(values=values):
            yield from values
        case ast.ListComp(elt=one) | ast.DictComp(value=one):
            yield one
        case ast.expr():
            yield value
        case None:
            pass


def _nothing(name: str, value: ast.expr, node: ast.Return | ast.Assign, nodes: Nodes) -> Iterator[Trait]:
    """The slip that a line takes what gives nothing, if that goes on: handed back, put away, or used as something.

    Under a name it may be used, or handed back; `used` are the lines that need a method or an attribute of it.
    """
    kept = [name_of(target) for target in node.targets] if isinstance(node, ast.Assign) else []
    if len(kept) != 1 or not kept[0]:
        yield Trait(slip=Slip.GIVES_NOTHING, line=value.lineno, name=name)
        return
    stores = sorted({one.lineno for one in nodes.own(ast.Name) if one.id == kept[0] and isinstance(one.ctx, ast.Store)})
    used = tuple(
        one.lineno
        for one in nodes.own(ast.Attribute)
        if name_of(one.value) == kept[0] and node.lineno in _last_before(one.lineno, stores)
    )
    returned = [given.lineno for given in nodes.own(ast.Return) if given.value and kept[0] in names_in(given.value)]
    if used or any(node.lineno in _last_before(line, stores) for line in returned):
        yield Trait(slip=Slip.GIVES_NOTHING, line=value.lineno, name=name, used=used)


def _last_before(line: int, stores: Sequence[int]) -> Sequence[int]:
    """The line that gave a name its value last, before another line or, in a loop, in it."""
    return [store for store in stores if store <= line][-1:]


def _ends(body: Sequence[ast.stmt]) -> bool:
    """Does a block end by itself whatever happens, and not by running out of lines? In doubt it does."""
    match body[-1]:
        case ast.If(body=then, orelse=otherwise):
            return bool(otherwise) and _ends(then) and _ends(otherwise)
        case ast.With(body=inner):
            return _ends(inner)
        case ast.Expr() | ast.Assign() | ast.AugAssign() | ast.AnnAssign() | ast.Pass():
            return False
        case _:
            return True


def _loops(nodes: Nodes) -> Iterator[Trait]:
    """Loops that end in their first round, whatever happens in it."""
    goes_on = {id(node) for node in nodes.own(ast.Continue)}
    for loop in nodes.loops:
        ends = [part for part in loop.body if isinstance(part, ast.Return)]
        if ends and goes_on.isdisjoint(map(id, parts_of(loop))):
            yield from (Trait(slip=Slip.RETURN_IN_LOOP, line=part.lineno) for part in ends)


def _breaks(nodes: Nodes) -> Iterator[Trait]:
    """Lines that end a loop over several things in some of its rounds, and hand back nothing that was looked for."""
    for loop in nodes.own(ast.For):
        for part in parts_of(loop):
            match part:
                case ast.Break():
                    yield Trait(slip=Slip.ENDS_LOOP, line=part.lineno, name="break")
                case ast.Return(value=None | ast.Constant(value=None)) if part not in loop.body:
                    yield Trait(slip=Slip.ENDS_LOOP, line=part.lineno, name="return")
                case _:
                    pass


def _sets(nodes: Nodes) -> Iterator[Trait]:
    """Sets that are made of something."""
    for call in nodes.own(ast.Call):
        match call:
            case ast.Call(func=ast.Name(id="set"), args=[_]):
                yield Trait(slip=Slip.SET, line=call.lineno)
            case _:
                pass
    yield from (Trait(slip=Slip.SET, line=node.lineno) for node in nodes.own(ast.SetComp))


def _twice(nodes: Nodes) -> Iterator[Trait]:
    """Long lines that compute the same for two names."""
    first: dict[str, str] = {}
    for assignment in nodes.own(ast.Assign):
        match assignment.targets:
            case [ast.Name(id=name)] if len(name) <= MAX_NAME and _is_long(assignment.value):
                other = first.setdefault(ast.dump(assignment.value), name)
                if other != name:
                    yield Trait(slip=Slip.TWICE, line=assignment.lineno, name=other)
            case _:
                pass


def _is_long(value: ast.expr) -> bool:
    """Has an expression so many parts that nobody repeats it? One that reads `.grad` is another one each time."""
    parts = list(parts_of(value))
    return len(parts) > _MANY and not any(map(is_gradient, parts))


def _arguments(function: FunctionNode, nodes: Nodes) -> Iterator[Trait]:
    """Arguments that are never read, or that get another value before they are."""
    names = arguments_of(function)
    mentioned = {node.id for node in nodes.all(ast.Name)}
    yield from (Trait(slip=Slip.IGNORED, name=name) for name in sorted(names - mentioned))
    for at, statement in enumerate(function.body):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in names:
                if not any(name in names_in(one) for one in (*function.body[:at], value)):
                    yield Trait(slip=Slip.REPLACED, line=statement.lineno, name=name)
            case _:
                pass
    for loop in nodes.loops:
        yield from _carried(loop, names)
        match loop:
            case ast.For(target=ast.Name(id=name)) if name in names & names_in(loop.iter):
                yield Trait(slip=Slip.SHADOWED, line=loop.lineno, name=name)
            case _:
                pass


def _carried(loop: Loop, names: Set[str]) -> Iterator[Trait]:
    """Arguments that a round reads, and then gives another value, so that the next round begins with that."""
    for at, statement in enumerate(loop.body):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in names:
                if name not in names_in(value) and any(name in names_in(one) for one in loop.body[:at]):
                    yield Trait(slip=Slip.CARRIED, line=statement.lineno, name=name)
            case _:
                pass


def _stores(nodes: Nodes) -> Iterator[Trait]:
    """Names that get another value which nothing reads any more."""
    named: dict[str, list[ast.Name]] = defaultdict(list)
    for node in nodes.all(ast.Name):
        named[node.id].append(node)
    for assignment in nodes.own(ast.Assign):
        match assignment.targets:
            case [ast.Name(id=name)] if len(name) <= MAX_NAME and not name.startswith("_"):
                first = min(one.lineno for one in named[name] if isinstance(one.ctx, ast.Store))
                if first < assignment.lineno and not _is_read_after(assignment, named[name], nodes):
                    yield Trait(slip=Slip.UNUSED, line=assignment.lineno, name=name)
            case _:
                pass


def _is_read_after(assignment: ast.Assign, named: Sequence[ast.Name], nodes: Nodes) -> bool:
    """Is the name read in a later line, other than one of an `else` that this line's `if` leaves out?"""
    end = assignment.end_lineno or assignment.lineno
    left_out = [
        range(choice.orelse[0].lineno, (choice.orelse[-1].end_lineno or 0) + 1)
        for choice in nodes.all(ast.If)
        if choice.orelse and choice.body[0].lineno <= assignment.lineno < choice.orelse[0].lineno
    ]
    reads = [one.lineno for one in named if isinstance(one.ctx, ast.Load)]
    is_after = any(line > end and not any(line in lines for lines in left_out) for line in reads)
    return is_after or any(_is_read_in_next_round(loop, assignment, named[0].id, reads) for loop in nodes.loops)


def _is_read_in_next_round(loop: Loop, assignment: ast.Assign, name: str, reads: Sequence[int]) -> bool:
    """Does the loop around a line read the name before it gives it a new value?"""
    lines = range(loop.lineno, (loop.end_lineno or 0) + 1)
    if assignment.lineno not in lines or (isinstance(loop, ast.For) and name in names_in(loop.target)):
        return False
    made = (one.lineno for one in loop.body if isinstance(one, ast.Assign) and name in map(name_of, one.targets))
    return min((line for line in reads if line in lines), default=math.inf) <= min(made, default=math.inf)
