"""Warnings are kept as texts, whatever they are made of."""

import warnings

import pytest

from grader.inside.worker.warned import Listening
from tests.unit.liars import liar

ODD = liar("", "__str__ = lambda _: type('S', (str,), {'encode': lambda *_, **__: 3})('odd')", "UserWarning")
MUTE = liar("", "__str__ = lambda _: exit()", "UserWarning")


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The warnings that whoever shows them has got."""
    got: list[object] = []
    monkeypatch.setattr(warnings, "showwarning", lambda message, *_, **__: got.append(message))
    return got


@pytest.mark.parametrize(
    ("given", "heard"),
    [
        (UserWarning("once"), ["once"]),
        (UserWarning("x" * 5000), ["x" * 300]),
        (UserWarning("a\udc80b"), ["a?b"]),
        (DeprecationWarning("of no interest"), []),
        (ODD, ["odd"]),
        (MUTE, [""]),
    ],
)
def test_a_warning_is_kept_as_a_text(given: Warning, heard: list[str], shown: list[object]) -> None:
    """It is cut, and neither its type nor its text is trusted; it is shown as it was."""
    texts: list[str] = []
    with Listening(texts):
        warnings.showwarning(given, type(given), "mine.py", 1)
    assert texts == heard
    assert all(type(text) is str for text in texts)
    assert [one is given for one in shown] == [True]


@pytest.mark.usefixtures("shown")
def test_the_first_few_are_kept_and_once_each() -> None:
    """A loop may warn without end."""
    texts: list[str] = []
    with Listening(texts):
        for number in range(100):
            warnings.showwarning(UserWarning(f"number {number // 2}"), UserWarning, "mine.py", 1)
    assert texts == [f"number {number}" for number in range(12)]
