"""A report as a document for other programs: JUnit XML and Markdown."""

import re
from collections import Counter
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from junitparser import JUnitXml
from markdown_it import MarkdownIt
from msgspec.structs import replace

from grader.inside.said import say
from grader.records import Student, Verdict
from grader.report import EvidenceReport, NoteReport, Report
from grader.report.formats import CLASSROOMS, DOCUMENTS, FORMATS, renderer
from grader.report.junit import render_junit
from grader.report.markdown import render_markdown
from tests.unit.records import ALL_VERDICTS, check_report, report_of

HOSTILE = "</td><script>alert(1)</script> `` [a](javascript:b) | ]]> &amp; ```\n## no title\n- no list"
KINDS = {"failure": {Verdict.FAILED}, "skipped": {Verdict.NOT_STARTED, Verdict.DEFERRED}}


# Its marker stands for the worst of its checks.
FAILED = replace(ALL_VERDICTS, exercises=(replace(ALL_VERDICTS.exercises[0], verdict=Verdict.UNGRADED),))


def with_text(text: str) -> Report:
    """A report in which a submission has put this text wherever it can."""
    check = replace(
        check_report(Verdict.FAILED),
        rationale=text,
        evidence=EvidenceReport(call=text, actual=text, expected=text, detail=text),
    )
    exercise = replace(report_of(Verdict.FAILED).exercises[0], checks=(check,), notes=(text,))
    note = NoteReport(file=text, line=None, text=text, failed=True, said=say("text", text=text))
    report = report_of(Verdict.FAILED)
    submission = replace(report.submission, name=text, notes=(note,))
    return replace(report, submission=submission, exercises=(exercise,))


# Any: junitparser has no types of its own for elements.
def cases_in(text: str) -> dict[str, Any]:
    """The cases of a document, by name, as a program of others reads it."""
    return {case.name: case for suite in JUnitXml.fromstring(text.encode()) for case in suite}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_whose_it_is_stands_where_nothing_else_tells(name: str) -> None:
    """A classroom knows its students; there it is left away."""
    told = {"json", "html", "markdown"}
    assert ("Ana" in DOCUMENTS[name](FAILED)) == (name in told)


def test_no_name_becomes_markdown_or_html() -> None:
    """Whatever somebody calls themselves."""
    student = Student(name=HOSTILE, id="| a |", email="[a](javascript:b)")
    text = render_markdown(replace(FAILED, submission=replace(FAILED.submission, student=student)))
    page = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text)
    assert "<script>" not in page
    assert "<a " not in page


def test_every_verdict_has_its_element() -> None:
    """Wrong, raised and not begun are told apart, and our own fault is an error that says so."""
    cases = cases_in(render_junit(ALL_VERDICTS))
    assert set(cases) == {f"gradient.{verdict}" for verdict in Verdict}
    for verdict in Verdict:
        results = cases[f"gradient.{verdict}"].result
        if verdict is Verdict.PASSED:
            assert results == []
            continue
        (result,) = results
        kind = next((kind for kind, verdicts in KINDS.items() if verdict in verdicts), "error")
        assert (type(result).__name__.lower(), result.type) == (kind, verdict.value)


def test_the_counts_agree_with_the_cases() -> None:
    """Of the document and of each suite: some readers believe the one, some the other."""
    document = JUnitXml.fromstring(render_junit(ALL_VERDICTS).encode())
    told = (document.tests, document.failures, document.errors, document.skipped)
    counted = Counter(type(case.result[0]).__name__ for suite in document for case in suite if case.result)
    assert told == (len(Verdict), counted["Failure"], counted["Error"], counted["Skipped"]) == (8, 1, 4, 2)
    for suite in document:
        assert (suite.tests, suite.failures, suite.errors, suite.skipped) == told


def test_points_are_properties_and_unknown_ones_are_none() -> None:
    """A client adds them up: what is not known must not be taken for zero."""
    cases = ET.fromstring(render_junit(ALL_VERDICTS)).iter("testcase")
    found = {case.get("name"): {one.get("name"): one.get("value") for one in case.iter("property")} for case in cases}
    for check in ALL_VERDICTS.exercises[0].checks:
        known = {} if check.points is None else {"points": str(check.points)}
        assert found[check.id] == {"title": check.title, **known, "max_points": "2"}


@pytest.mark.parametrize("name", sorted({*FORMATS} - CLASSROOMS))
def test_a_students_view_has_the_same_documents(name: str) -> None:
    """A check without evidence is written as well."""
    bare = replace(check_report(Verdict.FAILED), evidence=None, hint=None)
    exercise = replace(FAILED.exercises[0], verdict=Verdict.FAILED, checks=(bare,))
    assert "The claim that failed" in renderer(name, {})(replace(ALL_VERDICTS, exercises=(exercise,)))


def test_no_text_of_a_submission_becomes_xml() -> None:
    """It comes out of a reader as it went in."""
    report = with_text(HOSTILE)
    (case,) = cases_in(render_junit(report)).values()
    (failure,) = case.result
    assert failure.message == HOSTILE.replace("\n", " ") or failure.message == HOSTILE
    assert HOSTILE in failure.text


def test_no_text_of_a_submission_becomes_markdown_or_html() -> None:
    """Neither a tag, nor a link, nor a title, a list or a cell of its own is in the page that is shown."""
    page = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(render_markdown(with_text(HOSTILE)))
    tags = set(re.findall(r"<(\w+)", page))
    assert tags <= {
        "h2",
        "h3",
        "p",
        "ul",
        "li",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "code",
        "pre",
        "blockquote",
    }
    assert page.count("<li>") == 1
    assert page.count("<h2>") == 1
    assert page.count("<tr>") == 2
    assert page.count("&lt;script&gt;") >= 4


def test_a_page_tells_what_has_to_be_known() -> None:
    """The total, every exercise, and of what did not pass the claim, what happened, the values and a question."""
    page = render_markdown(FAILED)
    assert page.startswith(f"## {ALL_VERDICTS.points} of {ALL_VERDICTS.max_points} points")
    assert "need review" in page
    for verdict in Verdict:
        assert (f"The claim that {verdict}".replace("_", "\\_") in page) is (verdict is not Verdict.PASSED)
    assert "expected: canary" in page
    assert "> What about it?" in page


def test_a_page_keeps_to_its_limit() -> None:
    """Whole sections are left out and the page says so: a longer one would be dropped by who shows it."""
    one = with_text("x" * 2000).exercises[0]
    report = replace(ALL_VERDICTS, exercises=tuple(replace(one, id=f"e{number}") for number in range(300)))
    whole, cut = render_markdown(report), render_markdown(report, 100_000)
    assert len(whole.encode()) < 1 << 20
    assert len(cut.encode()) <= 100_000
    assert cut.rstrip().endswith("the JSON report has it all\\.")
    assert cut.count("### ") < whole.count("### ") <= 300
    assert all(f"`e{number}`" in cut for number in range(300))
