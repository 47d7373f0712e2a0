"""Slips that the source of a function shows; and code that looks alike, and is none."""

import ast

import pytest

from grader.observing.traits import Slip, Trait, traits_of
from grader.words import own_language


def slips(body: str, arguments: str = "f, x") -> list[Trait]:
    """The slips of a function with this body, which reads its arguments and returns something unless it says so."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    function = ast.parse(f"def answer({arguments}):\n{lines}\n").body[0]
    assert isinstance(function, ast.FunctionDef)
    return list(traits_of(function))


FOUND = {
    "backward without parentheses": ("y = f(x)\ny.backward\nreturn x.grad", Slip.NOT_CALLED, 3),
    "a method in the place of its result": ("u = f(x).detach\nreturn u * x", Slip.NOT_CALLED, 2),
    "a returned method": ("return f(x).clone", Slip.NOT_CALLED, 2),
    "== for =": ("f(x)\nx.requires_grad == True\nreturn x", Slip.COMPARED, 3),
    "a dropped result": ("u = f(x)\nu.detach()\nreturn u", Slip.DROPPED, 3),
    "a dropped sum": ("y = f(x)\ny.sum()\nreturn y", Slip.DROPPED, 3),
    "printed": ("print(f(x))", Slip.NO_RETURN, None),
    "a bare return": ("f(x)\nreturn", Slip.NO_RETURN, None),
    "a return of an inner function": ("def g():\n    return f(x)\ng()", Slip.NO_RETURN, None),
    "a return in a loop": ("for one in x:\n    y = f(one)\n    return y", Slip.RETURN_IN_LOOP, 4),
    "an argument that is replaced": ("x = make(3)\nreturn f(x)", Slip.REPLACED, 2),
    "an argument that is not read": ("return x", Slip.IGNORED, None),
}


@pytest.mark.parametrize("name", FOUND)
def test_a_slip_is_found(name: str) -> None:
    """With its line, where it has one."""
    body, slip, line = FOUND[name]
    [trait] = slips(body)
    assert (trait.slip, trait.line) == (slip, line)


NONE = {
    "called": "f(x).backward()\nreturn x.grad",
    "called by another name": "step = f(x).backward\nstep()\nreturn x",
    "handed on": "return map(x.detach, f(x))",
    "a function of the library": "kept = torch.sum\ntorch.Tensor.numpy\nreturn f(x)",
    "an attribute that is set": "x.item = f\nreturn x",
    "a dtype of torch": "return f(x).to(torch.double)",
    "an attribute": "f(x)\nreturn x.grad",
    "called for its effect": "f(x)\nx.grad.zero_()\nx.requires_grad_(True)\nreturn x",
    "a function's effect": "f(x)\nreturn x",
    "a return behind a condition": "for one in x:\n    if f(one):\n        return one\nreturn x",
    "a return that is passed over": "for one in x:\n    if f(one):\n        continue\n    return one\nreturn x",
    "a generator": "yield f(x)",
    "read first": "y = f(x)\nx = y\nreturn x",
    "replaced by something made of it": "x = x.clone()\nreturn f(x)",
    "replaced in one case": "if f is None:\n    x = 1\nreturn f(x)",
    "read in a function inside": "def g(t):\n    return f(x) + t\nreturn g(1)",
}


@pytest.mark.parametrize("name", NONE)
def test_what_only_looks_like_a_slip_is_none(name: str) -> None:
    """Nothing is said of code that may well be right."""
    assert slips(NONE[name]) == []


def test_the_first_is_the_one_that_explains_most() -> None:
    """A method that is not called comes before an argument that is not read."""
    assert [trait.slip for trait in slips("x.backward\nreturn x.grad")] == [Slip.NOT_CALLED, Slip.IGNORED]


@pytest.mark.parametrize("slip", Slip)
def test_every_slip_has_its_words(slip: Slip) -> None:
    """A sentence, and a question that dissolves it."""
    trait = Trait(slip=slip, line=3, name="detach")
    assert own_language().say(trait.rationale).endswith(".")
    assert own_language().say(trait.question).endswith("?")
