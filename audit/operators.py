"""The mechanical changes: each operator is given a node of libcst's tree, and yields what may take its place.

An operator knows nothing of an exercise. Its docstring says what it does, its `EXAMPLES` in tests/audit what it makes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import libcst as cst

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The surroundings of a node that an operator may want to know."""

    is_value: bool
    """Does the node stand for a value that is read? Targets, called names and parts of `torch.…` do not."""
    is_link: bool
    """Is an attribute or a method of it asked for?"""
    is_result: bool
    """Is it what the function returns, or an entry of that?"""
    values: Sequence[str]
    """The function's parameters and variables, but for those that are called."""
    assigned: Mapping[str, str]
    """The source of each variable that is assigned once."""
    returned: str
    """The source of what the function returns at its end; empty where it returns nothing."""


Operator = Callable[[cst.CSTNode, Scope], Iterator[cst.CSTNode]]
OPERATORS: dict[str, Operator] = {}
"""All operators by name, in the order in which they are tried."""


def _operator(function: Operator) -> Operator:
    OPERATORS[function.__name__] = function
    return function


def code(node: cst.CSTNode) -> str:
    """The source of a node."""
    return cst.Module(body=()).code_for_node(node)


def _expression(source: str) -> cst.BaseExpression:
    """A node from source, in parentheses so that it can stand everywhere."""
    return cst.parse_expression(f"({source})")


# ------------------------------------------------------------ arithmetic, comparisons and literals

_ARITHMETIC = {
    cst.Add: ("-", "*"),
    cst.Subtract: ("+", "*"),
    cst.Multiply: ("+", "-", "/", "@"),
    cst.Divide: ("*", "//"),
    cst.FloorDivide: ("/", "*"),
    cst.Power: ("*", "+"),
    cst.MatrixMultiply: ("*", "+"),
    cst.Modulo: ("*", "//"),
}


@_operator
def arithmetic(node: cst.CSTNode, _: Scope) -> Iterator[cst.CSTNode]:
    """Another operator between the same operands."""
    if isinstance(node, cst.BinaryOperation):
        for other in _ARITHMETIC.get(type(node.operator), ()):
            yield _expression(f"({code(node.left)}) {other} ({code(node.right)})")


@_operator
def operand(node: cst.CSTNode, _: Scope) -> Iterator[cst.CSTNode]:
    """One operand alone, or the operands exchanged where their order matters."""
    if isinstance(node, cst.BinaryOperation):
        yield _expression(code(node.left))
        yield _expression(code(node.right))
        if not isinstance(node.operator, cst.Add | cst.Multiply):
            yield node.with_changes(left=_expression(code(node.right)), right=_expression(code(node.left)))


@_operator
def constant(node: cst.CSTNode, _: Scope) -> Iterator[cst.CSTNode]:
    """A neighbouring number, zero, its negative or its double; the other truth value; another text."""
    match node:
        case cst.Integer(value=text):
            number = int(text, 0)
            yield from (_expression(str(other)) for other in (number + 1, number - 1, -number, 0) if other != number)
        case cst.Float(value=text):
            value = float(text)
            others = dict.fromkeys((value * 2, value / 2, value + 1, -value, 0.0))
            yield from (_expression(repr(other)) for other in others if other != value)
        case cst.Name(value="True"):
            yield cst.Name("False")
        case cst.Name(value="False"):
            yield cst.Name("True")
        case cst.SimpleString():
            yield cst.SimpleString('"other"')
        case _:
            pass


@_operator
def sign(node: cst.CSTNode, scope: Scope) -> Iterator[cst.CSTNode]:
    """A minus dropped, or put before a value that is computed or returned."""
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Minus):
        yield _expression(code(node.expression))
    elif scope.is_value and (isinstance(node, cst.BinaryOperation) or scope.is_result):
        yield _expression(f"-({code(node)})")


_COMPARISONS = {
    cst.LessThan: ("<=", ">", "=="),
    cst.LessThanEqual: ("<", ">=", "=="),
    cst.GreaterThan: (">=", "<", "=="),
    cst.GreaterThanEqual: (">", "<=", "=="),
    cst.Equal: ("!=", "<=", ">="),
    cst.NotEqual: ("==", "<", ">"),
    cst.Is: ("is not",),
    cst.IsNot: ("is",),
    cst.In: ("not in",),
    cst.NotIn: ("in",),
}


@_operator
def comparison(node: cst.CSTNode, _: Scope) -> Iterator[cst.CSTNode]:
    """Another comparison of the same things."""
    if isinstance(node, cst.Comparison) and len(node.comparisons) == 1:
        (target,) = node.comparisons
        for other in _COMPARISONS.get(type(target.operator), ()):
            yield _expression(f"({code(node.left)}) {other} ({code(target.comparator)})")


@_operator
def condition(node: cst.CSTNode, _: Scope) -> Iterator[cst.CSTNode]:
    """A condition that always holds, never holds, or holds for the other cases; one part of an `and` or `or`."""
    match node:
        case cst.If(test=test) | cst.While(test=test) | cst.IfExp(test=test):
            others = ["False", f"not ({code(test)})"]
            # A loop that never ends tells nothing.
            for other in others if isinstance(node, cst.While) else ["True", *others]:
                yield node.with_changes(test=_expression(other))
        case cst.UnaryOperation(operator=cst.Not(), expression=expression):
            yield _expression(code(expression))
        case cst.BooleanOperation(left=left, operator=operator, right=right):
            yield _expression(code(left))
            yield _expression(code(right))
            other = "or" if isinstance(operator, cst.And) else "and"
            yield _expression(f"({code(left)}) {other} ({code(right)})")
        case _:
            pass


# ------------------------------------------------------------ calls and their arguments


@_operator
def drop_call(node: cst.CSTNode, _: Scope) -> Iterator[cst.CSTNode]:
    """A call gives what it was called on, or its first argument."""
    match node:
        case cst.Call(func=cst.Attribute(value=value)) if not is_module(value):
            yield _expression(code(value))
        case cst.Call(args=[cst.Arg(value=first, star=""), *_]):
            yield _expression(code(first))
        case _:
            pass


@_operator
def drop_chain(node: cst.CSTNode, _: Scope) -> Iterator[cst.CSTNode]:
    """A chain of calls gives what it begins with."""
    first, length = _unchained(node)
    if length > 1:
        yield _expression(code(first))


def _unchained(node: cst.CSTNode) -> tuple[cst.CSTNode, int]:
    """The beginning of a chain of calls, and how many there are."""
    length = 0
    while isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and not is_module(node.func.value):
        node, length = node.func.value, length + 1
    return node, length


_ADDED_TO_RESULTS = (
    "{}.clone()",
    "{}.squeeze()",
    "{}.unsqueeze(0)",
    "{}.flip(-1)",
    "{}.double()",
    "{}.float()",
    "{}.sum()",
    "{}.abs()",
    "{}.requires_grad_()",
    "[{}]",
)


@_operator
def add_call(node: cst.CSTNode, scope: Scope) -> Iterator[cst.CSTNode]:
    """A detach more on a value; on a result also a copy, and changes of shape, order, dtype and container.

    Not on the links of a chain: one call more at its end does the same.
    """
    kinds = cst.Name | cst.Attribute | cst.Call | cst.Subscript | cst.BinaryOperation
    if scope.is_value and not scope.is_link and isinstance(node, kinds):
        for form in ("{}.detach()", *(_ADDED_TO_RESULTS if scope.is_result else ())):
            if not code(node).endswith(form.removeprefix("{}")):
                yield _expression(form.format(f"({code(node)})"))


_METHODS = {
    "detach": ("detach_", "requires_grad_"),
    "detach_": ("detach",),
    "sum": ("mean", "prod", "max"),
    "double": ("float",),
    "zero_": ("detach",),
    "fill_": ("add", "add_"),
    "reshape": ("expand", "view"),
    "flatten": ("squeeze",),
    "unsqueeze": ("squeeze",),
    "unbind": ("split",),
    "numel": ("dim",),
    "dim": ("numel",),
    "zeros_like": ("ones_like",),
    "ones_like": ("zeros_like",),
    "full_like": ("zeros_like",),
    "empty_like": ("ones_like",),
    "zeros": ("ones",),
    "ones": ("zeros",),
    "empty": ("ones",),
    "stack": ("cat", "hstack"),
    "eye": ("ones",),
    "where": ("add",),
    "dot": ("mul", "add"),
    "jacobian": ("vjp",),
    "no_grad": ("enable_grad", "inference_mode"),
    "copy_": ("add_",),
    "items": ("keys",),
    "append": ("extend",),
    "values": ("keys",),
    "requires_grad": ("retains_grad",),
    "grad": ("data",),
    "SGD": ("Adam",),
    "float64": ("float32",),
    "shape": ("ndim",),
}


@_operator
def method(node: cst.CSTNode, _: Scope) -> Iterator[cst.CSTNode]:
    """A related name after the dot."""
    if isinstance(node, cst.Attribute):
        for other in _METHODS.get(node.attr.value, ()):
            yield node.with_changes(attr=cst.Name(other))


_DEFAULTS = {"requires_grad_": ["True"]}


@_operator
def drop_argument(node: cst.CSTNode, _: Scope) -> Iterator[cst.CSTNode]:
    """A call without one of its arguments, but for one that only says the default."""
    if isinstance(node, cst.Call) and _DEFAULTS.get(_last_name(node.func)) != [code(arg) for arg in node.args]:
        for index in range(len(node.args)):
            yield _call(code(node.func), [code(arg) for place, arg in enumerate(node.args) if place != index])


@_operator
def swap_arguments(node: cst.CSTNode, _: Scope) -> Iterator[cst.CSTNode]:
    """Two neighbouring arguments exchanged."""
    if isinstance(node, cst.Call):
        plain = [arg.keyword is None and not arg.star for arg in node.args]
        for index, (one, other) in enumerate(pairwise(plain)):
            if one and other:
                yield _call(code(node.func), _swapped([code(arg) for arg in node.args], index))


_ADDED_ARGUMENTS = {
    "backward": ("retain_graph=True", "create_graph=True"),
    "grad": ("retain_graph=True", "create_graph=True", "allow_unused=True", "materialize_grads=True"),
    "jacobian": ("create_graph=True", "vectorize=True"),
    "vjp": ("create_graph=True",),
    "requires_grad_": ("False",),
    "zeros_like": ("requires_grad=True",),
    "zeros": ("requires_grad=True",),
    "empty": ("requires_grad=True",),
    "sum": ("0", "dtype=torch.float64"),
    "stack": ("dim=1",),
}


@_operator
def add_argument(node: cst.CSTNode, _: Scope) -> Iterator[cst.CSTNode]:
    """An argument more that the called name takes: retain_graph, create_graph, allow_unused, and others."""
    if isinstance(node, cst.Call):
        args = [code(arg).rstrip(", ") for arg in node.args]
        for more in _ADDED_ARGUMENTS.get(_last_name(node.func), ()):
            name = more.partition("=")[0]
            if "=" not in more:
                yield _call(code(node.func), [more])
            elif not any(arg.startswith(f"{name}=") for arg in args):
                yield _call(code(node.func), [*args, more])


def _call(function: str, arguments: Sequence[str]) -> cst.BaseExpression:
    return _expression(f"{function}({', '.join(arg.rstrip(', ') for arg in arguments)})")


def _last_name(function: cst.BaseExpression) -> str:
    match function:
        case cst.Attribute(attr=cst.Name(value=name)) | cst.Name(value=name):
            return name
        case _:
            return ""


def is_module(node: cst.BaseExpression) -> bool:
    """Is it torch, or a part of torch that is reached by dots alone?"""
    match node:
        case cst.Name(value="torch"):
            return True
        case cst.Attribute(value=value):
            return is_module(value)
        case _:
            return False


# ------------------------------------------------------------ values, entries and dtypes


@_operator
def name(node: cst.CSTNode, scope: Scope) -> Iterator[cst.CSTNode]:
    """Another variable or argument of the function."""
    if scope.is_value and isinstance(node, cst.Name) and node.value in scope.values:
        yield from (cst.Name(other) for other in scope.values if other != node.value)


@_operator
def result(node: cst.CSTNode, scope: Scope) -> Iterator[cst.CSTNode]:
    """A variable or an argument in the place of a result, with its history and without."""
    if scope.is_result and not isinstance(node, cst.Tuple | cst.List):
        for other in scope.values:
            yield cst.Name(other)
            yield _expression(f"{other}.detach()")


@_operator
def inline(node: cst.CSTNode, scope: Scope) -> Iterator[cst.CSTNode]:
    """A variable's value, computed once more."""
    if scope.is_value and isinstance(node, cst.Name) and node.value in scope.assigned:
        yield _expression(scope.assigned[node.value])


@_operator
def drop_attribute(node: cst.CSTNode, scope: Scope) -> Iterator[cst.CSTNode]:
    """The thing itself in the place of its attribute."""
    if scope.is_value and isinstance(node, cst.Attribute) and not is_module(node):
        yield _expression(code(node.value))


@_operator
def elements(node: cst.CSTNode, _: Scope) -> Iterator[cst.CSTNode]:
    """An entry of a tuple or list left out, doubled or exchanged with the next; one entry alone, or in all places."""
    if not isinstance(node, cst.Tuple | cst.List):
        return
    parts = [code(one.value) for one in node.elements]
    brackets = "({},)" if isinstance(node, cst.Tuple) else "[{}]"

    def made(entries: Sequence[str]) -> cst.BaseExpression:
        return cst.parse_expression(brackets.format(", ".join(entries)) if entries else brackets[0] + brackets[-1])

    for place in range(len(parts)):
        yield made([*parts[:place], *parts[place + 1 :]])
        yield made([*parts[: place + 1], *parts[place:]])
    yield from (made(_swapped(parts, place)) for place in range(len(parts) - 1))
    yield from (made([one] * len(parts)) for one in parts)
    yield from (_expression(one) for one in parts)


@_operator
def index(node: cst.CSTNode, scope: Scope) -> Iterator[cst.CSTNode]:
    """The whole in the place of a part, or a part at another end."""
    if isinstance(node, cst.Subscript) and scope.is_value:
        yield _expression(code(node.value))
        yield _expression(f"({code(node.value)})[-1]")
        yield _expression(f"({code(node.value)})[0:1]")


_DTYPES = ("torch.float32", "torch.float64")


@_operator
def dtype(node: cst.CSTNode, scope: Scope) -> Iterator[cst.CSTNode]:
    """A fixed dtype in the place of one that is asked for."""
    if scope.is_value and isinstance(node, cst.Attribute) and node.attr.value in {"dtype", "float64", "float32"}:
        yield from (_expression(other) for other in _DTYPES if other != code(node))


_IN_PLACE = {cst.Add: "add_", cst.Subtract: "sub_", cst.Multiply: "mul_", cst.Divide: "div_", cst.Power: "pow_"}
_METHODS_IN_PLACE = ("detach", "abs", "square", "mul", "add", "requires_grad")


@_operator
def in_place(node: cst.CSTNode, _: Scope) -> Iterator[cst.CSTNode]:
    """An operation in place, in the place of one that makes a new tensor; and the other way round."""
    match node:
        case cst.BinaryOperation(left=left, operator=operator, right=right) if type(operator) in _IN_PLACE:
            yield _expression(f"({code(left)}).{_IN_PLACE[type(operator)]}({code(right)})")
        case cst.AugAssign(target=target, operator=operator, value=value):
            yield _statement(f"{code(target)} = {code(target)} {_plain(operator)} {code(value)}")
            yield _statement(f"{code(target)} = {code(value)}")
        case cst.Expr(value=cst.Call(func=cst.Attribute(value=value, attr=cst.Name(value="zero_")))):
            cleared = code(_unchained(value)[0])
            yield _statement(f"{cleared} = None")
            yield _statement(f"{cleared} = torch.zeros_like({cleared})")
            yield _statement(f"{cleared} *= 0")
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Attribute() as target)], value=cst.Name(value="None")):
            yield _statement(f"{code(target)}.zero_()")
            yield _statement(f"{code(target)} = torch.zeros_like({code(target)})")
        case _:
            pass


def _statement(source: str) -> cst.BaseSmallStatement:
    line = cst.ensure_type(cst.parse_statement(source), cst.SimpleStatementLine)
    return line.body[0]


def _plain(operator: cst.BaseAugOp) -> str:
    return code(operator).strip().removesuffix("=")


# ------------------------------------------------------------ statements


@_operator
def drop_statement(node: cst.CSTNode, _: Scope) -> Iterator[cst.CSTNode]:
    """A block without one of its statements."""
    if isinstance(node, cst.IndentedBlock):
        for index in range(len(node.body)):
            kept = [*node.body[:index], *node.body[index + 1 :]]
            yield node.with_changes(body=kept or [cst.parse_statement("pass")])


@_operator
def swap_statements(node: cst.CSTNode, _: Scope) -> Iterator[cst.CSTNode]:
    """Two neighbouring statements exchanged."""
    if isinstance(node, cst.IndentedBlock):
        yield from (node.with_changes(body=_swapped(node.body, index)) for index in range(len(node.body) - 1))


@_operator
def repeat_statement(node: cst.CSTNode, _: Scope) -> Iterator[cst.CSTNode]:
    """A statement that is done for its effect is done twice."""
    if isinstance(node, cst.IndentedBlock):
        for index, one in enumerate(node.body):
            if isinstance(one, cst.SimpleStatementLine) and isinstance(one.body[0], cst.Expr | cst.AugAssign):
                yield node.with_changes(body=[*node.body[: index + 1], one, *node.body[index + 1 :]])


@_operator
def early_return(node: cst.CSTNode, scope: Scope) -> Iterator[cst.CSTNode]:
    """The function returns before its last statements, or leaves a loop in its first round."""
    match node:
        case cst.FunctionDef(body=cst.IndentedBlock() as block) if len(block.body) > 1:
            line = cst.parse_statement(f"return {scope.returned}".strip())
            for index in range(1, len(block.body) - 1):
                yield node.with_changes(body=block.with_changes(body=[*block.body[:index], line, *block.body[index:]]))
        case cst.For(body=cst.IndentedBlock() as block) | cst.While(body=cst.IndentedBlock() as block):
            left = cst.parse_statement("break")
            yield node.with_changes(body=block.with_changes(body=[*block.body, left]))
        case _:
            pass


@_operator
def rounds(node: cst.CSTNode, _: Scope) -> Iterator[cst.CSTNode]:
    """A loop without its first or its last round, or backwards."""
    if isinstance(node, cst.For | cst.CompFor):
        for form in ("list({})[1:]", "list({})[:-1]", "reversed(list({}))"):
            yield node.with_changes(iter=_expression(form.format(code(node.iter))))


@_operator
def no_grad(node: cst.CSTNode, _: Scope) -> Iterator[cst.CSTNode]:
    """A statement under `torch.no_grad()`, or one that no longer is."""
    if not isinstance(node, cst.IndentedBlock):
        return
    for index, one in enumerate(node.body):
        if isinstance(one, cst.With) and isinstance(one.body, cst.IndentedBlock):
            yield node.with_changes(body=[*node.body[:index], *one.body.body, *node.body[index + 1 :]])
        elif isinstance(one, cst.For) or (
            isinstance(one, cst.SimpleStatementLine) and not isinstance(one.body[0], cst.Return)
        ):
            wrapped = cst.With(
                items=[cst.WithItem(item=_expression("torch.no_grad()"))], body=cst.IndentedBlock(body=[one])
            )
            yield node.with_changes(body=[*node.body[:index], wrapped, *node.body[index + 1 :]])


def _swapped(things: Sequence[T], index: int) -> list[T]:
    return [*things[:index], things[index + 1], things[index], *things[index + 2 :]]
