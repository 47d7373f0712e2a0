"""Slips that the source of a function shows; and code that looks alike, and is none."""

import ast

import pytest

from grader.observing.traits import Slip, Trait, traits_of
from grader.words import own_language


def slips(body: str, arguments: str = "f, x") -> list[Trait]:
    """The slips of a function with this body, which reads its arguments and returns something unless it says so.

    A gradient that is handed back is a slip where it is None alone, and one of an argument where a graph is missing:
    each is looked at by itself.
    """
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    function = ast.parse(f"def answer({arguments}):\n{lines}\n").body[0]
    assert isinstance(function, ast.FunctionDef)
    return [trait for trait in traits_of(function) if trait.slip not in {Slip.GRAD_READ, Slip.NO_LEAF}]


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
    "detached behind the flag": ("return f(x).requires_grad_().detach()", Slip.FLAG_LOST, 2),
    "a leaf detached at last": ("t = f(x).requires_grad_(True)\nreturn t.detach()", Slip.FLAG_LOST, 3),
    "a graph of the gradient": ("return g(f(x), create_graph=True)", Slip.CREATES_GRAPH, 2),
    "a flag behind the product": ("t = x.clone()\ny = f(t)\nt.requires_grad_()\nreturn y", Slip.FLAG_LATE, 4),
    "a flag that is set behind": ("t = x * 1\ny = t * f(x)\nt.requires_grad = True\nreturn y", Slip.FLAG_LATE, 4),
    "a return in one case": ("if f(x):\n    return x", Slip.FALLS_OFF, None),
    "a return in two cases of three": (
        "if f(x):\n    return x\nelif x:\n    y = 1\nelse:\n    return f",
        Slip.FALLS_OFF,
        None,
    ),
    "a returned backward": ("y = f(x)\nreturn y.backward()", Slip.GIVES_NOTHING, 3),
    "a backward in a dictionary": ("g = {1: f(x).backward()}\nreturn g", Slip.GIVES_NOTHING, 2),
    "a backward for each of several": ("return [f(t).backward() for t in x]", Slip.GIVES_NOTHING, 2),
    "a backward that is returned inside": ("def g(t):\n    return t.backward()\nreturn g(f(x))", Slip.GIVES_NOTHING, 3),
    "a kept append": ("y = []\ny = y.append(f(x))\nreturn y", Slip.GIVES_NOTHING, 3),
    "a returned print": ("return print(f(x))", Slip.GIVES_NOTHING, 2),
    "a gradient that is read first": ("g = x.grad\nf(x).backward()\nreturn g", Slip.READ_EARLY, 2),
    "a gradient that is taken away": ("f(x).backward()\nx.grad = None\nreturn x.grad", Slip.EMPTIED, 3),
    "a name that is set for itself": ("g = f(x)\nh = g\ng = None\nreturn h", Slip.UNUSED, 4),
    "a name in one case": ("g = f(x)\nif x:\n    g = None\nelse:\n    g.zero_()\nreturn x", Slip.UNUSED, 4),
    "a flag on what was computed": ("y = f(x)\ny.requires_grad_()\ny.backward()\nreturn x", Slip.RESULT_FLAGGED, 3),
    "a gradient that an optimizer takes away": (
        "f(x).backward()\nopt.zero_grad()\nreturn x.grad",
        Slip.EMPTIED,
        3,
    ),
    "a break": ("for t in f(x):\n    if t:\n        break\nreturn t", Slip.ENDS_LOOP, 4),
    "a bare return in a loop": (
        "for t in f(x):\n    if t:\n        return\nreturn x",
        Slip.ENDS_LOOP,
        4,
    ),
    "a caught error": ("try:\n    f(x).backward()\nexcept RuntimeError:\n    pass\nreturn x.grad", Slip.CAUGHT, 4),
    "a step of an optimizer": ("f(x).backward()\nopt.step()\nf(x).backward()\nreturn x.grad", Slip.STEPPED, 3),
    "a gradient that is multiplied in each round": (
        "for t in f(x):\n    t.backward()\n    x.grad *= 2\nreturn x.grad",
        Slip.SCALED_GRAD,
        4,
    ),
    "the truth of a gradient": ("f(x)\nif x.grad:\n    x.grad.zero_()\nreturn x", Slip.TRUTH, 3),
    "the truth of a gradient in between": ("return f(x) if x.grad else None", Slip.TRUTH, 2),
    "a gradient or something else": ("return x.grad or f(x)", Slip.TRUTH, 2),
    "no truth of a gradient": ("if not x.grad:\n    f(x)\nreturn x", Slip.TRUTH, 2),
    "an argument that is another one in the next round": (
        "for t in f:\n    y = t(x)\n    x = y.grad\nreturn x",
        Slip.CARRIED,
        4,
    ),
    "the truth of a gradient in a function inside": (
        "def g(t):\n    return 1 if t.grad else None\nreturn g(f(x))",
        Slip.TRUTH,
        3,
    ),
    "a leaf that is made anew too late": (
        "t = f(x)\ny = t * t\nt = t.detach().requires_grad_()\ny.backward()\nreturn t.grad",
        Slip.RENEWED,
        4,
    ),
    "an argument's name for a round": ("for x in range(x):\n    f(x)\nreturn f", Slip.SHADOWED, 2),
    "a misspelt attribute": ("f(x)\nx.gard = None\nreturn x", Slip.MISSPELT, 3),
    "a misspelt flag": ("x.require_grad = True\nreturn f(x)", Slip.MISSPELT, 2),
    "a leaf that is cut": (
        "t = f(x).requires_grad_()\ny = t.detach_() * t\nreturn y",
        Slip.CUT,
        3,
    ),
    "a map for nobody": ("map(f, x)\nreturn x", Slip.LAZY, 2),
    "a generator for nobody": ("(f(t) for t in x)\nreturn x", Slip.LAZY, 2),
    "a set": ("return [f(t) for t in set(x)]", Slip.SET, 2),
    "a set of what a loop finds": ("return {f(t) for t in x}", Slip.SET, 2),
    "a copied line": (
        "a = 0.5 * f(x) ** 2 + x.detach()\nb = 0.5 * f(x) ** 2 + x.detach()\nreturn a, b",
        Slip.TWICE,
        3,
    ),
    "a loop's own name": (
        "for g in f(x):\n    if x:\n        g = None\n    else:\n        g.zero_()\nreturn x",
        Slip.UNUSED,
        4,
    ),
    "the truth of a gradient that has a name": ("g = x.grad\nreturn f(x) if g else None", Slip.TRUTH, 3),
    "the truth of gradients in a loop": ("return [g or f for g in (x.grad, f(x).grad)]", Slip.TRUTH, 2),
    "the truth of a gradient that is handed on": (
        "def kept(g):\n    return g.clone() if g else None\nf(x)\nreturn kept(x.grad)",
        Slip.TRUTH,
        3,
    ),
    "a result that is cut, and needed": (
        "t = f(x)\ny = t * t\nz = y.detach_() * t\nreturn z + y",
        Slip.CUT,
        4,
    ),
    "a flag on what was not recorded": (
        "x.requires_grad_()\nwith torch.no_grad():\n    y = f(x)\ny.requires_grad_()\ny.backward()\nreturn x.grad",
        Slip.RESULT_FLAGGED,
        5,
    ),
    "a flag on what was computed from a constant": (
        "t = x * 1\nv = t.detach()\ny = 2 * torch.dot(v, v)\ny.requires_grad_()\ny.backward()\nreturn f, t.grad",
        Slip.RESULT_FLAGGED,
        5,
    ),
    "leaves that are made too late": (
        "own = [t.detach() for t in f]\ngrads = torch.autograd.grad(x, own)\nreturn grads",
        Slip.MADE_LATER,
        3,
    ),
    "the caller's tensor beside the leaf": (
        "t = x.detach().requires_grad_()\ny = f(x) * 2\ny.backward()\nreturn t.grad",
        Slip.ASIDE,
        3,
    ),
    "a graph that is kept too late": (
        "y = f(x)\ny.backward()\ny.backward(retain_graph=True)\nreturn y",
        Slip.RETAINS_LATE,
        4,
    ),
    "a number that is made a tensor": (
        "v = f(x)\ny = torch.tensor(v.item(), requires_grad=True)\ny.backward()\nreturn x.grad",
        Slip.REMADE,
        3,
    ),
    "a result that is made a leaf": (
        "y = f(x).detach().clone().requires_grad_(True)\nreturn torch.autograd.grad(y[0], x)",
        Slip.REMADE,
        2,
    ),
    "a number that is made a tensor at once": (
        "v = f(x)\ntorch.tensor(v.tolist(), requires_grad=True).backward()\nreturn x.grad",
        Slip.REMADE,
        3,
    ),
    "a second name for a gradient": (
        "old = x.grad\nf(x).backward()\ng = x.grad - old\nreturn g",
        Slip.ALIAS,
        2,
    ),
    "a name in a loop": ("for t in f(x):\n    g = t.grad\n    if g is x:\n        g = None\nreturn x", Slip.UNUSED, 5),
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
    "a constant part": "leaf = f(x).requires_grad_()\nu = leaf.detach()\n(u * leaf).backward()\nreturn leaf.grad",
    "no graph of the gradient": "return g(f(x), create_graph=False)",
    "a flag before": "t = f(x).requires_grad_()\ny = f(t)\nt.requires_grad_(False)\nreturn y",
    "a flag on a copy": "t = x.clone()\nt.requires_grad_()\nreturn f(t)",
    "a return behind two cases": "if f(x):\n    y = 1\nelse:\n    y = x\nreturn y",
    "a return in each case": "if f(x):\n    return 1\nelse:\n    return x",
    "an error in the other case": "if f(x):\n    return 1\nraise ValueError(x)",
    "a return in a with": "with f(x):\n    return x",
    "a loop without end": "while True:\n    if f(x):\n        return x",
    "several backwards for their effect": "[f(t).backward() for t in x]\nreturn x.grad",
    "backward for its effect": "f(x).backward()\nreturn x.grad",
    "read after it": "f(x).backward()\ng = x.grad\nreturn g",
    "read in every round": "for t in f(x):\n    g = x.grad\n    t.backward()\nreturn g",
    "cleared between": "f(x).backward()\nx.grad = None\nf(x).backward()\nreturn x.grad",
    "cleared at the end": "f(x).backward()\ng = x.grad\nx.grad = None\nreturn g",
    "read in the next round": "last = 0\nfor t in f(x):\n    y = t - last\n    last = t\nreturn y",
    "added up": "y = 0\nfor t in f(x):\n    y = y + t\nreturn y",
    "read first": "y = f(x)\nx = y\nreturn x",
    "replaced by something made of it": "x = x.clone()\nreturn f(x)",
    "replaced in one case": "if f is None:\n    x = 1\nreturn f(x)",
    "a flag before what was computed": "x.requires_grad_()\ny = f(x)\ny.requires_grad_()\ny.backward()\nreturn x",
    "a flag on what is not differentiated": "y = f(x)\ny.requires_grad_()\nreturn y",
    "an error that is raised again": "try:\n    f(x).backward()\nexcept RuntimeError:\n    raise\nreturn x",
    "an error of something else": "try:\n    y = f(x)\nexcept KeyError:\n    y = x\nreturn y",
    "a last step": "f(x).backward()\nopt.step()\nreturn x.grad",
    "a gradient that is multiplied once": "f(x).backward()\nx.grad *= 2\nreturn x.grad",
    "whether there is a gradient": "return f(x) if x.grad is not None and x.requires_grad else None",
    "an argument that goes on from itself": "for t in f:\n    y = t(x)\n    x = x + y\nreturn x",
    "an argument that is made anew first": "for t in f:\n    x = t(1)\n    y = t(x)\nreturn y",
    "a leaf that is made anew and used": "t = f(x)\ny = t * t\nt = t.detach()\ny = t * 2\nreturn y, t.grad",
    "a name of its own for a round": "for n in range(x):\n    f(n)\nreturn x",
    "an attribute of one's own": "f.kept = f.total = 0\nreturn f(x)",
    "kept to be put back": "old = x.grad\nf(x).backward()\ng = x.grad.clone()\nx.grad = old\nreturn g",
    "a leaf's copy that is cut": "t = f(x).requires_grad_()\ny = t * 2\nz = y.detach_() * t\nreturn z",
    "a leaf that is let go": "t = f(x).requires_grad_()\ny = t * 2\nt.detach_()\nreturn y, t",
    "a map that is gone through": "list(map(f, x))\nreturn x",
    "an empty set": "seen = set()\nreturn f(x), seen",
    "a second graph": "y = f(x).sum()\nz = f(x).sum()\nreturn y, z",
    "a line that is computed again": "y = 0.5 * f(x) ** 2 + x.detach()\ny = 0.5 * f(x) ** 2 + x.detach()\nreturn y",
    "an error that is made good": "try:\n    f(x).backward()\nexcept RuntimeError:\n    f(x * 1).backward()\nreturn x",
    "the same of what has gone on": "a = f(f(f(f(f(f(f(x.grad)))))))\nb = f(f(f(f(f(f(f(x.grad)))))))\nreturn a, b",
    "the truth of something else": "g = f(x)\nreturn g.grad if g else None",
    "the truth of an argument": "def kept(g):\n    return g if g else None\nreturn kept(f(x)), x.grad",
    "a flag on what may have a way back": "t = x.clone().requires_grad_()\ny = 2 * torch.dot(t, t)\n"
    "y.requires_grad_()\ny.backward()\nreturn f, t.grad",
    "a graph that is kept in time": "y = f(x)\ny.backward(retain_graph=True)\ny.backward(retain_graph=True)\nreturn y",
    "a graph that is made anew": "y = f(x)\ny.backward()\ny = f(x)\ny.backward(retain_graph=True)\nreturn y",
    "a graph that is not kept": "y = f(x)\ny.backward()\ny.backward(retain_graph=False)\nreturn y",
    "a constant under its own name": "t = x.clone()\nu = f(t)\nu = u.detach_()\nz = u * t\nreturn z",
    "a flag on a leaf of a constant": "own = x.detach()\nt = own.clone()\nt.requires_grad_(True)\n"
    "f(t).backward()\nreturn t.grad",
    "the very tensors with a flag": "own = [t.requires_grad_(True) for t in f]\nreturn torch.autograd.grad(x, own)",
    "an argument's name for something else": "own = x.clone()\nx = f(own)\nreturn torch.autograd.grad(x, own)",
    "a gradient's copy beside the argument": "old = x.grad.clone()\ny = f(x) * 2\ny.backward()\nreturn old",
    "by tensors of the caller's": "own = list(f)\nreturn torch.autograd.grad(x, own)",
    "of something that is computed here": "own = x.detach()\ny = f(own)\nreturn torch.autograd.grad(y, own)",
    "the argument with the leaf": "t = x.clone()\ny = f(t) * x\ny.backward()\nreturn t.grad",
    "an argument that was made one's own": "x = x.detach().clone()\nv = x.detach()\ny = f(x) * 2\nreturn y, v",
    "a leaf of given numbers": "t = torch.tensor(list(x), requires_grad=True)\nf(t).backward()\ng = t.grad\nreturn g",
    "a leaf that is summed up": "t = torch.tensor(f(x), requires_grad=True)\nt.sum().backward()\ng = t.grad\nreturn g",
    "a leaf by which it goes back": "t = x.detach().requires_grad_()\nreturn f(torch.autograd.grad(t.sum(), t))",
    "numbers that nobody has computed": "t = torch.tensor(1.0, requires_grad=True)\nt.backward()\nreturn f(x)",
    "a name that is computed with later": "y = torch.tensor(x, requires_grad=True)\ny = f(y)\ny.backward()\nreturn x",
    "a gradient of something without a name": "f(x).backward()\nx.y = x.detach().requires_grad_()\nreturn x.y",
    "a recorded factor": "t = f(x)\nz = (t.detach() * t).sum().requires_grad_()\nz.backward()\nreturn t.grad.clone()",
    "a leaf whose gradient is read in another way": "t = x.detach().clone().requires_grad_(True)\n"
    "t.sum().backward()\nreturn f(x.grad)",
    "a new tensor in one case": "y = f(x)\nif y.dim():\n    z = torch.tensor(y.tolist(), requires_grad=True)\n"
    "    z.backward()\nreturn y",
    "a new tensor behind the backward": "y = f(x)\ny.backward()\ny = torch.tensor(y.item())\nreturn y",
    "a number that is added to": "v = f(x)\ny = torch.tensor(v.item())\ny += x * x\ny.backward()\nreturn v",
    "numbers that are written over": "v = f(x)\ny = torch.tensor(v.tolist())\ny[0] = x * x\ny.backward()\nreturn v",
    "a copy that is no leaf": "t = x.detach().clone()\ny = f(x) * 2\ny.backward()\nreturn y, t",
    "a size of the argument": "t = x.detach().shape\ny = f(x) * 2\ny.backward()\nreturn y, t",
    "a helper that makes a leaf": "t = own(x)\ny = f(x)\ny.backward()\ng = x.grad\nreturn g",
    "a gradient of another one than what is emptied": "f(x).backward()\nf.grad = None\ng = x.grad\nreturn g",
    "a gradient that a helper fills": "x.grad = None\nstep(f(x))\ng = x.grad\nreturn g",
    "zeros in the place of a gradient": "f(x).backward()\nopt.zero_grad(set_to_none=False)\ng = x.grad\nreturn g",
    "a tensor that is sorted": "y = x.sort()\nreturn y, f",
    "a result that is thrown away": "_ = f(x).backward()\nreturn x.grad.clone()",
    "a name for something else": "g = f(x).backward()\ng = x.grad\nreturn g.clone()",
    "a constant before the leaf": "t = x * 1\nu = torch.tensor(t.tolist())\nu.dot(f(x)).backward()\nreturn t",
    "None in another case": "f(x).backward()\nif x.grad.sum() == 0:\n    return None\nreturn x.grad",
    "a gradient of another tensor": "old = x.grad\nf.backward()\ng = f.grad - old\nreturn g",
    "a gradient under a name that is given again": "old = x.grad\nold = old.clone()\nf(x).backward()\n"
    "g = x.grad - old\nreturn g",
    "a gradient of what is made anew": "old = x.grad\nx = x.detach()\nf(x).backward()\ng = x.grad - old\nreturn g",
    "a gradient with a graph": "old = x.grad\nf(x).backward(create_graph=True * 1)\ng = x.grad - old\nreturn g",
    "a gradient that a helper empties": "old = x.grad\nf(x)\nf(x).backward()\ng = x.grad - old\nreturn g",
    "a flag by its keyword": "t = torch.tensor(list(x), requires_grad=True)\ny = f(x)\ny.backward()\nreturn y, t",
    "the caller's tensor in what is only looked at": "t = x.clone()\nn = f(x) * 2\ny = f(t)\ny.backward()\nreturn n",
    "a history that is taken off before the flag": "y = x.detach_().requires_grad_(True)\nz = f(y) * x\nreturn z",
    "a gradient's copy": "old = x.grad.clone()\nf(x).backward()\ng = x.grad - old\nreturn g",
    "a gradient that is put aside": "old = x.grad\nx.grad = None\nf(x).backward()\ng = x.grad + old\nreturn g",
    "a gradient that is let go": "old = x.grad\nopt.zero_grad()\nf(x).backward()\ng = x.grad + old\nreturn g",
    "a gradient after the last backward": "f(x).backward()\ng = x.grad\nreturn g * 2",
    "read in a function inside": "def g(t):\n    return f(x) + t\nreturn g(1)",
}


@pytest.mark.parametrize("name", NONE)
def test_what_only_looks_like_a_slip_is_none(name: str) -> None:
    """Nothing is said of code that may well be right."""
    assert slips(NONE[name]) == []


def test_where_nothing_is_used_is_known() -> None:
    """The lines that need something of a name that holds None."""
    [trait] = slips("y = f(x)\ny = y.backward()\nz = y + 1\nreturn y.grad, z.grad")
    assert (trait.slip, trait.used) == (Slip.GIVES_NOTHING, (3, 5))


def test_a_gradient_that_is_handed_back_is_known() -> None:
    """By the name of its tensor; of a copy of it nothing is said, since that would have raised."""
    for body, known in (
        ("f(x)\nreturn x.grad", [("x", 3, None)]),
        ("return f(x), x.grad", [("x", 2, 1)]),
        ("return f(x).grad", []),
        ("return x.grad.clone()", []),
    ):
        function = ast.parse(f"def answer(f, x):\n    {body.replace(chr(10), chr(10) + '    ')}\n").body[0]
        assert isinstance(function, ast.FunctionDef)
        found = [trait for trait in traits_of(function) if trait.slip is Slip.GRAD_READ]
        assert [(trait.name, trait.line, trait.entry) for trait in found] == known


def test_a_gradient_of_what_was_given_is_known() -> None:
    """Where a backward is there, and no line that makes a leaf of it or of anything."""
    for body, lines in (
        ("z = f(x) * x\nz.sum().backward()\nreturn x.grad.clone()", [4]),
        ("x.requires_grad_()\nf(x).backward()\nreturn x.grad", []),
        ("x = x.clone()\nf(x).backward()\nreturn x.grad", []),
        ("old = x.grad.clone()\nreturn f(x), old", []),
        ("f(x).backward()\nx.grad = None\nreturn f", []),
    ):
        function = ast.parse(f"def answer(f, x):\n    {body.replace(chr(10), chr(10) + '    ')}\n").body[0]
        assert isinstance(function, ast.FunctionDef)
        found = [trait for trait in traits_of(function) if trait.slip is Slip.NO_LEAF]
        assert [(trait.name, trait.line) for trait in found] == [("x", line) for line in lines]


def test_the_first_is_the_one_that_explains_most() -> None:
    """A method that is not called comes before an argument that is not read."""
    assert [trait.slip for trait in slips("x.backward\nreturn x.grad")] == [Slip.NOT_CALLED, Slip.IGNORED]


@pytest.mark.parametrize("slip", Slip)
def test_every_slip_has_its_words(slip: Slip) -> None:
    """A sentence, and a question that dissolves it."""
    trait = Trait(slip=slip, line=3, name="detach")
    assert own_language().text(trait.rationale).endswith(".")
    assert own_language().say(trait.question).endswith("?")
