"""Every text of a report is reached, whatever record it stands in."""

from grader.inside.values import Record
from grader.records import Verdict
from grader.report.json import parse_json, render_json
from grader.report.texts import with_texts
from tests.unit.records import ALL_VERDICTS


class Inner(Record):
    """A record in a record."""

    text: str
    verdict: Verdict


class Outer(Record):
    """One of everything that a report is made of."""

    text: str
    maybe: str | None
    texts: tuple[str, ...]
    inner: tuple[Inner, ...]
    counts: dict[str, int]
    number: float


def test_every_text_is_changed_and_nothing_else() -> None:
    """In records, tuples and dictionaries; enums, numbers and keys stay what they are."""
    value = Outer(
        text="a",
        maybe=None,
        texts=("b", "c"),
        inner=(Inner(text="d", verdict=Verdict.PASSED),),
        counts={"e": 1},
        number=1,
    )
    assert with_texts(value, str.upper) == Outer(
        text="A",
        maybe=None,
        texts=("B", "C"),
        inner=(Inner(text="D", verdict=Verdict.PASSED),),
        counts={"e": 1},
        number=1,
    )


def test_a_report_stays_a_report() -> None:
    """It is of the same shape, and can be written and read back."""
    changed = with_texts(ALL_VERDICTS, lambda text: text + "\u00e9" if text.startswith("canary") else text)
    assert changed != ALL_VERDICTS
    assert parse_json(render_json(changed)) == changed
    assert with_texts(ALL_VERDICTS, str) == ALL_VERDICTS
