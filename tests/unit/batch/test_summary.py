"""A class as a table."""

import csv
import io

import pytest

from grader.batch.summary import Line, render_summary
from grader.errors import GraderError
from grader.model import Verdict
from tests.unit.records import ALL_VERDICTS, report_of

FORMULAS = ("=1+1", "+1", "-1", "@x", "\tx", "\rx")


def rows(*lines: Line) -> list[dict[str, str]]:
    """The table, read as a spreadsheet would."""
    return list(csv.DictReader(io.StringIO(render_summary(lines))))


def test_a_class_is_a_line_each() -> None:
    """Points, a column an exercise, counts by verdict, and whom a person has to look at."""
    failed = GraderError("no space")
    [ana, ben] = rows(Line(identity="ana", outcome=ALL_VERDICTS), Line(identity="ben", outcome=failed))
    assert (ana["points"], ana["max_points"], ana["gradient"], ana["needs_review"]) == ("2", "14", "2", "yes")
    assert [ana[verdict] for verdict in Verdict] == ["1"] * 7
    assert ana["error"] == ""
    assert (ben["points"], ben["gradient"], ben["needs_review"], ben["error"]) == ("", "", "yes", "no space")
    assert [ben[verdict] for verdict in Verdict] == [""] * 7


@pytest.mark.parametrize("verdict", Verdict)
def test_a_line_says_who_needs_review(verdict: Verdict) -> None:
    """Only what could not be graded does."""
    [line] = rows(Line(identity="ana", outcome=report_of(verdict)))
    assert line["needs_review"] == ("yes" if verdict is Verdict.UNGRADED else "no")


def test_a_class_without_reports_is_a_table() -> None:
    """The columns come from the first report, wherever it is; without one there are none for exercises."""
    failed = Line(identity="ben", outcome=GraderError("no space"))
    [alone] = rows(failed)
    assert set(alone) == {"identity", "points", "max_points", *Verdict, "needs_review", "error"}
    [first, _] = rows(failed, Line(identity="ana", outcome=ALL_VERDICTS))
    assert set(first) == {*alone, "gradient"}


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(text: str) -> None:
    """A spreadsheet must not compute what a submission is called, nor why it has no report."""
    named, failed = rows(Line(identity=text, outcome=ALL_VERDICTS), Line(identity="ben", outcome=GraderError(text)))
    assert named["identity"] == f"'{text}"
    assert failed["error"] == f"'{text}"


def test_every_field_is_quoted() -> None:
    """A comma, a quote or a newline in an identity stays in its field."""
    lines = [Line(identity='a,"b"\nc', outcome=ALL_VERDICTS)]
    [line] = rows(*lines)
    assert line["identity"] == 'a,"b"\nc'
    header = render_summary(lines).splitlines()[0].split(",")
    assert all(field == f'"{field[1:-1]}"' for field in header)
