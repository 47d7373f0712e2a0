"""Facts about a function that its source shows without being run, where they are slips for sure. Pure.

None of them says that an answer is wrong. They explain one that is.
"""

import ast
import difflib
import enum
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
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
# What may be set of a tensor to some effect.
_ATTRIBUTES = ("grad", "requires_grad", "data")
_MAX_NAME = 40
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Loop = ast.For | ast.While


class Slip(enum.StrEnum):
    """The slips that a source can show. Of the words, `slip` says each, and `ask_slip` has its question."""

    NOT_CALLED = "not_called"
    COMPARED = "compared"
    CUT = "cut"
    MISSPELT = "misspelt"
    DROPPED = "dropped"
    LAZY = "lazy"
    FLAG_LOST = "flag_lost"
    FLAG_LATE = "flag_late"
    CREATES_GRAPH = "creates_graph"
    NO_RETURN = "no_return"
    FALLS_OFF = "falls_off"
    GIVES_NOTHING = "gives_nothing"
    READ_EARLY = "read_early"
    EMPTIED = "emptied"
    RESULT_FLAGGED = "result_flagged"
    RENEWED = "renewed"
    SHADOWED = "shadowed"
    GRAD_READ = "grad_read"
    RETURN_IN_LOOP = "return_in_loop"
    CAUGHT = "caught"
    REPLACED = "replaced"
    CARRIED = "carried"
    IGNORED = "ignored"
    STEPPED = "stepped"
    ENDS_LOOP = "ends_loop"
    SCALED_GRAD = "scaled_grad"
    TRUTH = "truth"
    SET = "set"
    TWICE = "twice"
    UNUSED = "unused"


class Trait(Record):
    """A slip in the function of an exercise: the line, and the name of the method or argument that it is about.

    Of a gradient that stands in a tuple which is handed back, `entry` says where.
    """

    slip: Slip
    line: int | None = None
    name: Text | None = None
    entry: int | None = None

    @property
    def rationale(self) -> tuple[Said, ...]:
        """The sentence that says it."""
        holes = known(line=self.line, name=self.name)
        return (say(f"slip.{self.slip}", **holes),)

    @property
    def question(self) -> Said:
        """The question that dissolves it: a hint."""
        holes = known(line=self.line, name=self.name)
        return say(f"ask_slip.{self.slip}", **holes)


def traits_of(function: _Function) -> tuple[Trait, ...]:
    """The slips that a function's source shows, those that explain most first."""
    nodes = _Nodes(function)
    found = [
        *_not_called(nodes),
        *_cut(nodes),
        *_misspelt(nodes),
        *_for_nothing(nodes),
        *_flags(function, nodes),
        *_graphs(nodes),
        *_returns(function, nodes),
        *_gradients(function, nodes),
        *_gradients_given(nodes),
        *_renewed(function),
        *_loops(nodes),
        *_breaks(nodes),
        *_caught(nodes),
        *_steps(nodes),
        *_scaled(nodes),
        *_truths(nodes),
        *_sets(nodes),
        *_twice(nodes),
        *_arguments(function, nodes),
        *_stores(nodes),
    ]
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

    @property
    def loops(self) -> Sequence[_Loop]:
        """The loops that run when the function is called."""
        return [*self.own(ast.For), *self.own(ast.While)]

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


def _cut(nodes: _Nodes) -> Iterator[Trait]:
    """Leaves that lose their flag to `detach_`, in the middle of something that is computed."""
    leaves = {
        target.id
        for assignment in nodes.own(ast.Assign)
        for target in assignment.targets
        if isinstance(target, ast.Name) and _is_call_of(assignment.value, "requires_grad_")
    }
    alone = {id(line.value) for line in nodes.own(ast.Expr)}
    for call in nodes.own(ast.Call):
        match call.func:
            case ast.Attribute(attr="detach_", value=ast.Name(id=name)) if name in leaves and id(call) not in alone:
                yield Trait(slip=Slip.CUT, line=call.lineno, name=name)
            case _:
                pass


def _misspelt(nodes: _Nodes) -> Iterator[Trait]:
    """Attributes that are set under nearly the name of one that torch looks at."""
    for node in nodes.all(ast.Attribute):
        if isinstance(node.ctx, ast.Store) and node.attr not in _ATTRIBUTES and len(node.attr) <= _MAX_NAME:
            for name in difflib.get_close_matches(node.attr, _ATTRIBUTES, n=1, cutoff=0.7):
                yield Trait(slip=Slip.MISSPELT, line=node.lineno, name=name)


def _for_nothing(nodes: _Nodes) -> Iterator[Trait]:
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


def _flags(function: _Function, nodes: _Nodes) -> Iterator[Trait]:
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
        if name is None or any("requires_grad" in ast.dump(one) for one in before):
            continue
        if any(_is_result(name, one) for one in before) and _is_differentiated(name, function):
            # Computed without a flag: the way begins and ends there.
            yield Trait(slip=Slip.RESULT_FLAGGED, line=statement.lineno, name=name)
        if any(isinstance(one, ast.Assign) and _computes_with(name, one.value) for one in before):
            yield Trait(slip=Slip.FLAG_LATE, line=statement.lineno, name=name)


def _is_differentiated(name: str, function: _Function) -> bool:
    """Does a backward of the function begin at this name?"""
    return any(_is_call_of(part, "backward") and name in _names(part) for part in ast.walk(function))


def _is_result(name: str, statement: ast.stmt) -> bool:
    """Does a statement give the name the result of a function that was called with something?"""
    match statement:
        case ast.Assign(targets=[ast.Name(id=target)], value=ast.Call(func=ast.Name(), args=[_, *_])):
            return target == name
        case _:
            return False


def _graphs(nodes: _Nodes) -> Iterator[Trait]:
    """Calls that ask for a graph."""
    for call in nodes.own(ast.Call):
        for keyword in call.keywords:
            match keyword:
                case ast.keyword(arg="create_graph", value=ast.Constant(value=True)):
                    yield Trait(slip=Slip.CREATES_GRAPH, line=call.lineno)
                case _:
                    pass


def _detached_at_last(function: _Function) -> Iterator[Trait]:
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


def _computes_with(name: str, value: ast.expr) -> bool:
    """Is something computed from a name, more than a copy or a view of it?"""
    match value:
        case ast.BinOp() | ast.Call(args=[_, *_]):
            return name in _names(value)
        case ast.Call(func=ast.Attribute(value=inner, attr="sum" | "mean" | "pow" | "square" | "dot" | "exp")):
            return name in _names(inner)
        case _:
            return False


def _returns(function: _Function, nodes: _Nodes) -> Iterator[Trait]:
    """Functions that give nothing back, or only in some cases; and what methods give back that give nothing."""
    gives = any(node.value is not None for node in nodes.own(ast.Return))
    if not (gives or any(nodes.own(ast.Yield)) or any(nodes.own(ast.YieldFrom))):
        yield Trait(slip=Slip.NO_RETURN)
    elif gives and not _ends(function.body):
        yield Trait(slip=Slip.FALLS_OFF)
    takers: list[ast.Return | ast.Assign] = [*nodes.own(ast.Return), *nodes.own(ast.Assign)]
    for node in takers:
        match node.value:
            case ast.Call(func=ast.Attribute(attr="backward" | "append" | "extend" | "sort" | "zero_grad" as name)):
                yield Trait(slip=Slip.GIVES_NOTHING, line=node.lineno, name=name)
            case ast.Call(func=ast.Name(id="print")):
                yield Trait(slip=Slip.GIVES_NOTHING, line=node.lineno, name="print")
            case _:
                pass


def _gradients_given(nodes: _Nodes) -> Iterator[Trait]:
    """Gradients that are handed back: where one is None, this tensor has none."""
    for given in nodes.own(ast.Return):
        several = given.value.elts if isinstance(given.value, ast.Tuple) else None
        for entry, value in enumerate([given.value] if several is None else several):
            match value:
                case ast.Attribute(value=ast.Name(id=name), attr="grad") if len(name) <= _MAX_NAME:
                    place = None if several is None else entry
                    yield Trait(slip=Slip.GRAD_READ, line=given.lineno, name=name, entry=place)
                case _:
                    pass


def _renewed(function: _Function) -> Iterator[Trait]:
    """Leaves that are made anew when something has been computed from the old one, and whose .grad is read."""
    body = function.body
    for at, statement in enumerate(body):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]) if len(name) <= _MAX_NAME:
                before, after = body[:at], body[at + 1 :]
                is_used = any(isinstance(one, ast.Assign) and _computes_with(name, one.value) for one in before)
                reads = [part for one in after for part in ast.walk(one) if _is_gradient_of(name, part)]
                uses = sum(isinstance(part, ast.Name) and part.id == name for one in after for part in ast.walk(one))
                if is_used and reads and uses == len(reads):
                    yield Trait(slip=Slip.RENEWED, line=statement.lineno, name=name)
            case _:
                pass


def _is_gradient_of(name: str, node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id=owner), attr="grad"):
            return owner == name
        case _:
            return False


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


def _gradients(function: _Function, nodes: _Nodes) -> Iterator[Trait]:
    """Gradients that are read before a backward, or taken away after the last one; told of straight code alone."""
    if nodes.loops:
        return
    backwards = [
        call.lineno
        for call in nodes.own(ast.Call)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "backward"
    ]
    if not backwards:
        return
    reads = [node.lineno for node in nodes.own(ast.Attribute) if node.attr == "grad" and isinstance(node.ctx, ast.Load)]
    # What is only put back later is read early for a good reason.
    given = {name for node in nodes.own(ast.Return) if node.value is not None for name in _names(node.value)}
    for statement in function.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Attribute(attr="grad")):
                if statement.lineno < min(backwards) and name in given:
                    yield Trait(slip=Slip.READ_EARLY, line=statement.lineno, name=name)
            case (
                ast.Assign(targets=[ast.Attribute(attr="grad")], value=ast.Constant(value=None))
                | ast.Expr(value=ast.Call(func=ast.Attribute(attr="zero_grad")))
            ):
                if max(backwards) < statement.lineno < max(reads, default=0):
                    yield Trait(slip=Slip.EMPTIED, line=statement.lineno)
            case _:
                pass


def _loops(nodes: _Nodes) -> Iterator[Trait]:
    """Loops that end in their first round, whatever happens in it."""
    goes_on = {id(node) for node in nodes.own(ast.Continue)}
    for loop in nodes.loops:
        ends = [part for part in loop.body if isinstance(part, ast.Return)]
        if ends and goes_on.isdisjoint(map(id, ast.walk(loop))):
            yield from (Trait(slip=Slip.RETURN_IN_LOOP, line=part.lineno) for part in ends)


def _breaks(nodes: _Nodes) -> Iterator[Trait]:
    """Lines that end a loop over several things in some of its rounds, and hand back nothing that was looked for."""
    for loop in nodes.own(ast.For):
        for part in ast.walk(loop):
            match part:
                case ast.Break():
                    yield Trait(slip=Slip.ENDS_LOOP, line=part.lineno, name="break")
                case ast.Return(value=None | ast.Constant(value=None)) if part not in loop.body:
                    yield Trait(slip=Slip.ENDS_LOOP, line=part.lineno, name="return")
                case _:
                    pass


def _caught(nodes: _Nodes) -> Iterator[Trait]:
    """Errors of a backward that are caught, and not raised again."""
    for attempt in nodes.own(ast.Try):
        if any(_is_call_of(part, "backward", "grad") for line in attempt.body for part in ast.walk(line)):
            for handler in attempt.handlers:
                if not any(isinstance(part, ast.Raise) for part in ast.walk(handler)):
                    yield Trait(slip=Slip.CAUGHT, line=handler.lineno)


def _steps(nodes: _Nodes) -> Iterator[Trait]:
    """Steps of an optimizer, with another backward behind them."""
    last = max((call.lineno for call in nodes.own(ast.Call) if _is_call_of(call, "backward", "grad")), default=0)
    for line in nodes.own(ast.Expr):
        if _is_call_of(line.value, "step") and line.lineno < last:
            yield Trait(slip=Slip.STEPPED, line=line.lineno)


def _scaled(nodes: _Nodes) -> Iterator[Trait]:
    """Gradients that are multiplied in place in each round, with what the rounds before have left there."""
    for loop in nodes.loops:
        parts = list(ast.walk(loop))
        if any(_is_call_of(part, "backward") for part in parts):
            for part in parts:
                match part:
                    case ast.AugAssign(target=ast.Attribute(attr="grad"), op=ast.Mult() | ast.Div()):
                        yield Trait(slip=Slip.SCALED_GRAD, line=part.lineno)
                    case _:
                        pass


def _truths(nodes: _Nodes) -> Iterator[Trait]:
    """Gradients that are asked for their truth."""
    asked = [
        *(node.test for node in nodes.all(ast.If)),
        *(node.test for node in nodes.all(ast.IfExp)),
        *(node.operand for node in nodes.all(ast.UnaryOp) if isinstance(node.op, ast.Not)),
        *(one for node in nodes.all(ast.BoolOp) for one in node.values),
    ]
    for one in asked:
        if isinstance(one, ast.Attribute) and one.attr == "grad":
            yield Trait(slip=Slip.TRUTH, line=one.lineno)


def _sets(nodes: _Nodes) -> Iterator[Trait]:
    """Sets that are made of something."""
    for call in nodes.own(ast.Call):
        match call:
            case ast.Call(func=ast.Name(id="set"), args=[_]):
                yield Trait(slip=Slip.SET, line=call.lineno)
            case _:
                pass
    yield from (Trait(slip=Slip.SET, line=node.lineno) for node in nodes.own(ast.SetComp))


# What has fewer parts is repeated for good reasons, such as one more backward over a new graph.
_MANY = 12


def _twice(nodes: _Nodes) -> Iterator[Trait]:
    """Long lines that compute the same for two names."""
    first: dict[str, str] = {}
    for assignment in nodes.own(ast.Assign):
        match assignment.targets:
            case [ast.Name(id=name)] if len(name) <= _MAX_NAME and sum(1 for _ in ast.walk(assignment.value)) > _MANY:
                other = first.setdefault(ast.dump(assignment.value), name)
                if other != name:
                    yield Trait(slip=Slip.TWICE, line=assignment.lineno, name=other)
            case _:
                pass


def _is_call_of(node: ast.AST, *names: str) -> bool:
    """Is it a call of a method or a function with one of these names?"""
    match node:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name in names
        case _:
            return False


def _arguments(function: _Function, nodes: _Nodes) -> Iterator[Trait]:
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
    for loop in nodes.loops:
        yield from _carried(loop, names)
        match loop:
            case ast.For(target=ast.Name(id=name)) if name in names & _names(loop.iter):
                yield Trait(slip=Slip.SHADOWED, line=loop.lineno, name=name)
            case _:
                pass


def _carried(loop: _Loop, names: Set[str]) -> Iterator[Trait]:
    """Arguments that a round reads, and then gives another value, so that the next round begins with that."""
    for at, statement in enumerate(loop.body):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in names:
                if name not in _names(value) and any(name in _names(one) for one in loop.body[:at]):
                    yield Trait(slip=Slip.CARRIED, line=statement.lineno, name=name)
            case _:
                pass


def _stores(nodes: _Nodes) -> Iterator[Trait]:
    """Names that get another value which nothing reads any more."""
    named: dict[str, list[ast.Name]] = defaultdict(list)
    for node in nodes.all(ast.Name):
        named[node.id].append(node)
    for assignment in nodes.own(ast.Assign):
        match assignment.targets:
            case [ast.Name(id=name)] if len(name) <= _MAX_NAME and not name.startswith("_"):
                first = min(one.lineno for one in named[name] if isinstance(one.ctx, ast.Store))
                if first < assignment.lineno and not _is_read_after(assignment, named[name], nodes):
                    yield Trait(slip=Slip.UNUSED, line=assignment.lineno, name=name)
            case _:
                pass


def _is_read_after(assignment: ast.Assign, named: Sequence[ast.Name], nodes: _Nodes) -> bool:
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


def _is_read_in_next_round(loop: _Loop, assignment: ast.Assign, name: str, reads: Sequence[int]) -> bool:
    """Does the loop around a line read the name before it gives it a new value?"""
    lines = range(loop.lineno, (loop.end_lineno or 0) + 1)
    if assignment.lineno not in lines or (isinstance(loop, ast.For) and name in _names(loop.target)):
        return False
    made = (one.lineno for one in loop.body if isinstance(one, ast.Assign) and name in map(_name_of, one.targets))
    return min((line for line in reads if line in lines), default=math.inf) <= min(made, default=math.inf)


def _name_of(target: ast.expr) -> str:
    return target.id if isinstance(target, ast.Name) else ""


def _names(node: ast.AST) -> frozenset[str]:
    return frozenset(part.id for part in ast.walk(node) if isinstance(part, ast.Name))
