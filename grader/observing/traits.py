"""Facts about a function that its source shows without being run, where they are slips for sure. Pure.

None of them says that an answer is wrong. They explain one that is.
"""

import ast
import enum
from collections.abc import Iterator

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
    own = list(_own(function))
    found = [*_not_called(function), *_for_nothing(own), *_returns(own), *_loops(own), *_arguments(function)]
    return tuple(sorted(found, key=lambda trait: list(Slip).index(trait.slip)))


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run when the function is called; not the bodies of functions in it."""
    for part in ast.iter_child_nodes(node):
        if not isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            yield part
            yield from _own(part)


def _not_called(function: ast.AST) -> Iterator[Trait]:
    """Methods of a value that are named, and not called, nor handed to anybody who could."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    used = {
        id(part) for node in calls for part in (node.func, *node.args, *(keyword.value for keyword in node.keywords))
    }
    called = {node.func.id for node in calls if isinstance(node.func, ast.Name)}
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Attribute() as value) if name in called:
                used.add(id(value))
            case ast.Attribute(value=ast.Name(id="torch") | ast.Attribute(value=ast.Name(id="torch"))):
                pass  # a function or a class of the library, and no value's method
            case ast.Attribute(attr=name, ctx=ast.Load()) if name in _METHODS and id(node) not in used:
                yield Trait(slip=Slip.NOT_CALLED, line=node.lineno, name=name)
            case _:
                pass


def _for_nothing(own: list[ast.AST]) -> Iterator[Trait]:
    """Statements that compute something and drop it."""
    for node in own:
        match node:
            case ast.Expr(value=ast.Compare(ops=[ast.Eq()])):
                yield Trait(slip=Slip.COMPARED, line=node.lineno)
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name))) if name in _WITHOUT_EFFECT:
                yield Trait(slip=Slip.DROPPED, line=node.lineno, name=name)
            case _:
                pass


def _returns(own: list[ast.AST]) -> Iterator[Trait]:
    gives = (
        isinstance(node, ast.Yield | ast.YieldFrom) or (isinstance(node, ast.Return) and node.value is not None)
        for node in own
    )
    if not any(gives):
        yield Trait(slip=Slip.NO_RETURN)


def _loops(own: list[ast.AST]) -> Iterator[Trait]:
    """Loops that end in their first round, whatever happens in it."""
    for node in own:
        if isinstance(node, ast.For | ast.While) and not any(isinstance(part, ast.Continue) for part in _own(node)):
            yield from (
                Trait(slip=Slip.RETURN_IN_LOOP, line=part.lineno) for part in node.body if isinstance(part, ast.Return)
            )


def _arguments(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Trait]:
    """Arguments that are never read, or that get another value before they are."""
    given = function.args
    unread = {one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs) if len(one.arg) <= _MAX_NAME}
    for statement in function.body:
        named = _names(statement)
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in unread and name not in _names(value):
                yield Trait(slip=Slip.REPLACED, line=statement.lineno, name=name)
            case _:
                pass
        unread -= named
    yield from (Trait(slip=Slip.IGNORED, name=name) for name in sorted(unread))


def _names(node: ast.AST) -> frozenset[str]:
    return frozenset(part.id for part in ast.walk(node) if isinstance(part, ast.Name))
