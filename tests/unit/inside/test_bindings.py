"""What statements bind, where, and which functions are still stubs."""

import ast

import pytest

from grader.inside.source.bindings import bindings, fingerprint, is_untouched


def bound(source: str) -> list[tuple[str, str]]:
    """Names and places of all bindings of a source, in order."""
    return [(one.name, one.place) for node in ast.parse(source).body for one in bindings(node)]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def f(a): b = 1", "f"),
        ("async def f(): pass", "f"),
        ("class f:\n    x = 1", "f"),
        ("f = g = 1", "f g"),
        ("f, (g, *h) = 1", "f g h"),
        ("f: int = 1", "f"),
        ("f += 1", "f"),
        ("import a.b, c as d", "a d"),
        ("from a import b as c, d", "c d"),
        ("from a import *", "*"),
        ("for f in x: g = 1", "f g"),
        ("with x as f: g = 1", "f g"),
        ("if (f := 1): g = 1\nelse: h = 1", "f g h"),
        ("try: f = 1\nexcept E: g = 1\nelse: h = 1\nfinally: i = 1", "f g h i"),
        ("match x:\n    case 1: f = 1", "f"),
        ("del f", "f"),
        ("x.f = 1\nx[f] = 1\nprint(f)", ""),
        ("[f for f in x]\nlambda f: (g := 1)", ""),
    ],
)
def test_what_runs_at_the_top_level_binds_there(source: str, names: str) -> None:
    """Every form of statement that gives a name a meaning, also within blocks; scopes of their own bind elsewhere."""
    assert sorted(bound(source)) == sorted((name, "module") for name in names.split())


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("if __name__ == '__main__':\n    def f(): pass", "main"),
        ('if "__main__" == __name__:\n    if x:\n        f = 1', "main"),
        ("class A:\n    def f(self): pass", "class"),
        ("if x:\n    class A:\n        def f(self): pass", "class"),
        ("def g():\n    if x:\n        def f(): pass", "function"),
    ],
)
def test_what_nobody_can_call_is_known_by_its_place(source: str, place: str) -> None:
    """Below the main guard, in a class, in a function."""
    assert ("f", place) in bound(source)
    assert ("f", "module") not in bound(source)


GIVEN = "x = x.detach().clone()"


@pytest.mark.parametrize(
    ("body", "untouched"),
    [
        ("raise NotImplementedError", True),
        ("raise NotImplementedError('later')  # do it", True),
        ("'''Doc.'''\n    raise NotImplementedError", True),
        ("'''Doc.'''", True),
        ("pass", True),
        ("...", True),
        (f"'''Doc.'''\n    {GIVEN}  # your own copy\n    raise NotImplementedError", True),
        (f"{GIVEN}", True),
        ("x = x.clone()\n    raise NotImplementedError", False),
        ("raise NotImplementedError\n    return x", False),
        ("raise ValueError", False),
        ("return NotImplementedError", False),
        ("'''Doc.'''\n    'to do'\n    raise NotImplementedError", True),
    ],
)
def test_a_stub_is_known_by_its_body(body: str, untouched: bool) -> None:
    """Nothing but the docstring, the lines that are given, and a line that waits for code."""
    [node] = ast.parse(f"def f(x):\n    {body}\n").body
    assert is_untouched(node, GIVEN) is untouched


def test_what_is_no_function_is_no_stub() -> None:
    """A class may be an answer, too."""
    assert not is_untouched(ast.parse("class f: pass").body[0], "")


def meaning(source: str) -> str:
    """The fingerprint of `f`."""
    return fingerprint("f", {one.name: one.node for node in ast.parse(source).body for one in bindings(node)})


def test_equal_code_means_the_same() -> None:
    """Comments, docstrings, spaces and what the function does not use are no difference; what it uses is one."""
    plain = meaning("def f(x):\n    return g(x)\ndef g(x):\n    return 1\n")
    assert plain == meaning("y = 3\ndef f( x ):\n    '''Doc.'''\n    return g(x)  # so\ndef g(x):\n    return 1\n")
    assert plain != meaning("def f(x):\n    return g(x)\ndef g(x):\n    return 2\n")
    assert plain != meaning("def f(x):\n    return g(x, x)\ndef g(x):\n    return 1\n")
