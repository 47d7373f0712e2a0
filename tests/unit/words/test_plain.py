"""Text that disturbs neither a terminal nor the person who reads it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.doctor import render_doctor
from grader.inside.layers import Layer, LayerName
from grader.records import Verdict
from grader.report.text import _MARKERS, render_text
from grader.words.plain import encodable, printable, without_commands
from tests.clients.actions import would_inject
from tests.unit.records import report_of

CODE_PAGES = ("ascii", "latin-1", "cp1252", "cp437", "cp850", "cp932", "utf-8", "no-such-encoding")
UNSEEN = {
    "ANSI": "\x1b[2J",
    "C1": "\x9b2J",
    "directions": "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c",
    "ends of lines": "\r\x0b\x0c\x85\u2028\u2029",
    "without width": "\u200b\u2060\ufeff\u00ad",
    "tags": "\U000e0001\U000e0041",
    "half a pair": "\ud800\udcff",
    "NUL": "\0",
}


@pytest.mark.parametrize("case", UNSEEN)
def test_what_cannot_be_seen_is_shown_as_its_number(case: str) -> None:
    """Nothing of it stands raw, and all of it can be read."""
    text = printable(f"a{UNSEEN[case]}b")
    assert not set(UNSEEN[case]) & set(text) - set("[2J")
    assert text.count("\\x") == len([one for one in UNSEEN[case] if one not in "[2J"])


@given(st.text(st.characters()))
def test_any_text_is_made_printable(text: str) -> None:
    """Lines and tabs stay, whatever is harmless stays, and what was made once is not made again."""
    shown = printable(text)
    assert not {unicodedata.category(one) for one in shown if one not in "\n\t"} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert printable(shown) == shown
    assert (shown == text) is all(one.isprintable() or one in "\n\t" for one in text)
    shown.encode()


@pytest.mark.parametrize("encoding", CODE_PAGES)
def test_markers_keep_their_meaning_on_any_code_page(encoding: str) -> None:
    """Each verdict has a marker of its own, of one column, and only `ungraded` has the question mark."""
    shown = {verdict: encodable(marker, encoding) for verdict, (marker, _) in _MARKERS.items()}
    assert len(set(shown.values())) == len(Verdict)
    assert {len(marker) for marker in shown.values()} == {1}
    assert [verdict for verdict, marker in shown.items() if marker == "?"] == [Verdict.UNGRADED]


@pytest.mark.parametrize("encoding", CODE_PAGES)
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_can_be_written(text: str, encoding: str) -> None:
    """What an encoding lacks is shown as its number, never as a question mark."""
    known = "ascii" if encoding == "no-such-encoding" else encoding
    shown = encodable(text, encoding)
    shown.encode(known)
    assert shown.count("?") == text.count("?")


@pytest.mark.parametrize("encoding", CODE_PAGES)
def test_reports_and_the_doctor_can_be_written(encoding: str) -> None:
    """With every verdict, and layers that are active or not; passed and failed do not look alike."""
    known = "ascii" if encoding == "no-such-encoding" else encoding
    encodable(render_text(report_of(*reversed(Verdict)), width=40), encoding).encode(known)
    layers = [
        Layer(name=LayerName.PROCESS, active=True),
        Layer(name=LayerName.SECCOMP, active=False, why_not="…"),
    ]
    text = encodable(render_doctor(layers, layers[1:], width=80, colour=False), encoding)
    text.encode(known)
    marks = {line.split()[0] for line in text.splitlines() if line.split()[1:2] in (["process"], ["seccomp"])}
    assert len(marks) == 2
    assert "?" not in marks


COMMANDS = st.lists(
    st.sampled_from(["::", "##[", ":", "#", "[", "error", "] ", " ", "\n", "\t", "add-mask", "x=1"])
).map("".join)


@given(COMMANDS)
def test_no_text_is_a_command_of_a_ci_service(text: str) -> None:
    """Only spaces are added, and only where a command would be: where the runner sees none, the text stays."""
    shown = without_commands(text)
    assert would_inject(shown) == ()
    assert shown.replace(" ", "") == text.replace(" ", "")
    assert without_commands("x[::2] #[a] see std::max\n") == "x[::2] #[a] see std::max\n"


def test_texts_that_would_be_commands_are_tried() -> None:
    """Else the test above could not fail."""
    assert would_inject("  ::error::no")
    assert would_inject("so ##[error]no")
