"""Code for a newer Python is told from slips."""

import sys

import pytest

from grader.inside.source.newer import of_line, of_message


@pytest.fixture(autouse=True)
def old_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the oldest Python that grades would see it."""
    monkeypatch.setattr(sys, "version_info", (3, 11, 0))


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ("def f[T](x): pass", "3.12"),
        ("    async def f[T](x): pass", "3.12"),
        ("class A[T]: pass", "3.12"),
        ("type X = int", "3.12"),
        ("type X[T] = int", "3.12"),
        ('x = f"{d["a"]}"', "3.12"),
        ("x = rf'{d['a']}'", "3.12"),
        ("except A, B:", "3.14"),
        ('x = t"{a}"', "3.14"),
    ],
)
def test_new_grammar_is_told(line: str, version: str) -> None:
    """With the version that it needs, and the one that graded."""
    assert of_line(line) == {"version": version, "running": "3.11"}


@pytest.mark.parametrize(
    "line",
    ["def f(x)", "class A", "type(x) = 3", 'x = f"{a b}"', 'x = f"{"', "except ValueError, e:", "it's", 'f("at"', ""],
)
def test_a_slip_is_no_new_grammar(line: str) -> None:
    """No version reads it."""
    assert of_line(line) is None


@pytest.mark.parametrize(
    ("message", "is_new"),
    [
        ("cannot import name 'batched' from 'itertools' (unknown location)", True),
        ("module 'itertools' has no attribute 'batched'", True),
        ("No module named 'annotationlib'", True),
        ("cannot import name 'bached' from 'itertools'", False),
        ("No module named 'numpy'", False),
        ("", False),
    ],
)
def test_a_new_library_is_told(message: str, is_new: bool) -> None:
    """A name or a module that an older Python lacks; not one that none has."""
    assert bool(of_message(message)) is is_new


def test_what_is_old_enough_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the version that grades has it, something else is wrong."""
    monkeypatch.setattr(sys, "version_info", (3, 13, 0))
    assert of_line("def f[T](x: pass") is of_message("cannot import name 'batched' from 'itertools'") is None
    assert of_line("except A, B:") == {"version": "3.14", "running": "3.13"}
