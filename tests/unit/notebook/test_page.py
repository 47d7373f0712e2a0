"""What a notebook shows of a report."""

import pytest
from msgspec.structs import replace

from grader.inside.said import say
from grader.notebook.page import Page
from grader.records import Verdict
from grader.report import Coverage, EvidenceReport, NoteReport, Report
from grader.words import own_language
from tests.seen import Seen
from tests.unit.records import ALL_VERDICTS, check_report, report_of

HOSTILE = "</td></table><script>alert(1)</script><img src=x onerror=alert(1)> &amp; \" ' \x1b[31m"
SHOWN = HOSTILE.replace("\x1b", "\\x1b")


def hostile() -> Report:
    """A report in which a submission has put markup wherever it can; it is fit for a terminal, as every report is."""
    evidence = EvidenceReport(call=SHOWN, actual=SHOWN, expected=SHOWN, detail=SHOWN)
    check = replace(check_report(Verdict.FAILED), title=SHOWN, rationale=SHOWN, hint=f"{SHOWN}?", evidence=evidence)
    report = report_of(Verdict.FAILED)
    exercise = replace(report.exercises[0], id=SHOWN, title=SHOWN, checks=(check,), notes=(SHOWN,))
    note = NoteReport(file=SHOWN, line=None, text=SHOWN, failed=True, said=say("text", text=SHOWN))
    return replace(report, submission=replace(report.submission, notes=(note,)), exercises=(exercise,))


def test_no_text_is_markup() -> None:
    """Whatever signs it holds, a text of a submission's stays a text, in a note of ours as well."""
    seen = Seen(Page([say("text", text=HOSTILE)], hostile()).html())
    assert set(seen.tags) <= {"div", "table", "tbody", "tr", "td", "span", "b", "details", "summary"}
    assert seen.attributes == {"style", "role", "aria-label", "title"}
    assert seen.words.count(SHOWN) == 10
    assert {f"{SHOWN}?", f"{SHOWN}: {SHOWN}"} <= set(seen.words)
    assert "\x1b" not in seen.text


def test_each_verdict_is_told_apart() -> None:
    """By its own sign, and in words for those who do not see it."""
    page = Page([], ALL_VERDICTS).html()
    signs = {word for word in Seen(page).words if len(word.strip()) == 1}
    assert len(signs) == len(Verdict)
    for verdict in Verdict:
        assert f'aria-label="{own_language().say(say(f"verdict.{verdict}"))}"' in page


def test_styles_stay_with_their_elements() -> None:
    """No style sheet and no class of ours reaches another cell, and text has the colour of the page around it."""
    seen = Seen(Page([say("text", text="a")], ALL_VERDICTS).html())
    assert not {"style", "script", "link"} & set(seen.tags)
    assert seen.coloured == {"img"}


def test_of_what_several_checks_say_alike_the_first_says_it() -> None:
    """An exception stops them all: it is told once."""
    check = replace(
        check_report(Verdict.ERRORED), rationale="It raised.", hint="Why?", evidence=EvidenceReport(call="f(1)")
    )
    report = report_of(Verdict.ERRORED)
    exercise = replace(report.exercises[0], checks=(check, replace(check, id="gradient.b")))
    seen = Seen(Page([], replace(report, exercises=(exercise,))).html())
    assert [seen.words.count(one) for one in ("It raised.", "Why?", "f(1)", check.title)] == [1, 1, 1, 2]


def test_the_hint_waits_to_be_asked_for() -> None:
    """It stands in a part that is closed at first, and opens without a script."""
    check = replace(check_report(Verdict.FAILED), hint="Which leaf?")
    report = report_of(Verdict.FAILED)
    page = Page([], replace(report, exercises=(replace(report.exercises[0], checks=(check,)),))).html()
    closed = page[page.index("<details") : page.index("</details>")]
    assert "Which leaf?" in closed
    assert "open" not in closed.partition(">")[0]


@pytest.mark.parametrize("report", [None, report_of(Verdict.FAILED)])
def test_a_front_end_without_html_gets_a_text(report: Report | None) -> None:
    """With the same notes, and the report as a terminal has it."""
    bundle = Page([say("notebook.gone", function="f", cell="cell [3]")], report)._repr_mimebundle_(include=None)
    assert set(bundle) == {"text/html", "text/plain"}
    lines = bundle["text/plain"].splitlines()
    assert lines[0] == "The notebook's memory has no f any more. Its source in cell [3] is graded all the same."
    assert (len(lines) > 1) is (report is not None)
    assert lines[0] in Seen(bundle["text/html"]).words


def test_where_questions_are_left_out_it_is_said() -> None:
    """As beside every total: what is hidden follows."""
    report = replace(report_of(Verdict.PASSED), coverage=Coverage(asked=3, later=9))
    assert "Checked here: 3 of 12 questions" in Seen(Page([], report).html()).text


def test_the_total_is_told_where_there_are_several_exercises() -> None:
    """Of one, its own line has it."""
    one = report_of(Verdict.FAILED)
    two = replace(one, exercises=one.exercises * 2)
    total = f"{one.points} of {one.max_points} points"
    assert total not in Seen(Page([], one).html()).text
    assert total in Seen(Page([], two).html()).text
