"""A new lesson is merged around what a student wrote, by function and not by line."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.update.script import merge_scripts
from tests.support import CATALOG, COURSE, right_answer

BASE = '''# # A lesson

# %%
import math
import warnings

# %% [markdown]
# Some words about the first task.
# Predict what comes.

# %%
if __name__ == "__main__":
    print("try", math.pi)

# %%
def first(x):
    """Return it."""
    raise NotImplementedError


# %% [markdown]
# Words about the second.

# %%
def second(x):
    """Return it, too."""
    raise NotImplementedError
'''
NEW = BASE.replace("Some words", "Better words").replace("Return it.", "Return x.")


@dataclass(frozen=True)
class Merged:
    """The merged text, and the student's functions in it."""

    text: str
    kept: tuple[str, ...]
    both: tuple[str, ...]


def merge(base: str, mine: str, new: str) -> Merged:
    """Merge three texts."""
    merged = merge_scripts("exercises/a.py", base.encode(), mine.encode(), new.encode())
    return Merged(merged.data.decode(), merged.kept, merged.both)


def changed(text: str, *pairs: tuple[str, str]) -> str:
    """A text in which each first part, which is there, is replaced."""
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def own(function: str, body: str) -> tuple[str, str]:
    """The change from a stub of the lesson to a body."""
    head = next(part for part in BASE.split("\n\n# %%\n") if part.startswith(f"def {function}"))
    stub = head.partition("\n\n\n")[0].rstrip("\n")
    return stub, stub.replace("    raise NotImplementedError", body)


def test_an_answer_stays_to_the_letter_and_the_rest_is_new() -> None:
    """Odd spacing, blank lines and comments in a function are its author's, also below its last line."""
    body = "    # mine\n\n    return x   *  2  # so\n\n    # and this"
    mine = changed(BASE, own("first", body))
    merged = merge(BASE, mine, NEW)
    assert body in merged.text
    assert merged.text == changed(NEW, own_in_new("first", mine))
    assert (merged.kept, merged.both) == (("first",), ("first",))


def own_in_new(function: str, mine: str) -> tuple[str, str]:
    """The change from the new lesson's function to that of `mine`."""
    return source_of(NEW, function), source_of(mine, function)


def source_of(text: str, function: str) -> str:
    """A function with all that is indented below it."""
    return text[text.index(f"def {function}") :].partition("\n\n\n")[0].rstrip("\n")


def test_a_comment_alone_makes_a_function_its_authors() -> None:
    """Somebody who only wrote down a plan finds it again."""
    mine = changed(BASE, own("first", "    # plan: double it\n    raise NotImplementedError"))
    assert "# plan: double it" in merge(BASE, mine, NEW).text


def test_layout_alone_makes_no_answer() -> None:
    """A formatter has moved a stub: it is still the lesson's, and becomes the new one."""
    mine = changed(BASE, ("def first(x):\n", "def first( x ):\n\n"))
    assert merge(BASE, mine, NEW).text == NEW


def test_what_was_added_stays_where_it_was() -> None:
    """An import behind imports, a helper before its function, a cell with its marker, a note below the text."""
    mine = changed(
        BASE,
        ("import warnings\n", "import warnings\nfrom itertools import chain  # mine\n"),
        ("# Predict what comes.\n", "# Predict what comes.\n# I say 3.14\n"),
        ("# %%\ndef first", "# %%\nHALF = 0.5\n\n\nclass Box:\n    pass\n\n\ndef first"),
        ("\n\n# %% [markdown]\n# Words about", "\n\n# %%\nprint('my cell')\n\n# %% [markdown]\n# Words about"),
    )
    expected = changed(
        NEW,
        ("import warnings\n", "import warnings\nfrom itertools import chain  # mine\n"),
        ("# Predict what comes.\n", "# Predict what comes.\n# I say 3.14\n"),
        ("# %%\ndef first", "# %%\nHALF = 0.5\n\n\nclass Box:\n    pass\n\n\ndef first"),
        ("\n\n# %% [markdown]\n# Words about", "\n\n# %%\nprint('my cell')\n\n# %% [markdown]\n# Words about"),
    )
    assert merge(BASE, mine, NEW).text == expected


def test_a_cell_of_ones_own_does_not_break_a_text() -> None:
    """Where the new lesson says more before it."""
    cell = "# %%\nprint('mine')\n\n"
    mine = changed(BASE, ("# %%\nif __name__", f"{cell}# %%\nif __name__"))
    new = changed(BASE, ("# Predict what comes.\n", "# Predict what comes.\n# And why?\n"))
    assert merge(BASE, mine, new).text == changed(new, ("# %%\nif __name__", f"{cell}# %%\nif __name__"))


def test_a_decorator_belongs_to_its_function() -> None:
    """Somebody's function is theirs with it, whatever the new lesson has there."""
    base = changed(BASE, ("def first", "@one\ndef first"))
    mine = changed(base, ("raise NotImplementedError", "return x"))
    new = changed(base, ("@one", "@other"), ("Some words", "Better words"))
    assert merge(base, mine, new).text == changed(mine, ("Some words", "Better words"))


def test_an_answer_below_the_lesson_stays_there() -> None:
    """The stub above it becomes the new one; both have one name, and the last counts."""
    answer = "\n\ndef first(x):\n    return 2 * x\n"
    merged = merge(BASE, BASE + answer, NEW)
    assert merged.text == NEW + answer
    assert merged.kept == ("first",)


def test_a_changed_experiment_stays_in_its_place() -> None:
    """Where the new lesson has the same cell."""
    cell = ('print("try", math.pi)', 'print("try", math.e)')
    assert merge(BASE, changed(BASE, cell), NEW).text == changed(NEW, cell)


def test_two_changes_of_an_experiment_are_both_there() -> None:
    """The student's, and behind it the lesson's new one, each in a cell of its own."""
    mine = changed(BASE, ('"try", math.pi', '"mine", math.e'))
    new = changed(BASE, ('"try", math.pi', '"new", math.tau'))
    text = merge(BASE, mine, new).text
    cells = [part for part in text.split("\n\n") if "__main__" in part]
    assert cells == [
        f'# %%\nif __name__ == "__main__":\n    print({what})' for what in ('"mine", math.e', '"new", math.tau')
    ]


def test_an_exercise_that_is_gone_keeps_its_answer() -> None:
    """And so does what the answer needs of the old lesson."""
    body = "    warnings.warn('x')\n    return x"
    mine = changed(BASE, own("first", body))
    new = changed(NEW, (source_of(NEW, "first") + "\n\n\n", ""), ("import warnings\n", ""))
    merged = merge(BASE, mine, new)
    assert source_of(mine, "first") in merged.text
    assert merged.text.index("import warnings") < merged.text.index("def first")
    assert merge(BASE, BASE, new).text == new


def test_a_new_exercise_appears_in_its_place() -> None:
    """Between the two that were there."""
    new = changed(
        NEW,
        (
            "\n\n# %% [markdown]\n# Words",
            "\n\n# %%\ndef third():\n    raise NotImplementedError\n\n\n# %% [markdown]\n# Words",
        ),
    )
    mine = changed(BASE, own("first", "    return 1"), own("second", "    return 2"))
    text = merge(BASE, mine, new).text
    names = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    assert names == ["first", "third", "second"]
    assert "return 1" in text
    assert "return 2" in text


def test_an_answer_that_is_no_def_is_not_covered_by_a_stub() -> None:
    """Who wrote `first = ...` in the place of the stub has taken that away."""
    mine = changed(BASE, (source_of(BASE, "first"), "first = abs"))
    namespace: dict[str, Any] = {}
    exec(merge(BASE, mine, NEW).text, namespace)
    assert namespace["first"] is abs


def test_a_file_that_is_no_python_is_refused() -> None:
    """With the line, so that a sentence can name it."""
    with pytest.raises(UsageError, match=r"exercises/a\.py is no Python in line 25"):
        merge(BASE, changed(BASE, ("def second(x)", "def second(x")), NEW)


# ---------------------------------------------------------------- any lesson, any student


@dataclass(frozen=True)
class Case:
    """Three versions of a file; `own` are the student's functions that can be called, `parts` what is the student's."""

    base: str
    mine: str
    new: str
    own: list[str]
    parts: list[str]


NAMES = [f"task{number}" for number in range(5)]


def lesson(head: str, tasks: Mapping[str, int]) -> list[tuple[str, str, str]]:
    """A lesson with these exercises of these versions, as a name, a kind and a text a cell."""
    cells = [("", "head", head)]
    for name, version in tasks.items():
        cells += [
            (name, "text", f"# %% [markdown]\n# ## About {name}\n#\n# Words, version {version}.\n"),
            (name, "cell", f'# %%\nif __name__ == "__main__":\n    print("{name}", {version // 2})\n\n'),
            (name, "stub", f'# %%\ndef {name}(x):\n    """Version {version}."""\n    raise NotImplementedError\n\n'),
        ]
    return cells


def text_of(texts: Iterable[str]) -> str:
    """The file of a lesson."""
    return "\n".join(texts).rstrip("\n") + "\n"


def solved(draw: Callable[..., Any], text: str, number: int) -> tuple[str, list[str]]:
    """A stub with an answer, which may need an import of the lesson's, a helper, or a value when it is defined."""
    call = draw(st.sampled_from(["(7.5)", "math.floor(7.5)", "os.path.basename('7')", f"helper{number}(7.5)"]))
    default = draw(st.sampled_from(["0", f"LIMIT{number}"]))
    parts = [f"def helper{number}(x):\n    return x"] if "helper" in call else []
    parts += [f"{default} = {number}"] if "LIMIT" in default else []
    answer = text.removeprefix("# %%\n").replace("(x):", f"(x, extra={default}):").rstrip("\n")
    parts.append(answer.replace("raise NotImplementedError", f"return ({call}, extra)  # mine"))
    return "# %%\n" + "\n\n\n".join(parts) + "\n\n", parts


@st.composite
def cases(draw: Callable[..., Any]) -> Case:
    """A student's changes and a teacher's, both at will."""
    before = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1))
    after = draw(st.lists(st.sampled_from(NAMES), unique=True))
    base = lesson("# # Lesson\n\n# %%\nimport math\nimport os\n", dict.fromkeys(before, 0))
    new = lesson("# # Better\n\n# %%\nimport math\n", {name: draw(st.integers(0, 3)) for name in after})
    mine: list[str] = []
    own: list[str] = []
    parts: list[str] = []
    for number, (name, kind, text) in enumerate(base):
        match kind if draw(st.booleans()) else "untouched":
            case "stub":
                theirs, added = solved(draw, text, number)
                own.append(name)
            case "cell":
                theirs, added = text.replace('print("', f'print("mine {number} '), [f'print("mine {number} ']
            case "text":
                added = [f"# My note {number}\n"]
                theirs = text + added[0]
            case _:
                theirs, added = text, []
        mine.append(theirs)
        parts += added
        if draw(st.integers(0, 4)) == 0:
            mine.append(f"# %%\n# my cell {number}\nif True:\n    made{number} = {number}\n")
            parts.append(mine[-1])
    base_text, new_text = (text_of(text for _, _, text in cells) for cells in (base, new))
    return Case(base=base_text, mine=text_of(mine), new=new_text, own=own, parts=parts)


def statements(text: str) -> Iterator[str]:
    """The statements of a file, in one notation."""
    return (ast.unparse(node) for node in ast.parse(text).body)


def answers(text: str, functions: Sequence[str]) -> list[Any]:
    """The results of a file's functions."""
    namespace: dict[str, Any] = {"__name__": "lesson"}
    exec(text, namespace)
    return [namespace[name](1) for name in functions]


@settings(max_examples=400, deadline=None)
@given(cases())
def test_nothing_of_a_students_is_lost(case: Case) -> None:
    """All that the student wrote is there once, runs as it did, and the new lesson is whole around it."""
    merged = merge(case.base, case.mine, case.new)
    for part in case.parts:
        assert merged.text.count(part) == 1, part
    assert answers(merged.text, case.own) == answers(case.mine, case.own)
    assert set(case.own) <= set(merged.kept)
    there = set(statements(merged.text))
    for node in ast.parse(case.new).body:
        # An experiment that the new lesson left as it was may have become the student's.
        is_theirs = isinstance(node, ast.If) or (isinstance(node, ast.FunctionDef) and node.name in case.own)
        assert is_theirs or ast.unparse(node) in there
    for line in case.new.splitlines():
        if line.startswith("# "):
            assert line in merged.text


@settings(max_examples=400, deadline=None)
@given(cases())
def test_merging_has_an_end(case: Case) -> None:
    """Once the new lesson is the base, merging it again changes nothing; and so it is where nothing was changed."""
    merged = merge(case.base, case.mine, case.new).text
    assert merge(case.new, merged, case.new).text == merged
    assert merge(case.base, case.base, case.new).text == case.new
    assert merge(case.base, case.mine, case.base).text == case.mine


def test_what_both_have_added_is_there_once() -> None:
    """Somebody who had the new lesson already, from wherever, has nothing twice."""
    mine = changed(NEW, (source_of(NEW, "first"), "def first(x):\n    return x"))
    assert merge("", mine, NEW).text == mine
    assert merge(BASE, mine, NEW).text == mine


@pytest.mark.parametrize("chapter", [chapter.id for chapter in CATALOG.chapter])
def test_real_lessons_are_merged(chapter: str) -> None:
    """Each answer of a chapter is kept as it is, in a lesson with other words, whatever else is new."""
    base = (COURSE.stubs / f"{chapter}.py").read_text(encoding="utf-8")
    exercise = next(one for one in CATALOG.chapter if one.id == chapter).exercise[-1].id
    mine = f"{base}\n\n{right_answer(exercise)}"
    new = base.replace("torch", "Torch's").replace("import Torch's", "import torch").replace("Torch's.", "torch.")
    merged = merge(base, mine, new).text
    assert merged.startswith(new.rstrip("\n"))
    assert merged.endswith(right_answer(exercise).rstrip("\n") + "\n")
