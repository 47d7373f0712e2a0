"""IPython's lines in a notebook's cell become Python, line by line where they were."""

import ast
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.inside.source import magics
from grader.inside.source.magics import is_left_out, to_python


@pytest.mark.parametrize(
    ("source", "python", "left_out"),
    [
        ("!ls\nx = 1\n", "pass\nx = 1\n", (0,)),
        ("if x:\n    !ls\n", "if x:\n    pass\n", (1,)),
        ("%matplotlib inline\nx = (7\n% 2)\n", "pass\nx = (7\n% 2)\n", (0,)),
        ("!pip install \\\n    torch\nx = 1", "pass\n\nx = 1", (0,)),
        ("pip install torch\nx = 1\n!ls", "pass\nx = 1\npass", (0, 2)),
        ("torch.dot?\n?torch.dot\nx??\nx = 1", "pass\npass\npass\nx = 1", (0, 1, 2)),
        ("s = '''\n%time\n'''\n!ls", "s = '''\n%time\n'''\npass", (3,)),
        (
            "def f(x:\n    y\n\ndef g(x):\n    return x\n%time\n",
            "def f(x:\n    y\n\ndef g(x):\n    return x\npass\n",
            (5,),
        ),
        ("x = (\n", "x = (\n", ()),
        ("", "", ()),
    ],
)
def test_what_does_nothing_is_left_out(source: str, python: str, left_out: tuple[int, ...]) -> None:
    """Shell commands, settings and help; not inside a bracket or a text, where a line may begin with anything."""
    found = to_python(source)
    assert (found.source, found.left_out, is_left_out(source)) == (python, left_out, False)


@pytest.mark.parametrize(
    ("source", "python"),
    [
        ("%time x = f(1)", "x = f(1)"),
        ("    %prun -s cumtime f(1)", "    cumtime f(1)"),
        ("%%time\nx = 1", "\nx = 1"),
        ("\n%%prun -s cumtime\nx = 1", "\n\nx = 1"),
        ("%%timeit -n 10 -r3 y = 2\nf(y)", "y = 2\nf(y)"),
        ("%%capture out --no-stderr\nx = 1", "out = get_ipython().captured()\nx = 1"),
        ("%%capture\nx = 1", "\nx = 1"),
        ("%%time\n%%capture out\nx = 1", "\nout = get_ipython().captured()\nx = 1"),
        ("files = !ls -l\nx = 1", "files = get_ipython().getoutput('ls -l')\nx = 1"),
        ("a, b = !ls", "a, b = get_ipython().getoutput('ls')"),
        ("t = %timeit -o f()", "t = get_ipython().run_line_magic('timeit -o f()')"),
        ("%run helpers.py", "get_ipython().run_file('helpers.py')"),
    ],
)
def test_what_runs_code_runs_it(source: str, python: str) -> None:
    """What a magic times, captures or profiles runs; a name that a command's output is given to has a value."""
    found = to_python(source)
    assert (found.source.rstrip(), found.left_out) == (python, ())


@pytest.mark.parametrize("source", ["%%bash\nls\n", "\n  %%html\n<p>\n", "%%writefile a.py\nx = 1", "%%unknown"])
def test_a_cell_in_another_language_is_left_out_as_a_whole(source: str) -> None:
    """Its first line is the one that is named."""
    found = to_python(source)
    assert (found.source, found.left_out, is_left_out(source)) == ("", (source.count("\n", 0, source.find("%")),), True)


@given(st.text(alphabet="%!?x=1() \n#\\'\"\x0c", max_size=80))
def test_any_cell_keeps_its_python(source: str) -> None:
    """What is Python stays as it is, whatever its lines begin with; any other text becomes something."""
    try:
        ast.parse(source)
    except SyntaxError:
        to_python(source)
    else:
        assert to_python(source).source == source


class Counting:
    """A pattern that counts how many characters it is given to look at."""

    def __init__(self, pattern: re.Pattern[str], seen: list[int]) -> None:
        self._pattern = pattern
        self._seen = seen

    def __getattr__(self, name: str) -> object:
        """The pattern's own, counting."""
        own = getattr(self._pattern, name)
        if not callable(own):
            return own

        def counted(*arguments: str) -> object:
            found = own(*arguments)
            start, text = (0, arguments[1]) if name == "sub" else (0, arguments[0])
            if name == "search" and len(arguments) > 1:
                start = int(arguments[1])
            end = found.end() if isinstance(found, re.Match) and name == "search" else len(text)
            self._seen.append(end - start)
            return found

        return counted


PIECES = ("\n", " \n", "!", "%time x\n", "%%time\n", "x = !ls\n", "(\n", "'''\n", '"', "\\\n", "x?\n", "a = ", "- ")


@pytest.mark.parametrize("piece", PIECES)
def test_work_grows_with_the_text(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice as long a cell is at most about twice as much to look at, whatever it repeats."""
    seen: list[int] = []
    for name, pattern in vars(magics).copy().items():
        if isinstance(pattern, re.Pattern):
            monkeypatch.setattr(magics, name, Counting(pattern, seen))
    looked_at = []
    for count in (500, 1000):
        seen.clear()
        to_python(piece * count + "\n!x")
        looked_at.append(sum(seen))
    assert looked_at[1] <= 2.1 * looked_at[0]
