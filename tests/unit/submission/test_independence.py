"""Which functions nothing can influence that ran before, by the source."""

import pytest
from msgspec.structs import replace

from grader.submission.independence import Independence
from grader.wire import Cell, SourceFile
from tests.unit.records import one_file

TORCH = "import torch\n"
_NAMES = ", ".join(f"a{number}" for number in range(400))


def independent(source: str) -> bool:
    """Is `solve` of this file?"""
    return Independence([one_file("mine.py", source)]).of("mine.py", "solve")


@pytest.mark.parametrize(
    "source",
    [
        "def solve(x):\n    x.grad = None\n    x.requires_grad = False\n    return 2 * x.sum()\n",
        "def solve(x):\n    x.view(-1)[0] = x.data[0] = 1\n    del x[0]\n    return x\n",
        "from torch.autograd import functional as F\ndef solve(f, x):\n    return F.jacobian(f, x)\n",
        "EPS = -1e-3\nPAIR = (1, 2 * EPS)\n" + "def solve(x, by=2, *, to=(1, 2)):\n    return x + 1e-3\n",
        "'''Mine.'''\ndef helper(x):\n    return torch.ones_like(x)\ndef solve(x):\n    return helper(x)\n",
        "def solve(f, x):\n    rows = []\n    for i in range(3):\n        rows += f(x)\n    return torch.stack(rows)\n",
        "def solve(x):\n    import math\n    found = {}\n    found['a'] = math.pi\n    return [found for k in 'a']\n",
        "def solve(x):\n    def inner():\n        return x\n    return inner()\n",
        "x = torch.zeros(3)\ny = []\ndef solve(x):\n    y = x + 1\n    y[0] = 1\n    x.grad = None\n    return y\n",
        "def solve(n):\n    return n if n < 2 else solve(n - 1)\n",
        "solve = torch.sum\n",
        "A, B = 1, 2\nC = D = -1.0\nE: float = 2.0\nF = torch.float64\ndef solve(x):\n    return A + B + C + D + E\n",
        "def solve(x, dtype=torch.float64):\n    return x.to(dtype)\n",
        "torch.manual_seed(0)\ntorch.set_printoptions(precision=3)\ndef solve(x):\n    return x\n",
        "def solve(x):\n    torch.manual_seed(0)\n    d = {}\n    d.setdefault(1, 2)\n    return d\n",
        "def solve(x):\n    x.register_hook(print)\n    return x\n",
        "def solve(x):\n    torch.set_grad_enabled(True)\n    return type(x).__name__\n",
        "def solve(x):\n    return x\nprint(solve(lambda t: t * t))\nf = lambda t: t + 1\n",
        "def loss(x):\n    return x\ndef solve(f, x):\n    loss = f(x)\n    loss.backward()\n    return x.grad\n",
        "def solve(x):\n    return x\nif __name__ == '__main__':\n    def shown(x):\n        torch.ones = x\n",
        "import functools\ndef solve(x):\n    return x\n@functools.cache\ndef other(x, seen=[]):\n    return x\n",
        "import os\nimport matplotlib.pyplot as plt\nplt.plot([1])\ndef solve(x):\n    return x\n",
    ],
)
def test_a_function_of_its_arguments_is_independent(source: str) -> None:
    """Known modules, constants, helpers, what is made in the call; its own variables have any names they like."""
    assert independent(TORCH + source)


@pytest.mark.parametrize(
    "source",
    [
        "seen = []\ndef solve(x):\n    return len(seen)\n",
        "leaf = torch.ones(3, requires_grad=True)\ndef solve(x):\n    return leaf.grad\n",
        "leaf = torch.ones(3)\ndef helper(x):\n    return leaf\ndef solve(x):\n    return helper(x)\n",
        "def helper(x, seen=[]):\n    return seen\ndef solve(x):\n    return helper(x)\n",
        "def helper(x, *, seen={}):\n    return seen\ndef solve(x):\n    return helper(x)\n",
        "def solve(x, start=torch.zeros(3)):\n    return x + start\n",
        "import functools\n@functools.cache\ndef helper():\n    return []\ndef solve(x):\n    return helper()\n",
        "class Tape:\n    rows = []\ndef solve(x):\n    return Tape.rows\n",
        "import mine_too\ndef solve(x):\n    return mine_too.rows\n",
        "from mine_too import rows\ndef solve(x):\n    return rows\n",
        "import mine_too\nrows = mine_too.rows\ndef solve(x):\n    return rows\n",
        "kept = 1\nmatch [[]]:\n    case [kept]:\n        pass\ndef solve(x):\n    return kept\n",
        "kept = 1\nmatch {}:\n    case {**kept}:\n        pass\ndef solve(x):\n    return kept\n",
        "from .torch import rows\ndef solve(x):\n    return rows\n",
        "from . import rows\ndef solve(x):\n    return rows\n",
        "from torch import *\ndef solve(x):\n    return zeros(3)\n",
        "if True:\n    def solve(x):\n        return x\n",
        "for solve in (len, sum):\n    pass\n",
        "solve = 1\nsolve = []\n",
        "def other(x):\n    return x\n",
        "def solve(x):\n    return unknown\n",
        "def solve(x):\n    return eval('seen')\n",
    ],
)
def test_what_may_keep_something_is_an_influence(source: str) -> None:
    """Objects of the file, defaults, decorators, classes, other files, whatever is not plainly harmless."""
    assert not independent(TORCH + source)


@pytest.mark.parametrize(
    "statement",
    [
        "torch.ones = None",
        "torch.Tensor.backward = None",
        "torch.nn.functional.grad = None",
        "del torch.ones",
        "other.calls = 1",
        "other.calls.append(1)",
        "global seen; seen = 1",
        "torch.set_flush_denormal(True)",
        "torch.use_deterministic_algorithms(True)",
        "torch.nn.modules.module.register_module_forward_hook(print)",
        "torch.no_grad().__enter__()",
        "torch.autograd.forward_ad.enter_dual_level()",
        "torch._C.anything()",
        "kept[0] = 1",
        "del kept[0]",
        "setattr(torch, 'ones', None)",
        "exec('torch.ones = None')",
        "alias = torch; alias.ones = None",
        "import mine_too",
        "from mine_too import rows",
        "(lambda: setattr(torch, 'ones', None))()",
        "from torch.autograd.forward_ad import enter_dual_level",
        "from torch import *",
        "getattr(torch, 'set_flush_denormal')(True)",
        "import os; os.environ.update(x)",
        "sys.stdout.close()",
        "type(x).grad = None",
        "class Kept: rows = []",
    ],
)
def test_what_reaches_beyond_its_own_function_influences_all(statement: str) -> None:
    """One function that may change torch, another function or the file makes every other one doubtful."""
    source = f"import sys\nkept = [1]\ndef solve(x):\n    return x\ndef other(x):\n    {statement}\n"
    assert not independent(TORCH + source)
    assert independent(TORCH + source.replace(statement, "return x"))


@pytest.mark.parametrize(
    "statement",
    [
        "class C:\n    def run(self):\n        return 1",
        "async def run(x):\n    return 1",
        "if True:\n    def run(x):\n        return 1",
        "torch.autograd.grad = solve",
        "torch.autograd.functional.vjp = torch.autograd.functional.jvp",
        "solve.calls = []",
        "setattr(torch.autograd, 'grad', solve)",
        "globals()['solve'] = print",
        "torch.nn.modules.module.register_module_forward_hook(solve)",
        "from numpy import seterr",
        "from helpers import *",
        "from torch import *",
        "strict = numpy.seterr",
        "later = lambda: torch.set_flush_denormal(True)",
    ],
)
def test_what_acts_later_influences_all(statement: str) -> None:
    """At the top of the file: methods, functions in a branch, what is patched, registered or redefined."""
    source = "import numpy\ndef solve(x):\n    return x\n"
    assert independent(TORCH + source)
    assert not independent(TORCH + source + statement + "\n")


def test_memory_that_nobody_filled_may_hold_what_others_left() -> None:
    """The function that takes it is doubtful, and no other."""
    taking = "def other(x):\n    y = torch.empty(3)\n    return y + x\n"
    assert not independent(TORCH + taking.replace("other", "solve"))
    assert independent(TORCH + taking + "def solve(x):\n    return x\n")


def test_an_import_that_fails_leaves_what_was_there() -> None:
    """A name keeps every meaning that it may have."""
    source = "seen = []\ndef helper(x):\n    return seen\ndef solve(x):\n    return helper(x)\n"
    assert not independent(TORCH + source + "from torch import missing as helper\n")


def test_a_notebooks_magics_are_no_obstacle() -> None:
    """They are left out as they are where the notebook runs."""
    cells = [
        Cell(file="a, cell 1", source="%matplotlib inline\n"),
        Cell(file="a, cell 2", source="def solve(x):\n    return x\n"),
    ]
    notebook = SourceFile(path="a.ipynb", stem="a", cells=tuple(cells))
    assert Independence([notebook]).of("a.ipynb", "solve")
    assert not Independence([replace(notebook, path="a.py")]).of("a.py", "solve")


def test_another_file_may_reach_into_this_one() -> None:
    """All files of a submission run in one process."""
    mine = one_file("mine.py", "def solve(x):\n    return x\n")
    harmless = one_file("other.py", "def other(x):\n    return x\n")
    reaching = one_file("other.py", "import torch\ndef other(x):\n    torch.ones = x\n")
    assert Independence([mine, harmless]).of("mine.py", "solve")
    assert not Independence([mine, reaching]).of("mine.py", "solve")
    assert not Independence([mine, one_file("other.py", "def broken(:\n")]).of("mine.py", "solve")
    assert not Independence([mine]).of("other.py", "solve")


def test_a_submission_may_be_too_large_as_a_whole() -> None:
    """Many files of a bearable size take as long as a large one."""
    mine = one_file("mine.py", "def solve(x):\n    return x\n")
    for count, within in ((1, True), (2, False)):
        others = [one_file(f"other{number}.py", "#" * 150_000) for number in range(count)]
        assert Independence([mine, *others]).of("mine.py", "solve") is within


@pytest.mark.parametrize(
    "source",
    [
        "def solve(:\n",
        "solve = " + "(" * 100_000,
        "solve = a" + ".b" * 90_000,
        "x = 1\n" * 50_000,
        "solve\0",
        "def solve(x):\n    global x\n",
        "def solve(x):\n    return x\n" + "# long\n" * 30_000,
        f"def solve({_NAMES}):\n    return [{_NAMES}, {', '.join(['lambda: 0'] * 400)}]\n",
    ],
)
def test_hostile_source_is_never_independent(source: str) -> None:
    """What the parser cannot take, or should not."""
    assert not independent(source)
