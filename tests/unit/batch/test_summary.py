"""A class as a table."""

import codecs
import csv
import io
import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from grader.batch.find import LeftOut
from grader.batch.summary import line_of, render_csv, render_summary
from grader.inside.said import say
from grader.records import Student, Verdict
from grader.report import CheckReport, Report
from tests.unit.records import ALL_VERDICTS, check_report, report_of

FORMULAS = ("=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx")
# The wide and the small forms, signs that look alike, and what a spreadsheet may skip before them.
DISGUISED = (
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff20x",
    "\ufe661",
    "\ufe631",
    "\u22121",
    " =1",
    "\u3000\uff1d1",
    "\u200b=1",
)


def read(text: str) -> list[dict[str, str]]:
    """The table, as a spreadsheet reads it."""
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def rows(**reports: Report) -> list[dict[str, str]]:
    """The table of these reports."""
    return read(render_csv([line_of(*one) for one in reports.items()]))


def test_a_class_is_a_line_each() -> None:
    """Points, a column an exercise, counts by verdict, and whom a person has to look at."""
    [ana, ben] = rows(ana=ALL_VERDICTS, ben=report_of(Verdict.PASSED))
    assert (ana["points"], ana["max_points"], ana["gradient"], ana["needs_review"]) == ("2", "16", "2", "yes")
    told = [verdict for verdict in Verdict if verdict is not Verdict.DEFERRED]  # a batch asks everything
    assert [ana[verdict] for verdict in told] == ["1"] * 7
    assert (ben["identity"], ben["points"], ben["needs_review"]) == ("ben", "2", "no")


def with_checks(*checks: CheckReport, source: str | None = "mine.py", unread: tuple[str, ...] = ()) -> Report:
    """A report of one exercise, whose worst check is the first."""
    report = report_of(checks[0].verdict)
    exercise = replace(report.exercises[0], checks=checks, source=source)
    return replace(report, submission=replace(report.submission, unread=unread), exercises=(exercise,))


@pytest.mark.parametrize("verdict", Verdict)
def test_a_line_says_what_was_handed_in(verdict: Verdict) -> None:
    """Whatever came of it; it was not where the stub is untouched; nobody knows where nothing was graded."""
    [line] = rows(ana=with_checks(check_report(verdict), check_report(verdict)))
    known = {Verdict.NOT_STARTED: "no", Verdict.UNGRADED: "", Verdict.DEFERRED: ""}
    assert line["gradient.handed_in"] == known.get(verdict, "yes")


def test_what_was_not_read_may_hold_anything() -> None:
    """So whether an exercise was handed in is unknown, unless it was found elsewhere."""
    lost = check_report(Verdict.ERRORED)
    [ana, ben] = rows(
        ana=with_checks(lost, source=None, unread=("a.zip",)),
        ben=with_checks(lost, unread=("a.zip",)),
    )
    assert (ana["gradient.handed_in"], ben["gradient.handed_in"]) == ("", "yes")


def test_a_line_says_whose_it_is() -> None:
    """As the student wrote it, and never as a formula; empty where they wrote nothing."""
    report = report_of(Verdict.PASSED)
    evil = replace(report.submission, student=Student(name="=1+1", id="@x", email=""))
    [ana, ben, eva] = rows(
        ana=report,
        ben=replace(report, submission=replace(report.submission, student=None)),
        eva=replace(report, submission=evil),
    )
    fields = ("student.name", "student.id", "student.email")
    assert [ana[field] for field in fields] == ["Ana", "a12", "ana@example.org"]
    assert [ben[field] for field in fields] == ["", "", ""]
    assert [eva[field] for field in fields] == ["'=1+1", "'@x", ""]


def test_a_line_has_the_misconceptions_of_each_exercise() -> None:
    """Their ids, each once, with a blank between two; and these columns come after the older ones."""
    ideas = [replace(check_report(Verdict.FAILED), misconception=name) for name in ("one", "two", "one")]
    [line] = rows(ana=with_checks(*ideas, check_report(Verdict.PASSED)))
    assert line["gradient.misconceptions"] == "one two"
    assert list(line)[-6:-3] == ["needs_review", "gradient.handed_in", "gradient.misconceptions"]
    [nothing] = rows(ana=with_checks(check_report(Verdict.PASSED)))
    assert nothing["gradient.misconceptions"] == ""


@pytest.mark.parametrize("verdict", Verdict)
def test_a_line_says_who_needs_review(verdict: Verdict) -> None:
    """Only what could not be graded does."""
    [line] = rows(ana=report_of(verdict))
    assert line["needs_review"] == ("yes" if verdict is Verdict.UNGRADED else "no")


@pytest.mark.parametrize("identity", FORMULAS + DISGUISED)
def test_no_cell_is_a_formula(identity: str) -> None:
    """A name that a spreadsheet would run begins with an apostrophe, in whatever form it is written."""
    [line] = read(render_csv([line_of(identity, ALL_VERDICTS)]))
    assert line["identity"] == f"'{identity}"


@pytest.mark.parametrize("identity", ["ana", "\u674e\u660e", "a=1", "1-2", "'x", "_-", " ana", ""])
def test_other_names_stay_as_they_are(identity: str) -> None:
    """A sign that begins a formula is harmless elsewhere."""
    [line] = read(render_csv([line_of(identity, ALL_VERDICTS)]))
    assert line["identity"] == identity


@given(st.text())
def test_any_name_is_a_harmless_cell(name: str) -> None:
    """Whatever a name is, the table has one line of it, and what a spreadsheet sees first begins no formula."""
    line = line_of(name, ALL_VERDICTS)
    [found] = read(render_csv([line]))
    cell = found["identity"]
    assert cell.removeprefix("'") == name.removeprefix("'")
    assert unicodedata.normalize("NFKC", cell).strip()[:1] not in {"=", "+", "-", "@"}


def test_a_spreadsheet_knows_the_encoding_and_the_lines() -> None:
    """A mark says that it is UTF-8; every line ends in carriage return and line feed."""
    text = render_csv([line_of("\u00e9", ALL_VERDICTS)])
    assert text.encode().startswith(codecs.BOM_UTF8 + b'"identity"')
    assert text.encode().decode("utf-8-sig").count("\r\n") == text.count("\n") == 2


def test_every_field_is_quoted() -> None:
    """A name may hold commas, quotes and line ends."""
    name = 'a, "b"\nc'
    text = render_csv([line_of(name, ALL_VERDICTS)])
    assert read(text)[0]["identity"] == name
    assert text.splitlines()[0].startswith('\ufeff"identity","points"')


def test_programs_read_the_same_as_json() -> None:
    """`summary.json` has the lines of the table, and the seed unless it is left out."""
    document = json.loads(render_summary([line_of("ana", ALL_VERDICTS)], "7"))
    assert document["seed"] == "7"
    [line] = document["submissions"]
    assert (line["identity"], line["points"], line["exercises"]) == ("ana", 2, {"gradient": 2})
    assert line["needs_review"]
    assert (line["handed_in"], line["misconceptions"]) == ({"gradient": True}, {"gradient": ["an_id"]})
    empty: dict[str, Any] = {"schema": "gradlings/summary/v1", "seed": None, "submissions": [], "left_out": []}
    assert json.loads(render_summary([], None)) == empty
    left_out = LeftOut(name=".x", reason=say("entry.hidden"))
    assert json.loads(render_summary([], None, [left_out]))["left_out"] == [
        {"name": ".x", "reason": "it is hidden: its name begins with a dot"}
    ]
