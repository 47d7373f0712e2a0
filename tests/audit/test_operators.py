"""The mechanical changes, each on a source of a few lines."""

import ast
import re
from collections.abc import Sequence

import pytest

from audit.mutants import Mutant, change, mutants_of, normalized
from audit.operators import OPERATORS

STATEMENTS = """
def f(x, y):
    a = x.detach()
    a.zero_()
    return (a, y)
"""
LOOP = """
def f(xs):
    for x in xs:
        x.grad = None
"""
BRANCH = """
def f(x):
    if x is None and x:
        return 1
    return x
"""

# A source, or what a function of x, y and w returns, and some of the texts that the operator makes of it.
EXAMPLES: dict[str, list[tuple[str, list[str]]]] = {
    "arithmetic": [("x + y", ["x - y", "x * y"]), ("x ** y", ["x * y"])],
    "operand": [("x - y", ["x", "y", "y - x"]), ("x * y", ["x", "y"])],
    "constant": [
        ("x[2]", ["x[3]", "x[1]", "x[-2]", "x[0]"]),
        ("0.5 * x", ["1.0 * x", "0.25 * x", "1.5 * x", "-0.5 * x", "0.0 * x"]),
        ("x.backward(retain_graph=True)", ["x.backward(retain_graph=False)"]),
        ("x == 'abs'", ["x == 'other'"]),
    ],
    "sign": [("-x", ["x"]), ("x.grad", ["-x.grad"]), ("x + y", ["-(x + y)"])],
    "comparison": [("x < y", ["x <= y", "x > y", "x == y"]), ("x is not y", ["x is y"])],
    "condition": [
        ("x if y else w", ["x if True else w", "x if False else w", "x if not y else w"]),
        (BRANCH, ["if x is None:", "if x:", "if x is None or x:", "if not (x is None and x):"]),
    ],
    "drop_call": [("x.detach().clone()", ["x.detach()", "x.clone()"]), ("torch.dot(x, y)", ["x"])],
    "drop_chain": [("x.detach().clone().requires_grad_(True)", ["x"])],
    "add_call": [("x", ["x.detach()", "x.clone()", "x.squeeze()", "x.double()", "[x]"]), ("x + 1", ["x.detach() + 1"])],
    "method": [
        ("x.detach()", ["x.detach_()", "x.requires_grad_()"]),
        ("x.sum()", ["x.mean()"]),
        ("torch.zeros_like(x)", ["torch.ones_like(x)"]),
        ("x.grad", ["x.data"]),
    ],
    "drop_argument": [
        (
            "torch.autograd.grad(x, y, retain_graph=True)",
            ["torch.autograd.grad(x, y)", "torch.autograd.grad(x, retain_graph=True)"],
        )
    ],
    "swap_arguments": [("torch.autograd.grad(x, y)", ["torch.autograd.grad(y, x)"])],
    "add_argument": [
        ("x.backward()", ["x.backward(retain_graph=True)", "x.backward(create_graph=True)"]),
        (
            "torch.autograd.grad(x, y)",
            ["torch.autograd.grad(x, y, allow_unused=True)", "torch.autograd.grad(x, y, materialize_grads=True)"],
        ),
    ],
    "name": [("x.grad", ["y.grad", "w.grad"])],
    "result": [("x.grad", ["x", "y", "y.detach()"]), ("(x, y.grad)", ["(x, w)", "(x, w.detach())"])],
    "inline": [(STATEMENTS, ["return (x.detach(), y)", "x.detach().zero_()"])],
    "drop_attribute": [("x.grad", ["x"])],
    "elements": [("(x, y)", ["(x,)", "(y,)", "(y, x)", "(x, x)", "(x, x, y)", "x"])],
    "index": [("x[1]", ["x", "x[-1]", "x[0:1]"])],
    "dtype": [("y.to(x.dtype)", ["y.to(torch.float32)", "y.to(torch.float64)"])],
    "in_place": [
        ("x + y", ["x.add_(y)"]),
        (STATEMENTS, ["a = None", "a = torch.zeros_like(a)"]),
        (LOOP, ["x.grad.zero_()", "x.grad = torch.zeros_like(x.grad)"]),
    ],
    "drop_statement": [(STATEMENTS, ["def f(x, y):\n    a = x.detach()\n    return (a, y)\n"])],
    "swap_statements": [(STATEMENTS, ["def f(x, y):\n    a.zero_()\n    a = x.detach()\n    return (a, y)\n"])],
    "repeat_statement": [(STATEMENTS, ["    a.zero_()\n    a.zero_()\n"])],
    "early_return": [
        (STATEMENTS, ["    a = x.detach()\n    return (a, y)\n    a.zero_()"]),
        (LOOP, ["x.grad = None\n        break"]),
    ],
    "rounds": [(LOOP, ["for x in list(xs)[1:]:", "for x in list(xs)[:-1]:", "for x in reversed(list(xs)):"])],
    "no_grad": [(STATEMENTS, ["    with torch.no_grad():\n        a = x.detach()\n    a.zero_()"])],
}


def source_of(text: str) -> str:
    """A function's source; an expression is returned."""
    return text if text.startswith("\ndef") else f"def f(x, y, w):\n    return {text}\n"


def made_of(source: str, operators: Sequence[str] = tuple(OPERATORS)) -> list[Mutant]:
    """The mutants of a source that these operators make."""
    return list(mutants_of(source, {name: OPERATORS[name] for name in operators}))


def test_each_operator_has_an_example() -> None:
    """Nobody has to read the code to know what an operator does."""
    assert list(EXAMPLES) == list(OPERATORS)


@pytest.mark.parametrize("name", OPERATORS)
def test_an_operator_makes_what_its_example_says(name: str) -> None:
    """The texts of the example are among its mutants, and every one of these bears its name."""
    for text, expected in EXAMPLES[name]:
        mutants = made_of(source_of(text), [name])
        assert {one.operator for one in mutants} == {name}
        for part in expected:
            wanted = part if "\n" in part or ":" in part or text.startswith("\ndef") else f"return {part}\n"
            assert any(wanted in one.source for one in mutants), part


EVERY_SOURCE = [source_of(text) for examples in EXAMPLES.values() for text, _ in examples]


@pytest.mark.parametrize("source", EVERY_SOURCE)
def test_a_mutant_is_another_source_that_parses_and_is_there_once(source: str) -> None:
    """None equals what it was made of, or another one, in Python's own way to write it."""
    texts = [one.source for one in made_of(source)]
    assert texts
    assert normalized(source) not in texts
    assert len(set(texts)) == len(texts)
    assert [normalized(text) for text in texts] == texts


@pytest.mark.parametrize("source", EVERY_SOURCE)
def test_the_order_is_always_the_same(source: str) -> None:
    """A list of equivalents, and a sample, mean the same mutants in every run."""
    assert made_of(source) == made_of(source)


def test_what_only_names_a_thing_stays() -> None:
    """Imports, the function's name, its parameters, keywords and parts of torch are no values."""
    source = "import torch\n\ndef f(x, dim):\n    return torch.zeros(x, dim=dim, dtype=torch.float64)\n"
    for mutant in made_of(source, ["name", "add_call", "drop_attribute", "inline"]):
        first, function = ast.parse(mutant.source).body
        assert ast.unparse(first) == "import torch"
        assert mutant.source.splitlines()[2] == "def f(x, dim):"
        assert isinstance(function, ast.FunctionDef)
        assert not re.search(r"torch(\.zeros|\.float64)?\.detach", mutant.source)
        assert "x=" not in mutant.source


def test_a_function_is_not_taken_for_a_tensor() -> None:
    """A variable in the place of a function that is called would only end in an error."""
    assert made_of("def g(f, x):\n    return f(x)\n", ["name"]) == []


def test_a_default_that_is_written_out_is_no_argument_to_drop() -> None:
    """Such a change would be equivalent in every exercise."""
    assert made_of(source_of("x.requires_grad_(True)"), ["drop_argument"]) == []


def test_a_change_names_the_line_of_the_function() -> None:
    """Imports above it do not move the lines."""
    before = "import torch\n\ndef f(x):\n    y = x\n    return y\n"
    after = "import torch\n\ndef f(x):\n    return x\n"
    assert change(before, after) == "2: y = x | return y -> return x"
    assert change(before, before.replace("    y = x\n", "")) == "2: y = x -> nothing"
