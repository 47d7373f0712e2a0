"""Which of several failed checks is shown where there is room for one."""

from msgspec.structs import replace

from grader.inside.said import say
from grader.records import Verdict, Visibility
from grader.report.choice import shown_check
from tests.unit.records import check_report, report_of

PLAIN = check_report(Verdict.FAILED)
NAMED = replace(check_report(Verdict.FAILED), misconception="an_id")
RELATED = replace(check_report(Verdict.FAILED), said=(say("relation.zeros"),), misconception=None)
BARE = replace(PLAIN, misconception=None, said=(say("compare.value"),))


def test_a_check_whose_cause_is_known_is_shown() -> None:
    """The first such one; else the first that the exercise's verdict stands for; none where there is none."""
    exercise = report_of(Verdict.FAILED).exercises[0]
    errored = check_report(Verdict.ERRORED)
    for known in (NAMED, RELATED):
        assert shown_check(replace(exercise, checks=(errored, BARE, known))) is known
    assert shown_check(replace(exercise, checks=(errored, BARE, BARE))) is BARE
    assert shown_check(replace(exercise, checks=(errored,))) is None


def test_a_failure_before_an_error_may_tell_the_cause() -> None:
    """Where its own cause is known, and not where a process crashed: that comes first whatever else is known."""
    raising = replace(report_of(Verdict.FAILED).exercises[0], verdict=Verdict.ERRORED)
    explained = replace(BARE, said=(say("relation.negated"),))
    known = replace(BARE, verdict=Verdict.ERRORED, said=(say("phrase.graph_freed"),))
    assert shown_check(replace(raising, checks=(explained, known))) is explained
    assert shown_check(replace(raising, checks=(BARE, known))) is known
    crashed = replace(BARE, verdict=Verdict.CRASHED)
    assert shown_check(replace(raising, verdict=Verdict.CRASHED, checks=(explained, crashed))) is crashed


def test_without_a_cause_the_check_on_how_numbers_were_found_is_shown() -> None:
    """A difference of values says less, and so does what became of the caller's things."""
    exercise = report_of(Verdict.FAILED).exercises[0]
    how = replace(BARE, id="gradient.autograd_ran", said=(say("claim.no_gradient"),))
    touched = replace(BARE, said=(say("claim.changed"),))
    assert shown_check(replace(exercise, checks=(BARE, touched, how))) is how
    assert shown_check(replace(exercise, checks=(BARE, touched))) is BARE
    assert shown_check(replace(exercise, checks=(BARE, how, RELATED))) is RELATED
    raising = replace(exercise, verdict=Verdict.ERRORED)
    error = replace(BARE, verdict=Verdict.ERRORED, said=(say("judged.raised"),))
    assert shown_check(replace(raising, checks=(BARE, error, how))) is how


def test_without_a_cause_what_is_seen_comes_before_a_hidden_error() -> None:
    """And no hidden failure does."""
    raising = replace(report_of(Verdict.FAILED).exercises[0], verdict=Verdict.ERRORED)
    seen, hidden = (replace(BARE, visibility=one) for one in (Visibility.VISIBLE, Visibility.HIDDEN))
    error = replace(hidden, verdict=Verdict.ERRORED, said=(say("judged.raised"),))
    assert shown_check(replace(raising, checks=(error, hidden, seen))) is seen
    assert shown_check(replace(raising, checks=(hidden, error))) is error
    open_error = replace(error, visibility=Visibility.VISIBLE)
    assert shown_check(replace(raising, checks=(seen, open_error))) is open_error
