"""A class as a table."""

import csv
import io
import json

import pytest

from grader.batch.summary import line_of, render_csv, render_summary
from grader.model import Verdict
from grader.report import Report
from tests.unit.records import ALL_VERDICTS, report_of

FORMULAS = ("=1+1", "+1", "-1", "@x", "\tx", "\rx")


def rows(**reports: Report) -> list[dict[str, str]]:
    """The table, read as a spreadsheet would."""
    return list(csv.DictReader(io.StringIO(render_csv([line_of(*one) for one in reports.items()]))))


def test_a_class_is_a_line_each() -> None:
    """Points, a column an exercise, counts by verdict, and whom a person has to look at."""
    [ana, ben] = rows(ana=ALL_VERDICTS, ben=report_of(Verdict.PASSED))
    assert (ana["points"], ana["max_points"], ana["gradient"], ana["needs_review"]) == ("2", "14", "2", "yes")
    assert [ana[verdict] for verdict in Verdict] == ["1"] * 7
    assert (ben["identity"], ben["points"], ben["needs_review"]) == ("ben", "2", "no")


@pytest.mark.parametrize("verdict", Verdict)
def test_a_line_says_who_needs_review(verdict: Verdict) -> None:
    """Only what could not be graded does."""
    [line] = rows(ana=report_of(verdict))
    assert line["needs_review"] == ("yes" if verdict is Verdict.UNGRADED else "no")


@pytest.mark.parametrize("identity", FORMULAS)
def test_no_cell_is_a_formula(identity: str) -> None:
    """A name that a spreadsheet would run begins with an apostrophe."""
    [line] = csv.DictReader(io.StringIO(render_csv([line_of(identity, ALL_VERDICTS)]), newline=""))
    assert line["identity"] == f"'{identity}"


def test_every_field_is_quoted() -> None:
    """A name may hold commas, quotes and line ends."""
    name = 'a, "b"\nc'
    text = render_csv([line_of(name, ALL_VERDICTS)])
    assert next(csv.DictReader(io.StringIO(text, newline="")))["identity"] == name
    assert text.splitlines()[0].startswith('"identity","points"')


def test_programs_read_the_same_as_json() -> None:
    """`summary.json` has the lines of the table, and the seed unless it is left out."""
    document = json.loads(render_summary([line_of("ana", ALL_VERDICTS)], "7"))
    assert document["seed"] == "7"
    [line] = document["submissions"]
    assert (line["identity"], line["points"], line["exercises"]) == ("ana", 2, {"gradient": 2})
    assert line["needs_review"]
    assert json.loads(render_summary([], None)) == {"schema": "gradlings/summary/v1", "seed": None, "submissions": []}
