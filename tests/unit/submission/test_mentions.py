"""Which functions of torch a submitted function uses, by its source."""

import pytest

from grader.model import SHORTCUTS
from grader.submission.mentions import Mentions
from tests.unit.records import one_file


def found(source: str) -> tuple[str, ...]:
    """What `solve` uses."""
    return Mentions(one_file("mine.py", source), SHORTCUTS).of("solve")


@pytest.mark.parametrize(
    "source",
    [
        "def solve(f, x):\n    return torch.autograd.functional.jacobian(f, x)\n",
        "from torch.autograd.functional import jacobian\ndef solve(f, x):\n    return jacobian(f, x)\n",
        "from torch.autograd.functional import jacobian as j\ndef solve(f, x):\n    return j(f, x)\n",
        "def solve(f, x):\n    from torch.autograd.functional import jacobian as j\n    return j(f, x)\n",
        "import torch.autograd.functional as F\nj = F.jacobian\ndef solve(f, x):\n    return j(f, x)\n",
        "def helper(f, x):\n    return F.jacobian(f, x)\ndef solve(f, x):\n    return helper(f, x)\n",
        "class C:\n    def run(self, f):\n        return F.jacobian(f, 1)\ndef solve(f, x):\n    return C().run(f)\n",
        "def solve(f, x):\n    return getattr(F, 'jacobian')(f, x)\n",
        "solve = lambda f, x: F.jacobian(f, x)\n",
    ],
)
def test_a_use_is_found(source: str) -> None:
    """Directly, under an alias, through a helper or getattr."""
    assert found(source) == ("jacobian",)


@pytest.mark.parametrize(
    "source",
    [
        "def solve(f, x):\n    jacobian = []\n    return torch.stack(jacobian)\n",
        "def solve(f, x):\n    '''Builds the jacobian row by row.'''\n    return 1\n",
        "def other(f, x):\n    return F.jacobian(f, x)\ndef solve(f, x):\n    return 1\n",
        "def jacobian(f, x):\n    return 1\ndef solve(f, x):\n    return jacobian(f, x)\n",
        "from torch.autograd.functional import jacobian\ndef solve(f, x):\n    return 1\n",
        "def solve(f, x):\n    return {'jacobian': 1}\n",
    ],
)
def test_a_name_alone_is_no_use(source: str) -> None:
    """A variable or function of that name, a word in a text, or another function's use: none of these counts."""
    assert found(source) == ()


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
