"""Which file's definition is graded, by what is written there."""

import pytest

from grader.inside.source.statements import statements
from grader.inside.wire import Cell, SourceFile, Wanted
from grader.inside.worker.choice import Candidate, candidates, outline, rivals
from tests.unit.records import one_file

WANTED = Wanted(name="f", chapter="ch1", given="x = x.clone()")
STUB = "def f(x):\n    '''Doc.'''\n    x = x.clone()\n    raise NotImplementedError\n"
ONE, TWO = "def f(x):\n    return 1\n", "def f(x):\n    return 2\n"


def chosen(**sources: str) -> list[Candidate]:
    """The candidates for `f` among these files; `__` in a name is a folder's end."""
    files = [one_file(f"{name.replace('__', '/')}.py", source) for name, source in sorted(sources.items())]
    return candidates(WANTED, [outlined(file, place) for place, file in enumerate(files)])


def outlined(file: SourceFile, place: int = 0):  # type: ignore[no-untyped-def]  # an outline
    """A file's outline."""
    parts = [part for cell in file.cells for part in statements(cell, notebook=False)]
    return outline(file, place, parts, {WANTED.name: WANTED.given})


@pytest.mark.parametrize(
    ("sources", "first"),
    [
        ({"ch1": STUB, "old__ch1": ONE}, "old/ch1.py"),
        ({"ch1": STUB, "zzz": ONE}, "zzz.py"),
        ({"ch1": "def f(x):\n    print(x)\n    raise NotImplementedError\n", "zzz": ONE}, "zzz.py"),
        ({"ch1": STUB, "zzz": "def f(x):\n    raise NotImplementedError\n    return x\n"}, "zzz.py"),
        ({"ch1": "def f(x):\n    return x\n    raise NotImplementedError\n", "zzz": ONE}, "ch1.py"),
        ({"ch1": "def f(x):\n    if x: raise NotImplementedError\n    return x\n", "zzz": ONE}, "ch1.py"),
        ({"ch1": ONE, "zzz": TWO}, "ch1.py"),
        ({"a": ONE, "b__ch1": TWO}, "b/ch1.py"),
        ({"ch1": ONE, "b__ch1": TWO}, "ch1.py"),
        ({"a": ONE, "b": TWO}, "b.py"),
        ({"a__b__c": ONE, "a__b": TWO}, "a/b.py"),
        ({"a": ONE, "b": "from a import f\n"}, "a.py"),
        ({"a": ONE, "ch1": "from a import f\n"}, "ch1.py"),
        ({"a": "f = len\n", "b": "f(1)\n"}, "a.py"),
        ({"a": ONE, "b": f"{TWO}del f\n"}, "a.py"),
        ({"a": f"{ONE}{STUB}", "ch1": STUB}, "a.py"),
        ({"a": "if x:\n    def f(): return 1\n", "ch1": "if __name__ == '__main__':\n    def f(): return 2\n"}, "a.py"),
    ],
)
def test_the_best_definition_comes_first(sources: dict[str, str], first: str) -> None:
    """An answer before a stub, the chapter's own file, a definition before an import, fewer folders, the last name."""
    assert chosen(**sources)[0].path == first


def test_what_does_not_define_it_is_no_candidate() -> None:
    """Using a name, or defining it where nobody can call it."""
    assert chosen(a="print(f)\n", b="class A:\n    def f(self): pass\n", c="x.f = 1\n") == []


@pytest.mark.parametrize(
    ("sources", "told"),
    [
        ({"ch1": ONE, "zzz": TWO}, [("zzz.py", "own_file")]),
        ({"ch1": STUB, "zzz": ONE}, [("ch1.py", "untouched")]),
        ({"ch1": "def f(x):\n    x\n    raise NotImplementedError", "zzz": ONE}, [("ch1.py", "unfinished")]),
        ({"a__b": ONE, "b": TWO}, [("a/b.py", "fewer_folders")]),
        ({"a": ONE, "b": TWO}, [("a.py", "last")]),
        ({"ch1": ONE, "zzz": f"'''Other.'''\n{ONE}"}, []),
        ({"ch1": ONE, "test": "from ch1 import f\n"}, []),
    ],
)
def test_whoever_differs_is_told_with_the_reason(sources: dict[str, str], told: list[tuple[str, str]]) -> None:
    """The same code twice, or an import, is nothing to tell of."""
    found = chosen(**sources)
    said = rivals("f", found[0].path, found[0].path, found)
    assert [(rival.file, rival.reason) for rival in said] == told


def test_an_imported_definition_is_no_rival_of_itself() -> None:
    """The chapter's own file has it from another one."""
    found = chosen(answers=ONE, ch1="from answers import f\n", zzz=TWO)
    said = rivals("f", "ch1.py", "answers.py", found)
    assert [(rival.file, rival.reason) for rival in said] == [("zzz.py", "own_file")]


def test_unreadable_stretches_define_nothing() -> None:
    """What can be read around them does."""
    file = SourceFile(path="a.py", stem="a", cells=(Cell(file="a.py", source=f"def f(:\n    pass\n{ONE}"),))
    assert [one.path for one in candidates(WANTED, [outlined(file)])] == ["a.py"]
