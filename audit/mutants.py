"""Mechanical changes of a right answer, one at a time. Pure: a source gives its mutants, always in the same order."""

import ast
import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import ExpressionContext, ExpressionContextProvider, MetadataWrapper

from audit.operators import OPERATORS, Operator, Scope, code, is_module


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A source that differs from another one by what an operator has done."""

    operator: str
    source: str
    change: str
    """The lines that differ, with the number of the first: `4: y.backward() -> pass`."""


def mutants_of(source: str, operators: Mapping[str, Operator] = OPERATORS) -> Iterator[Mutant]:
    """Every mutant of a source with one function, each text once. A change that Python cannot parse is none."""
    original = normalized(source)
    wrapper = MetadataWrapper(cst.parse_module(original))
    sites = _Sites.of(wrapper)
    seen = {original}
    for label, operator in operators.items():
        for node, scope in sites:
            for replacement in operator(node, scope):
                made = cst.ensure_type(wrapper.module.deep_replace(node, replacement), cst.Module)
                try:
                    text = normalized(made.code)
                except SyntaxError:
                    continue
                if text not in seen:
                    seen.add(text)
                    yield Mutant(operator=label, source=text, change=change(original, text))


def normalized(source: str) -> str:
    """A source as Python itself writes it."""
    return ast.unparse(ast.parse(source)) + "\n"


def change(before: str, after: str) -> str:
    """The lines of the function that differ, on one line; each block with the number that its first line had."""
    old, new = (text[max(text.find("\ndef ") + 1, 0) :].splitlines() for text in (before, after))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return "; ".join(
        f"{a + 1}: {_joined(old[a:b])} -> {_joined(new[c:d])}"
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind != "equal"
    )


def diff(before: str, after: str) -> str:
    """The change as a unified diff."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=20)
    return "\n".join(list(lines)[3:])


def _joined(lines: Sequence[str]) -> str:
    return " | ".join(line.strip() for line in lines) or "nothing"


class _Sites(cst.CSTVisitor):
    """The nodes of the function, in the order of the source, each with its scope."""

    def __init__(self, contexts: Mapping[cst.CSTNode, ExpressionContext | None]) -> None:
        super().__init__()
        self._contexts = contexts
        self._nodes: list[cst.CSTNode] = []
        self._results: set[cst.CSTNode] = set()
        self._links: set[cst.CSTNode] = set()
        self._no_values: set[cst.CSTNode] = set()
        self._names: dict[str, None] = {}
        self._given: set[str] = set()
        self._called: set[str] = set()
        self._assigned: list[tuple[str, str]] = []
        self._returned = ""

    @classmethod
    def of(cls, wrapper: MetadataWrapper) -> Sequence[tuple[cst.CSTNode, Scope]]:
        """All of them."""
        sites = cls(wrapper.resolve(ExpressionContextProvider))
        wrapper.module.visit(sites)
        return [(node, sites._scope(node)) for node in sites._nodes]

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Keep every node, but for those below one that is passed over."""
        self._nodes.append(node)
        return super().on_visit(node)

    def visit_Import(self, _: cst.Import) -> bool:
        """They are the answer's surroundings."""
        return False

    def visit_ImportFrom(self, _: cst.ImportFrom) -> bool:
        """They are the answer's surroundings."""
        return False

    def visit_Param(self, node: cst.Param) -> bool:
        """The caller decides on them."""
        self._names[node.name.value] = None
        self._given.add(node.name.value)
        return False

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        """Its name is no variable."""
        self._no_values.add(node.name)

    def visit_Name(self, node: cst.Name) -> None:
        """A variable, if something is assigned to it."""
        if node.value in {"True", "False", "None"}:
            self._no_values.add(node)
        elif node not in self._no_values and self._is(node, ExpressionContext.STORE):
            self._names[node.value] = None

    def visit_Call(self, node: cst.Call) -> None:
        """A function that is called is no tensor."""
        self._no_values.add(node.func)
        if isinstance(node.func, cst.Name):
            self._called.add(node.func.value)

    def visit_Arg(self, node: cst.Arg) -> None:
        """A keyword names a parameter."""
        if node.keyword is not None:
            self._no_values.add(node.keyword)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        """The name after a dot is no variable, and a part of torch no value."""
        self._no_values.add(node.attr)
        self._links.add(node.value)
        if is_module(node.value):
            self._no_values |= {node, node.value}

    def visit_WithItem(self, node: cst.WithItem) -> None:
        """A context manager is no tensor."""
        self._no_values.add(node.item)

    def visit_Expr(self, node: cst.Expr) -> None:
        """Nobody reads the value of a statement."""
        self._no_values.add(node.value)

    def visit_Return(self, node: cst.Return) -> None:
        """The result, and its entries."""
        if node.value is not None:
            self._results |= {node.value, *_entries(node.value)}
            self._returned = code(node.value)

    def visit_Assign(self, node: cst.Assign) -> None:
        """A variable is made of this value."""
        match node.targets:
            case [cst.AssignTarget(target=cst.Name(value=target))]:
                self._assigned.append((target, code(node.value)))
            case _:
                pass

    def _scope(self, node: cst.CSTNode) -> Scope:
        times = Counter(target for target, _ in self._assigned)
        return Scope(
            is_value=self._is_value(node),
            is_link=node in self._links,
            is_result=node in self._results,
            values=[one for one in self._names if one not in self._called],
            # An argument that is assigned anew is made of itself.
            assigned={
                target: value for target, value in self._assigned if times[target] == 1 and target not in self._given
            },
            returned=self._returned,
        )

    def _is_value(self, node: cst.CSTNode) -> bool:
        if not isinstance(node, cst.BaseExpression) or node in self._no_values:
            return False
        is_kept = isinstance(node, cst.Name | cst.Attribute | cst.Subscript | cst.Tuple | cst.List)
        return not is_kept or self._is(node, ExpressionContext.LOAD)

    def _is(self, node: cst.CSTNode, context: ExpressionContext) -> bool:
        return self._contexts.get(node) is context


def _entries(value: cst.BaseExpression) -> set[cst.CSTNode]:
    """The entries of what is returned, at any depth."""
    if not isinstance(value, cst.Tuple | cst.List):
        return set()
    inner = {one.value for one in value.elements}
    return inner.union(*(_entries(one) for one in inner))
