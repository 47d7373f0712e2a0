"""What a person sees while a class is graded."""

import io
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from grader.batch.progress import fitted, reporter
from grader.records import Verdict
from grader.words.plain import encodable
from tests.unit.records import report_of

HEART = "\u2764\ufe0f"
odd = st.text(st.sampled_from(HEART + "\u200d\U0001f525\U0001f3fd\u0301\u674e\u1100\u0e33a[]/\n\udcff"))


@given(name=odd | st.text(), width=st.integers(1, 40))
def test_any_name_fits(name: str, width: int) -> None:
    """It takes exactly its columns, whatever it is made of."""
    assert cell_len(fitted(name, width)) == width


@pytest.mark.parametrize("part", [HEART, "\U0001f468\u200d\U0001f469", "\u674e", "e\u0301", "\U0001f44d\U0001f3fd"])
def test_a_long_name_of_any_signs_ends(part: str) -> None:
    """Signs that are narrower together than alone do not make it go on and on."""
    for count in (16, 17, 31, 33, 240):
        assert cell_len(fitted(part * count, 32)) == 32


def test_of_a_long_name_the_end_is_shown() -> None:
    """An LMS begins all names alike."""
    assert fitted("Homework_2_attempt_nokafor3", 12) == "…pt_nokafor3"
    assert fitted("ana", 5) == "ana  "


class Terminal(io.StringIO):
    """A standard error that a person looks at."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]  # that of a StringIO is None
        """Its code page."""
        return self._encoding

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.mark.parametrize("encoding", ["utf-8", "cp437", "ascii"])
@pytest.mark.parametrize("columns", [20, 80, 200])
@pytest.mark.parametrize("name", ["[bold]x[/nothing]", HEART * 40, "x" * 300, "a\\[b"])
def test_the_bar_names_who_came_last(name: str, columns: int, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its end at least; no name is markup, and none breaks the bar, on whatever terminal."""
    terminal = Terminal(encoding)
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")
    bar = reporter([name, "ana"], 0)
    for identity in (name, "ana"):
        bar.done(identity, report_of(Verdict.UNGRADED))
    bar.close()
    drawn = terminal.getvalue()
    assert drawn.encode(encoding)
    if columns == 200:
        assert encodable(name, encoding)[-5:] in drawn


@pytest.mark.parametrize("encoding", ["ascii", "cp437", "cp1252", "latin-1", "utf-8"])
def test_lines_suit_the_stream(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where its code page lacks a character, another one or a number stands for it."""
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding=encoding)
    monkeypatch.setattr(sys, "stderr", stream)
    lines = reporter(["\u674e" * 40], 0)
    lines.done("\u674e" * 40, report_of(Verdict.PASSED))
    lines.close()
    stream.flush()
    assert b"2/2" in written.getvalue()
