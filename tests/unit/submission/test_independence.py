"""Which functions nothing can influence that ran before, by the source."""

import pytest

from grader.submission.independence import Independence
from tests.unit.records import one_file

TORCH = "import torch\n"


def independent(source: str) -> bool:
    """Is `solve` of this file?"""
    return Independence([one_file("mine.py", source)]).of("mine.py", "solve")


@pytest.mark.parametrize(
    "source",
    [
        "def solve(x):\n    x.grad = None\n    x.requires_grad = False\n    x.data[0] = 1\n    return 2 * x.sum()\n",
        "from torch.autograd import functional as F\ndef solve(f, x):\n    return F.jacobian(f, x)\n",
        "EPS = -1e-3\nPAIR = (1, 2 * EPS)\n" + "def solve(x, by=2, *, to=(1, 2)):\n    return x + 1e-3\n",
        "'''Mine.'''\ndef helper(x):\n    return torch.ones_like(x)\ndef solve(x):\n    return helper(x)\n",
        "def solve(f, x):\n    rows = []\n    for i in range(3):\n        rows += f(x)\n    return torch.stack(rows)\n",
        "def solve(x):\n    import math\n    found = {}\n    found['a'] = math.pi\n    return [found for k in 'a']\n",
        "def solve(x):\n    def inner():\n        return x\n    return inner()\n",
        "x = torch.zeros(3)\ny = []\ndef solve(x):\n    y = x + 1\n    y[0] = 1\n    x.grad = None\n    return y\n",
        "def solve(n):\n    return n if n < 2 else solve(n - 1)\n",
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
        "from . import rows\ndef solve(x):\n    return rows\n",
        "from torch import *\ndef solve(x):\n    return zeros(3)\n",
        "if True:\n    def solve(x):\n        return x\n",
        "for solve in (len, sum):\n    pass\n",
        "solve = torch.sum\n",
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
        "torch.set_default_dtype(torch.float64)",
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
    ],
)
def test_what_reaches_beyond_its_own_function_influences_all(statement: str) -> None:
    """One function that may change torch, another function or the file makes every other one doubtful."""
    source = f"kept = [1]\ndef solve(x):\n    return x\ndef other(x):\n    {statement}\n"
    assert not independent(TORCH + source)
    assert independent(TORCH + source.replace(statement, "return x"))


def test_a_method_may_reach_anywhere() -> None:
    """What a class or a decorated function does later is not looked at."""
    assert not independent("def solve(x):\n    return x\nclass C:\n    def run(self):\n        return 1\n")
    assert not independent("def solve(x):\n    return x\n@print\ndef other(x):\n    return 1\n")


def test_another_file_may_reach_into_this_one() -> None:
    """All files of a submission run in one process."""
    mine = one_file("mine.py", "def solve(x):\n    return x\n")
    harmless = one_file("other.py", "def other(x):\n    return x\n")
    reaching = one_file("other.py", "import torch\ndef other(x):\n    torch.ones = x\n")
    assert Independence([mine, harmless]).of("mine.py", "solve")
    assert not Independence([mine, reaching]).of("mine.py", "solve")
    assert not Independence([mine, one_file("other.py", "def broken(:\n")]).of("mine.py", "solve")
    assert not Independence([mine]).of("other.py", "solve")


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
    ],
)
def test_hostile_source_is_never_independent(source: str) -> None:
    """What the parser cannot take, or should not."""
    assert not independent(source)
