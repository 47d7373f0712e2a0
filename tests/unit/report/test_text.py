"""A report as text for a terminal."""

import re

import pytest
from msgspec.structs import replace

from grader.inside.said import say
from grader.records import Verdict, Visibility
from grader.report import CapturedOutput, Coverage, EvidenceReport
from grader.report.text import _MARKERS, render_text
from grader.words import own_language
from tests.unit.records import CANARY, check_report, report_of


def unaligned(text: str) -> str:
    """A text with one blank behind a label."""
    return re.sub(r": +", ": ", text)


SHORT = (Verdict.PASSED, Verdict.NOT_STARTED)
TOLD = {Verdict.DEFERRED: "later"}
WORST_FIRST = report_of(*reversed(Verdict))


@pytest.mark.parametrize("verdict", [one for one in Verdict if one not in SHORT])
def test_the_summary_shows_the_first_check_that_did_not_pass(verdict: Verdict) -> None:
    """Verdict, title, rationale, evidence and hint of one check, and how many more there are; text is not markup."""
    text = unaligned(render_text(report_of(verdict, Verdict.PASSED, Verdict.FAILED)))
    told = TOLD.get(verdict, verdict.replace("_", " "))
    claim = f"should hold: The claim that {verdict}."
    shown = f"{told}: Why it {verdict} [not markup].", "What about it?", f"{CANARY} call"
    for part in (claim, *shown, "and 1 more of its 3 checks", "2/6", "SyntaxError: [no]", "also defined in old.py"):
        assert part in text
    assert "The claim that failed." not in text or verdict is Verdict.FAILED
    assert "The claim that passed." not in text


def test_a_message_is_read_from_the_call_to_the_question() -> None:
    """First what was asked and what came of it, then what is wrong with that, and last one question."""
    check = check_report(Verdict.FAILED, Visibility.VISIBLE)
    evidence = EvidenceReport(call="f(1)", code="return y", actual="3", expected="4", detail="largest 1")
    report = report_of(Verdict.FAILED)
    exercise = replace(report.exercises[0], checks=(replace(check, evidence=evidence),))
    text = unaligned(render_text(replace(report, exercises=(exercise,))))
    parts = ("should hold:", "call: f(1)", "line: return y", "actual: 3", "expected: 4", "detail:", "printed: seen")
    places = [text.index(part) for part in (*parts, "failed: Why", "hint: What")]
    assert places == sorted(places)


def test_a_few_lines_that_were_printed_are_shown() -> None:
    """Of visible questions, whatever decided: the first and the last ones, since an error stands in its last line."""
    report = report_of(Verdict.FAILED, visibility=Visibility.VISIBLE)
    lines = "".join(f"line {number}\n\n" for number in range(9))
    output = (
        CapturedOutput(visibility=Visibility.HIDDEN, text=CANARY),
        CapturedOutput(visibility=Visibility.VISIBLE, text=lines),
    )

    def shown(visibility: Visibility) -> str:
        check = check_report(Verdict.FAILED, visibility)
        exercise = replace(report.exercises[0], output=output, checks=(replace(check, evidence=None),))
        return render_text(replace(report, exercises=(exercise,)))

    for decided in Visibility:
        text = shown(decided)
        assert [line.split()[-1] for line in text.splitlines() if "line " in line][-4:] == ["0", "1", "7", "8"]
        assert "...\n" in text
        assert CANARY not in text


def test_functions_that_were_not_handed_in_are_one_line() -> None:
    """Where only that is to be told of them, and of more than one; one alone may be misspelt."""
    report = report_of(Verdict.ERRORED)
    check = replace(report.exercises[0].checks[0], said=(say("undefined.missing", function="f"),), evidence=None)
    missing = [
        replace(report.exercises[0], id=name, notes=(), source=None, checks=(check, check)) for name in ("f", "g")
    ]
    near = replace(missing[0], id="h", checks=(replace(check, said=(*check.said, say("undefined.near", near="hh"))),))
    together = render_text(replace(report, exercises=(*missing, near)))
    assert "No function was found for f, g." in together
    assert together.count("Why it errored") == 1
    # The words of a course stand in the report alone.
    first = own_language().text(check.said)
    why = replace(check, said=(*check.said, say("phrase.of_a_course")), rationale=f"{first} It is as it is.")
    caused = [replace(one, checks=(why, why)) for one in missing]
    told = render_text(replace(report, exercises=(*caused, near)))
    assert told.count("No function was found for f, g.") == told.count("It is as it is.") == 1
    assert first not in told
    alone = render_text(replace(report, exercises=(missing[0], near)))
    assert "No function was found" not in alone
    assert alone.count("Why it errored") == 2


def test_a_passed_exercise_says_where_to_read_on() -> None:
    """In its line, and no other does; a report of an older kit does not know it."""
    assert "(read on: torch.dot)" in render_text(report_of(Verdict.PASSED))
    assert "read on" not in render_text(report_of(Verdict.FAILED))
    report = report_of(Verdict.PASSED)
    assert "read on" not in render_text(replace(report, exercises=(replace(report.exercises[0], docs=None),)))


@pytest.mark.parametrize("worst", [one for one in Verdict if one not in SHORT])
@pytest.mark.parametrize("first", [Verdict.FAILED, Verdict.NOT_STARTED])
def test_the_marker_and_the_text_are_of_one_check(worst: Verdict, first: Verdict) -> None:
    """Where an earlier check has another verdict, the worst is shown; of a known failure and an error, the earlier."""
    report = report_of(first, worst)
    text = render_text(replace(report, exercises=(replace(report.exercises[0], verdict=worst),)))
    told = first if (first, worst) == (Verdict.FAILED, Verdict.ERRORED) else worst
    other = worst if told is first else first
    assert f"Why it {told} " in text
    assert f"Why it {other} " not in text or first is worst
    assert f"  {_MARKERS[told][0]} " in text


@pytest.mark.parametrize("verdict", [one for one in Verdict if one not in SHORT])
def test_no_verdict_stands_before_a_claim(verdict: Verdict) -> None:
    """A claim that did not hold is not written as if it had."""
    words = render_text(report_of(verdict), width=1000)
    assert f"{TOLD.get(verdict, verdict)}: The claim" not in words
    assert f"{verdict.replace('_', ' ')}: The claim" not in words
    assert "should hold: The claim" in words


@pytest.mark.parametrize("verdict", SHORT)
def test_the_summary_is_short_where_nothing_went_wrong(verdict: Verdict) -> None:
    """Of a passed and of an untouched exercise no check is shown."""
    text = render_text(report_of(verdict))
    assert "Why" not in text
    assert "claim" not in text


def test_a_call_stays_in_one_line() -> None:
    """However narrow the terminal is: code that was broken in two cannot be pasted."""
    report = report_of(Verdict.FAILED)
    (exercise,) = report.exercises
    code = "x = torch.tensor([1., 2.]); " * 9 + "f(x)"
    check = replace(exercise.checks[0], evidence=EvidenceReport(call=code, actual="1", expected="2", detail=None))
    text = render_text(replace(report, exercises=(replace(exercise, checks=(check,)),)), width=40)
    assert f"      call:     {code}\n      actual:   1\n" in text


@pytest.mark.parametrize("verdict", Verdict)
def test_the_summary_says_where_to_go_on(verdict: Verdict) -> None:
    """The first exercise that is not complete, and its file; nothing where all is done that can be done here."""
    done = (Verdict.PASSED, Verdict.DEFERRED)
    assert ("next: gradient in mine.py" in render_text(report_of(verdict))) is (verdict not in done)


@pytest.mark.parametrize("verdict", Verdict)
def test_the_summary_says_what_needs_review(verdict: Verdict) -> None:
    """Our own fault is not to be overlooked, and is told of no other verdict."""
    assert ("need review" in render_text(report_of(verdict))) is (verdict is Verdict.UNGRADED)


def test_a_total_says_how_much_it_is_about() -> None:
    """Where questions were left out, and where points are given later; nothing where everything was asked."""
    whole = replace(report_of(Verdict.PASSED), coverage=Coverage(asked=6, later=0))
    assert "hand in" not in render_text(whole)
    cut = render_text(replace(whole, coverage=Coverage(asked=2, later=4)))
    assert "2 of 6 questions, the visible ones" in " ".join(cut.split())
    later = report_of(Verdict.PASSED, Verdict.DEFERRED)
    assert "2 of the points are given only then" in render_text(replace(later, coverage=Coverage(asked=2, later=4)))


@pytest.mark.parametrize("width", [40, 100])
def test_no_line_ends_in_blanks(width: int) -> None:
    """Lines are as wide as asked for at most, and not filled up."""
    for line in render_text(WORST_FIRST, width=width).splitlines():
        assert line == line.rstrip()
        assert len(line) <= width


def test_colour_is_only_for_terminals() -> None:
    """Plain text has no escapes."""
    assert "\x1b" not in render_text(WORST_FIRST)
    assert "\x1b" in render_text(WORST_FIRST, colour=True)


def test_no_text_of_a_submission_commands_the_terminal() -> None:
    """Escape sequences are shown as text, wherever they stand."""
    report = report_of(Verdict.FAILED)
    evil = "\x1b[2J\x07"
    note = replace(report.submission.notes[0], file=f"{evil}.py", text=evil)
    checks = (replace(report.exercises[0].checks[0], rationale=evil, hint=evil, evidence=EvidenceReport(actual=evil)),)
    told = replace(
        report,
        submission=replace(report.submission, notes=(note,)),
        exercises=(replace(report.exercises[0], checks=checks, notes=(evil,), source=f"{evil}.py"),),
    )
    for colour in (True, False):
        assert evil not in render_text(told, colour=colour)
    assert "\x1b" not in render_text(told)
    assert "\\x1b[2J\\x07" in render_text(told)


def test_an_error_that_stops_an_exercise_is_told_once() -> None:
    """It is no further check to look at in the report; another error, and a check that failed, are."""
    stopped = report_of(Verdict.ERRORED, Verdict.ERRORED, Verdict.ERRORED, Verdict.PASSED)
    text = render_text(stopped)
    assert text.count("Why it errored [not markup].") == 1
    assert "more of its" not in text
    [exercise] = stopped.exercises
    checks = (*exercise.checks[:2], replace(exercise.checks[2], rationale="Another."))
    differs = replace(stopped, exercises=(replace(exercise, checks=checks),))
    assert "and 1 more of its 3 checks" in render_text(differs)
    assert "and 2 more of its 3 checks" in render_text(report_of(Verdict.FAILED, Verdict.FAILED, Verdict.FAILED))
