"""Exceptions of a submission become data, without trusting them."""

import linecache

import pytest
import torch

from grader.inside.values import Raised
from grader.inside.worker.describe import describe, is_out_of_memory, stub_of
from tests.unit.liars import liar

FILE = "mine.py"


class Talkative(ValueError):
    """An exception of a submission's own that lies about itself."""

    def __str__(self) -> str:
        """Anything may happen here."""
        raise SystemExit


def hidden() -> BaseException:
    """An exception that hides what it is, and where it was raised."""
    exits = "property(lambda _: exit())"
    of_class = f"__mro__ = {exits}\n    __name__ = property(lambda _: [])"
    error = liar(of_class, f"__class__ = {exits}\n    __traceback__ = {exits}", "KeyError")
    assert issubclass(type(error), KeyError)
    return error  # type: ignore[return-value]  # so it is


def caught(source: str, file: str = FILE) -> BaseException:
    """The exception that a submission's source raises."""
    try:
        exec(compile(source, file, "exec"), {"torch": torch})
    except BaseException as error:
        return error
    pytest.fail("nothing was raised")


@pytest.mark.parametrize(
    ("error", "exception", "message"),
    [
        (Talkative(), "ValueError", ""),
        (
            liar("", "__str__ = lambda _: type('S', (str,), {'__getitem__': None})('text')", "ValueError"),
            "ValueError",
            "text",
        ),
        (type("secret", (Exception,), {})("no"), "Exception", "no"),
        (type("ValueError", (KeyboardInterrupt,), {})(), "KeyboardInterrupt", ""),
        (ValueError("x" * 5000), "ValueError", "x" * 1000),
        (ValueError("a\udc80b"), "ValueError", "a?b"),
        (SystemExit(3), "SystemExit", "3"),
    ],
)
def test_an_exception_is_described_without_trusting_it(error: BaseException, exception: str, message: str) -> None:
    """The nearest built-in type, and a message that is cut, empty where it cannot be had, and always text."""
    assert describe(error, ()) == Raised(exception=exception, message=message)


def test_an_exception_cannot_hide_what_it_is() -> None:
    """Its type is looked at as Python keeps it; no code of the submission's runs for that."""
    assert describe(hidden(), ()) == Raised(exception="KeyError", message="")
    assert not is_out_of_memory(hidden())
    assert stub_of(hidden(), "f", {FILE}) is None


def test_the_place_is_the_deepest_in_the_submission() -> None:
    """Neither torch's own frames nor a file of somebody else's is where it went wrong."""
    error = caught("def f():\n    torch.nn.functional.relu(None)\n\nf()\n")
    raised = describe(error, {FILE})
    assert (raised.exception, raised.file, raised.line) == ("TypeError", FILE, 2)
    elsewhere = describe(error, {"other.py"})
    assert (elsewhere.file, elsewhere.line) == (None, None)


@pytest.mark.parametrize(
    ("error", "is_one"),
    [
        (MemoryError(), True),
        (caught("torch.empty(1 << 60)"), True),
        (RuntimeError("other"), False),
        (ValueError("can't allocate memory"), False),
    ],
)
def test_running_out_of_memory_has_two_names(error: BaseException, is_one: bool) -> None:
    """Python's own error, and torch's words."""
    assert is_out_of_memory(error) is is_one


TORCHS = "torch.tensor([True]).dot(torch.tensor([True]))"
STUB = "def f(x):\n    raise NotImplementedError\n\nf(1)\n"


@pytest.mark.parametrize(
    ("source", "file", "is_one"),
    [
        (STUB, FILE, True),
        (STUB.replace("Error", "Error('not yet')"), FILE, True),
        (STUB, "other.py", False),
        ("def g():\n    raise NotImplementedError\n\ndef f(x):\n    g()\n\nf(1)\n", FILE, False),
        ("def f(x):\n    torch.tensor([True]).dot(torch.tensor([True]))\n\nf(1)\n", FILE, False),
        ("def f(x):\n    error = NotImplementedError()\n    raise error\n\nf(1)\n", FILE, False),
        (f"def f(x):\n    {TORCHS}  # raise NotImplementedError\n\nf(1)\n", FILE, False),
        (f"def f(x):\n    {TORCHS}; raise NotImplementedError\n\nf(1)\n", FILE, False),
        ("def f(x): raise NotImplementedError\n\nf(1)\n", FILE, True),
        (STUB.replace("NotImplemented", "Value"), FILE, False),
    ],
)
def test_a_stub_is_recognised_by_its_own_line(
    source: str, file: str, is_one: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only `raise NotImplementedError` in the function itself; helpers, other files and torch raise that, too."""
    monkeypatch.setitem(linecache.cache, file, (len(source), None, source.splitlines(keepends=True), file))
    assert (stub_of(caught(source, file), "f", {FILE}) is not None) is is_one


@pytest.mark.parametrize("error", [ValueError(), NotImplementedError()])
def test_what_was_never_raised_is_no_stub(error: BaseException) -> None:
    """Without a traceback there is no line to recognise."""
    assert stub_of(error, "f", {FILE}) is None
