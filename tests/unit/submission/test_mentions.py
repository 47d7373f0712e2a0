"""Which functions of torch a submitted function uses, by its source."""

import re
from collections.abc import Callable

import pytest

from grader.submission.mentions import MAX_STEPS, Mentions, _Search
from tests.support import COURSE
from tests.unit.records import one_file

SHORTCUTS = tuple(dict.fromkeys(name.rpartition(".")[2] for name in COURSE.subject.SHORTCUTS))
LIBRARIES = COURSE.subject.LIBRARIES


def found(source: str, *helpers: tuple[str, str]) -> tuple[str, ...]:
    """What `solve` uses, where the submission has these helper files as well."""
    files = [one_file("mine.py", source), *(one_file(path, text) for path, text in helpers)]
    return Mentions(files, SHORTCUTS, LIBRARIES).of("mine.py", "solve")


F = "import torch.autograd.functional as F\n"
FROM = "from torch.autograd.functional import jacobian\n"
USES: dict[str, str] = {
    "by its whole name": "import torch\ndef solve(f, x):\n    return torch.autograd.functional.jacobian(f, x)",
    "imported": FROM + "def solve(f, x):\n    return jacobian(f, x)",
    "imported under an alias": FROM.strip() + " as j\ndef solve(f, x):\n    return j(f, x)",
    "imported inside": "def solve(f, x):\n    from torch.autograd.functional import jacobian as j\n    return j(f, x)",
    "module imported inside": "def solve(f, x):\n    import torch.func as F\n    return F.jacobian(f, x)",
    "part of a module": "from torch.autograd import functional as ag\ndef solve(f, x):\n    return ag.jacobian(f, x)",
    "star import": "from torch.autograd.functional import *\ndef solve(f, x):\n    return jacobian(f, x)",
    "assigned": F + "j = F.jacobian\ndef solve(f, x):\n    return j(f, x)",
    "assigned twice": F + "i = F\nj = i.jacobian\ndef solve(f, x):\n    return j(f, x)",
    "assigned inside": "import torch\ndef solve(f, x):\n    ag = torch.autograd\n    return ag.functional.jacobian(f)",
    "annotated": F + "j: object = F.jacobian\ndef solve(f, x):\n    return j(f, x)",
    "walrus": F + "def solve(f, x):\n    return (j := F).jacobian(f, x)",
    "unpacked": F + "i, j = len, F.jacobian\ndef solve(f, x):\n    return j(f, x)",
    "helper": F + "def helper(f, x):\n    return F.jacobian(f, x)\ndef solve(f, x):\n    return helper(f, x)",
    "helper of a helper": F
    + "def a(f):\n    return F.jacobian(f)\ndef b(f):\n    return a(f)\ndef solve(f):\n    return b(f)",
    "helper below": F + "def solve(f, x):\n    return helper(f, x)\ndef helper(f, x):\n    return F.jacobian(f, x)",
    "class attribute": F + "class C:\n    j = staticmethod(F.jacobian)\ndef solve(f, x):\n    return C.j(f, x)",
    "getattr": F + "def solve(f, x):\n    return getattr(F, 'jacobian')(f, x)",
    "import_module": "import importlib\ndef solve(f):\n    return importlib.import_module('torch.func').jacobian",
    "__import__": "def solve(f, x):\n    return __import__('torch').autograd.functional.jacobian(f, x)",
    "lambda": F + "solve = lambda f, x: F.jacobian(f, x)",
    "itself": FROM + "solve = jacobian",
    "in a dict": F + "table = {'j': F.jacobian}\ndef solve(f, x):\n    return table['j'](f, x)",
    "put into a dict": F + "table = {}\ntable['j'] = F.jacobian\ndef solve(f, x):\n    return table['j'](f, x)",
    "put into a list": F + "ways = []\nways.append(F.jacobian)\ndef solve(f, x):\n    return ways[0](f, x)",
    "put on an object": F + "class N: pass\nn = N()\nn.j = F.jacobian\ndef solve(f, x):\n    return n.j(f, x)",
    "partial": F
    + "import functools\nj = functools.partial(F.jacobian, vectorize=True)\ndef solve(f, x):\n    return j(f, x)",
    "default": F + "def solve(f, x, j=F.jacobian):\n    return j(f, x)",
    "module as a default": F + "def solve(f, x, m=F):\n    return m.jacobian(f, x)",
    "decorator": F + "def use(g):\n    return lambda f, x: F.jacobian(f, x)\n@use\ndef solve(f, x):\n    return 1",
    "closure": F + "def solve(f, x):\n    j = F.jacobian\n    def inner():\n        return j(f, x)\n    return inner()",
    "loop": F + "def solve(f, x):\n    for m in (F,):\n        return m.jacobian(f, x)",
    "comprehension": F + "def solve(f, x):\n    return [m.jacobian(f, x) for m in [F]][0]",
    "global": F + "def set_up():\n    global j\n    j = F.jacobian\nset_up()\ndef solve(f, x):\n    return j(f, x)",
    "under a condition": "try:\n    from torch.func import jacobian\nexcept ImportError:\n    jacobian = None\n"
    "def solve(f, x):\n    return jacobian(f, x)",
    "kept before the name was taken": FROM
    + "j = jacobian\ndef jacobian(f, x):\n    return 1\ndef solve(f, x):\n    return j(f, x)",
    "not imported": "def solve(f, x):\n    return torch.autograd.functional.jacobian(f, x)",
    "functorch": "import functorch\ndef solve(f, x):\n    return functorch.jacobian(f)(x)",
}


@pytest.mark.parametrize("name", USES)
def test_a_use_is_found(name: str) -> None:
    """Whatever the function is called, and wherever it was put, what is bound to it is torch's."""
    assert found(USES[name]) == ("jacobian",)


HELPER = "import torch.autograd.functional as F\ndef rows(f, x):\n    return F.jacobian(f, x)\n"
IN_OTHER_FILES: dict[str, tuple[str, tuple[str, str]]] = {
    "imported": ("from helper import rows\ndef solve(f, x):\n    return rows(f, x)", ("helper.py", HELPER)),
    "module": ("import helper\ndef solve(f, x):\n    return helper.rows(f, x)", ("helper.py", HELPER)),
    "star": ("from helper import *\ndef solve(f, x):\n    return rows(f, x)", ("helper.py", HELPER)),
    "alias": ("import helper as h\ndef solve(f, x):\n    return h.rows(f, x)", ("helper.py", HELPER)),
    "relative": ("from .helper import rows\ndef solve(f, x):\n    return rows(f, x)", ("helper.py", HELPER)),
    "package": ("from tools.helper import rows\ndef solve(f, x):\n    return rows(f, x)", ("tools/helper.py", HELPER)),
    "dotted": (
        "import tools.helper\ndef solve(f):\n    return tools.helper.rows(f)",
        ("tools/helper.py", HELPER),
    ),
    "from its package": ("from . import helper\ndef solve(f, x):\n    return helper.rows(f, x)", ("helper.py", HELPER)),
    "package's own": ("import tools\ndef solve(f, x):\n    return tools.rows(f, x)", ("tools/__init__.py", HELPER)),
    "handed on": ("from helper import jacobian\ndef solve(f, x):\n    return jacobian(f, x)", ("helper.py", FROM)),
    "handed on by a module": ("import helper\ndef solve(f, x):\n    return helper.F.jacobian(f, x)", ("helper.py", F)),
    "handed on by a star": ("from helper import *\ndef solve(f, x):\n    return F.jacobian(f, x)", ("helper.py", F)),
    "the function itself": ("from helper import rows as solve", ("helper.py", HELPER)),
}


@pytest.mark.parametrize("name", IN_OTHER_FILES)
def test_a_use_in_another_file_is_found(name: str) -> None:
    """A helper file belongs to the answer."""
    source, helper = IN_OTHER_FILES[name]
    assert found(source, helper) == ("jacobian",)


NO_USES: dict[str, str] = {
    "local variable": FROM + "def solve(f, x):\n    jacobian = []\n    return torch.stack(jacobian)",
    "parameter": FROM + "def solve(f, x, jacobian=None):\n    return jacobian",
    "parameter of a helper": FROM + "def fill(jacobian):\n    return jacobian\ndef solve(f, x):\n    return fill([])",
    "comprehension": FROM + "def solve(f, x):\n    return [jacobian for jacobian in f(x)]",
    "loop": FROM + "def solve(f, x):\n    for jacobian in f(x):\n        return jacobian",
    "with": FROM + "def solve(f, x):\n    with f as jacobian:\n        return jacobian",
    "nested function": FROM + "def solve(f, x):\n    def jacobian():\n        return 1\n    return jacobian()",
    "attribute of self": F + "class C:\n    def run(self):\n        self.jacobian = []\n        return self.jacobian\n"
    "def solve(f, x):\n    return C().run()",
    "attribute of a result": F
    + "def solve(f, x):\n    result = f(x)\n    result.jacobian = 1\n    return result.jacobian",
    "field of a named tuple": "from typing import NamedTuple\nclass Both(NamedTuple):\n    jacobian: object\n"
    "def solve(f, x):\n    return Both(jacobian=f(x)).jacobian",
    "text": "def solve(f, x):\n    '''Builds the jacobian row by row.'''\n    return 1",
    "key": "def solve(f, x):\n    return {'jacobian': 1}['jacobian']",
    "keyword": "def solve(f, x):\n    return dict(jacobian=1)",
    "another function's use": F + "def other(f, x):\n    return F.jacobian(f, x)\ndef solve(f, x):\n    return 1",
    "function of one's own": "def jacobian(f, x):\n    return 1\ndef solve(f, x):\n    return jacobian(f, x)",
    "own in place of torch's": FROM + "def jacobian(f, x):\n    return 1\ndef solve(f, x):\n    return jacobian(f, x)",
    "imported and not used": FROM + "def solve(f, x):\n    return 1",
    "imported inside and not used": "def solve(f, x):\n    from torch.func import jacrev\n    return 1",
    "another part of the module": F + "def solve(f, x):\n    return F.vjp(f, x)",
    "compared with at the top": F + "import torch\ndef solve(f, x):\n    return torch.stack([])\n"
    "torch.testing.assert_close(solve(None, None), F.jacobian(len, 1))\nprint(F.jacobian(len, 1), solve(None, None))",
    "logged at the top": F + "import logging\nlog = logging.getLogger()\nlog.info(F.jacobian(len, 1))\n"
    "def solve(f, x):\n    log.info('called')",
    "module of that name": "import jacobian\ndef solve(f, x):\n    return jacobian.rows(f, x)",
    "of another library": "import jax\ndef solve(f, x):\n    return jax.jacobian(f)(x)",
    "class scope": FROM + "class C:\n    jacobian = 1\n    kept = jacobian\ndef solve(f, x):\n    return C.kept",
}


@pytest.mark.parametrize("name", NO_USES)
def test_a_name_alone_is_no_use(name: str) -> None:
    """Whatever else is called so, and whatever uses it elsewhere: what is bound here is not torch's."""
    assert found(NO_USES[name]) == ()


LEFT_TO_WHAT_WAS_WATCHED: dict[str, str] = {
    "method": F
    + "class C:\n    def run(self, f):\n        return F.jacobian(f, 1)\ndef solve(f, x):\n    return C().run(f)",
    "factory": F + "def make():\n    j = F.jacobian\n    return lambda f, x: j(f, x)\nsolve = make()",
}


@pytest.mark.parametrize("name", LEFT_TO_WHAT_WAS_WATCHED)
def test_what_the_source_does_not_tell_is_no_use(name: str) -> None:
    """Which function of a class or of a factory runs is seen when it runs."""
    assert found(LEFT_TO_WHAT_WAS_WATCHED[name]) == ()


def test_a_helper_of_ones_own_is_no_use() -> None:
    """A helper file's function of that name is what it defines."""
    helper = ("helper.py", "def jacobian(f, x):\n    return 1\n")
    assert found("from helper import jacobian\ndef solve(f, x):\n    return jacobian(f, x)", helper) == ()


def test_the_order_is_that_of_the_names() -> None:
    """All that is used is told, in one order."""
    source = "import torch\ndef solve(f, x):\n    return torch.func.jacrev, torch.func.jacfwd, torch.func.hessian"
    assert found(source) == ("hessian", "jacrev", "jacfwd")


CIRCLES = {
    "assigned": "j = i\ni = j\njacobian = i\ndef solve(f, x):\n    return j.jacobian",
    "local": "def solve(f, x):\n    j = i\n    i = j\n    j = j\n    return j.jacobian",
    "imports": "from mine import *\nfrom mine import j\ndef solve(f, x):\n    return j.jacobian",
    "functions": "def a():\n    return solve() or jacobian\ndef solve():\n    return a()",
}


@pytest.mark.parametrize("name", CIRCLES)
def test_circles_end(name: str) -> None:
    """What is bound to itself means nothing."""
    assert found(CIRCLES[name]) == ()


def steps(source: str) -> int:
    """How many meanings are looked at, as a measure of the work."""
    mentions = Mentions([one_file("mine.py", source)], SHORTCUTS, LIBRARIES)
    search = _Search(mentions)
    search.used("mine.py", "solve")
    return search.steps


GROWING: dict[str, Callable[[int], str]] = {
    "helpers": lambda n: (
        "".join(f"def h{i}():\n    return h{i + 1}(), jacobian\n" for i in range(n)) + "def solve():\n    return h0()"
    ),
    "uses": lambda n: "import torch\ndef solve():\n" + "    torch.func.jacobian\n" * n,
    "bindings": lambda n: "j = jacobian\n" * n + "def solve():\n    return j",
}


@pytest.mark.parametrize("name", GROWING)
def test_work_grows_with_the_source(name: str) -> None:
    """Twice the source is at most about twice the work."""
    assert steps(GROWING[name](200)) <= 2.2 * steps(GROWING[name](100)) + 10


def test_work_is_bounded() -> None:
    """Where every name may be any of very many, the search ends without an answer, not without an end."""
    many = "".join(f"    j = j{i % 40}\n    j{i % 40} = j\n" for i in range(1000))
    assert steps(f"def solve():\n{many}    return j.jacobian") == MAX_STEPS + 1


@pytest.mark.parametrize(
    "source",
    [
        "def solve(:\n    jacobian",
        "jacobian = " + "(" * 100_000,
        "jacobian = " + "-" * 100_000 + "1",
        "jacobian = a" + ".b" * 90_000,
        "F.jacobian\n" * 50_000,
        "jacobian\0",
    ],
)
def test_hostile_source_mentions_nothing(source: str) -> None:
    """What no parser takes, or takes too long for, is no exception of ours."""
    assert found(source) == ()


def test_a_long_chain_of_files_is_not_searched_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where each file names the next one, no search goes through all of them once for each."""
    files = [one_file("end.py", "from torch.autograd.functional import jacobian\n")]
    files += [one_file(f"m{number}.py", f"from m{number - 1} import f\n") for number in range(1, 400)]
    files.append(one_file("m0.py", "from end import jacobian as f\n"))
    searched = 0

    def count(pattern: str) -> re.Pattern[str]:
        nonlocal searched
        searched += len(files)
        return compiled(pattern)

    compiled = re.compile
    monkeypatch.setattr("grader.submission.mentions.re.compile", count)
    assert Mentions(files, SHORTCUTS, LIBRARIES).of("m1.py", "f") == ("jacobian",)
    assert searched <= 5 * len(files)
