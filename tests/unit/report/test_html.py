"""A report as a page: what it tells, and that nothing in it can do anything."""

import base64
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from msgspec.structs import replace

from grader.inside.said import say
from grader.records import Verdict, Visibility
from grader.report import Audience, CapturedOutput, Coverage, EvidenceReport, NoteReport, Report
from grader.report.html import render_html
from grader.report.views import for_audience
from grader.words import own_language
from tests.support import COURSE
from tests.unit.records import ALL_VERDICTS, check_report, report_of

HOSTILE = "</style></pre></title><script>alert(1)</script><img src=x onerror=alert(1)>\" ' {{ 7 * 7 }} &amp; <!-- "
VOID = {"meta", "br", "img"}
# Its marker stands for the worst of its checks.
FAILED = replace(ALL_VERDICTS, exercises=(replace(ALL_VERDICTS.exercises[0], verdict=Verdict.UNGRADED),))
LOUD = {*Verdict} - {Verdict.PASSED, Verdict.NOT_STARTED, Verdict.DEFERRED}


class Page(HTMLParser):
    """A page as a browser takes it apart: its elements, and the texts in them."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        """It ends, and is the last that has begun."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """A text belongs to every element that is open."""
        for tag in set(self._open):
            self.texts[tag][-1] += data

    @property
    def tags(self) -> Counter[str]:
        """How often each element is there."""
        return Counter(tag for tag, _ in self.elements)

    def values(self, name: str) -> list[str | None]:
        """The values of an attribute, wherever it stands."""
        return [attributes[name] for _, attributes in self.elements if name in attributes]


def with_text(text: str) -> Report:
    """A report in which a submission has put this text wherever it can."""
    evidence = EvidenceReport(call=text, actual=text, expected=text, detail=text)
    check = replace(check_report(Verdict.FAILED), title=text, rationale=text, hint=text, evidence=evidence)
    output = (CapturedOutput(visibility=Visibility.VISIBLE, text=text),)
    report = report_of(Verdict.FAILED)
    exercise = replace(report.exercises[0], title=text, source=text, checks=(check,), notes=(text,), output=output)
    note = NoteReport(file=text, line=None, text=text, failed=True, said=say("text", text=text))
    submission = replace(report.submission, name=text, notes=(note,), output=text, unread=(text,))
    return replace(report, submission=submission, exercises=(exercise,))


def test_no_text_of_a_submission_becomes_an_element() -> None:
    """A page of hostile texts has the elements of a page of harmless ones, and shows the texts as they are."""
    page, harmless = Page(render_html(with_text(HOSTILE))), Page(render_html(with_text("harmless")))
    assert page.elements == harmless.elements
    assert page.texts["pre"] == [f"\n{HOSTILE}"] * 6
    assert page.texts["h1"] == [HOSTILE]
    assert page.texts["title"][0].startswith(HOSTILE)


def test_the_policy_allows_the_pages_own_style_and_nothing_else() -> None:
    """No script, no picture, no address; and the style is the one that the policy names, byte by byte."""
    page = Page(render_html(ALL_VERDICTS))
    [policy] = [one["content"] for tag, one in page.elements if one.get("http-equiv") == "Content-Security-Policy"]
    [style] = page.texts["style"]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    # Before anything that it forbids.
    assert [tag for tag, _ in page.elements][:4] == ["html", "head", "meta", "meta"]
    assert page.tags.keys().isdisjoint({"script", "img", "link", "iframe", "object", "form", "base", "svg"})
    assert "url(" not in style
    assert "@import" not in style
    attributes = {name for _, one in page.elements for name in one}
    assert not {name for name in attributes if name.startswith("on")} | attributes & {"style", "src", "action"}


@pytest.mark.parametrize("verdict", Verdict)
def test_every_link_leads_to_a_place_on_the_page(verdict: Verdict) -> None:
    """The next step is one, whether its exercise is folded or not. No two places have the same name."""
    page = Page(render_html(replace(report_of(verdict), next="gradient")))
    places = [f"#{name}" for name in page.values("id")]
    assert places == ["#gradient"]
    assert page.values("href") == places * (2 if verdict in LOUD else 1)


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_is_told_by_a_sign_and_by_a_word(verdict: Verdict) -> None:
    """Colours alone would tell nothing to many readers."""
    page = Page(render_html(report_of(verdict)))
    word = own_language().sentences[f"verdict.{verdict}"]
    assert own_language().say(say(f"tally.{verdict}", count=1)) in page.texts["header"][0]
    assert word in page.texts["nav"][0]
    assert re.search(rf"^\.{verdict} {{\n  --sign: \"\S\";\n  --colour: ", page.texts["style"][0], re.MULTILINE)
    assert {f"row {verdict}"} == {one for one in page.values("class") if one and one.startswith("row")}


def test_a_page_tells_what_has_to_be_known() -> None:
    """The total, every claim, and of each that did not pass what happened, the values and a question."""
    page = Page(render_html(FAILED))
    [header], [main] = page.texts["header"], page.texts["main"]
    assert f"{ALL_VERDICTS.points} of {ALL_VERDICTS.max_points} points" in header
    assert "A person has to look at this" in main
    for check in FAILED.exercises[0].checks:
        assert check.title in main
        assert check.rationale in main
        assert f"{'?' if check.points is None else check.points}/2" in main
    assert main.count("What about it?") == main.count("expected:") == len(LOUD)
    assert "mine.py:3" in main
    assert "printed by the import" in main


def test_where_nothing_is_to_be_explained_the_claims_are_folded() -> None:
    """They are there for who asks; an exercise with something to explain is open."""
    for verdict in Verdict:
        tags = Page(render_html(report_of(verdict))).tags
        assert (tags["details"], tags["article"]) == ((0, 2) if verdict in LOUD else (1, 1))


def test_the_same_error_is_told_once() -> None:
    """It stops every check of an exercise: their claims stand together, and what happened below them."""
    check = check_report(Verdict.ERRORED)
    checks = tuple(replace(check, id=f"gradient.c{number}", title=f"Claim {number}.") for number in range(3))
    report = report_of(Verdict.ERRORED)
    [main] = Page(render_html(replace(report, exercises=(replace(report.exercises[0], checks=checks),)))).texts["main"]
    assert main.count(check.rationale) == main.count("should hold:") == 1
    assert re.findall(r"Claim \d", main) == ["Claim 0", "Claim 1", "Claim 2"]


def test_a_claim_that_holds_and_is_not_paid_says_why() -> None:
    """Else its points would be a riddle."""
    held = replace(check_report(Verdict.PASSED), points=0, rationale="Not paid yet.")
    report = report_of(Verdict.FAILED)
    exercise = replace(report.exercises[0], checks=(check_report(Verdict.FAILED), held))
    assert "Not paid yet." in render_html(replace(report, exercises=(exercise,)))


def test_a_total_says_how_much_it_is_about() -> None:
    """Where questions or points are left for later, that stands beside the total; else nothing does."""
    report = report_of(Verdict.PASSED, Verdict.DEFERRED)
    [header] = Page(render_html(replace(report, coverage=Coverage(asked=2, later=4)))).texts["header"]
    assert "2 of 6 questions" in header
    assert "2 of the points are given only then" in header
    assert "hand in" not in Page(render_html(report_of(Verdict.PASSED))).texts["header"][0]


def test_the_instructors_page_says_that_it_is_not_to_be_handed_on() -> None:
    """It names the seed, what confined the code, and the misconception; the student's page does none of that."""
    seen = for_audience(FAILED, Audience.STUDENT, COURSE.folder)
    whole = render_html(FAILED)
    for sentence in ("This page is for the instructor", "The seed of", "What confined", "misconception an_id"):
        assert sentence in whole
        assert sentence not in render_html(seen)


def test_a_student_is_told_why_there_are_no_values() -> None:
    """A hidden question has decided; where it was a visible one, nothing is missing."""
    told = "its values are not given"
    for visibility in Visibility:
        seen = for_audience(report_of(Verdict.FAILED, visibility=visibility), Audience.STUDENT, COURSE.folder)
        assert (told in render_html(seen)) is (visibility is Visibility.HIDDEN)
