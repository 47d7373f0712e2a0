"""When a wrong answer is called by a misconception's name, and when it is not."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from grader.authoring import Check, asks
from grader.authoring.vectors import vectors
from grader.course.misconceptions import Misconception
from grader.inside.answers import Answered
from grader.inside.said import say
from grader.inside.values import Raised, Value
from grader.judging.diagnosis import Suspect, diagnose
from grader.judging.judgement import Judgement
from grader.records import Observation, Observations, Outcome, Question, Row, Verdict, Visibility
from tests.support import COURSE

CASES = asks("gradient")(vectors)
TITLE = say("text", text="T.")
COMPUTED = Check(name="c", title=TITLE, points=1, witnessed=False, claim=lambda *_: None, cases=CASES)
WITNESSED = Check(name="w", title=TITLE, points=1, witnessed=True, claim=lambda *_: None, cases=CASES)
QUESTIONS = CASES.questions("1", COURSE.probes.families)
ASKED: Mapping[Check, Sequence[Question]] = {COMPUTED: QUESTIONS, WITNESSED: QUESTIONS}
READS = {COMPUTED.id: frozenset({"returned"}), WITNESSED.id: frozenset({"changed"})}


def answered(returned: Value, changed: Value = 0) -> Answered:
    """An answer with a number and a side effect."""
    return Answered(facts=(("returned", returned), ("changed", changed)))


def observed(observation: Observation) -> Observations:
    """The same observation for every question."""
    return {question: Row(observation=observation) for question in QUESTIONS}


def judged(**verdicts: str) -> dict[str, Judgement]:
    """Verdicts by the check's short name."""
    outcomes = {
        f"gradient.{name}": Outcome(verdict=Verdict(verdict), visibility=Visibility.HIDDEN)
        for name, verdict in verdicts.items()
    }
    return {name: Judgement(outcome=outcome, reads=READS[name]) for name, outcome in outcomes.items()}


def explained(message: str) -> Raised:
    """An error of torch's, with what the phrasebook says of it."""
    raised = Raised(exception="RuntimeError", message=message)
    phrase = COURSE.phrasebook.look_up(raised)
    return replace(raised, phrase=phrase.id if phrase else "")


def suspect(identity: str, observation: Observation, **verdicts: str) -> Suspect:
    """A misconception with its answers and their verdicts."""
    return Suspect(
        misconception=Misconception(exercise="gradient", id=identity, belief="It is so.", hint="Is it?"),
        observations=observed(observation),
        judged=judged(**verdicts),
    )


def named(observation: Observation, verdicts: dict[str, str], *suspects: Suspect) -> dict[str, str]:
    """The names that are given, by the check's short name."""
    found = diagnose(ASKED, observed(observation), judged(**verdicts), suspects)
    return {check.removeprefix("gradient."): misconception.id for check, misconception in found.items()}


FAILED = {"c": "failed", "w": "passed"}


def test_the_same_wrong_answer_is_named() -> None:
    """A failed check has the name of what fails it alike."""
    assert named(answered(5), FAILED, suspect("five", answered(5), c="failed", w="passed")) == {"c": "five"}


def test_another_wrong_answer_is_not_named() -> None:
    """A different number is another idea, and so is a different verdict on the same number."""
    assert named(answered(6), FAILED, suspect("five", answered(5), c="failed", w="passed")) == {}
    assert named(answered(5), FAILED, suspect("five", answered(5), c="errored", w="passed")) == {}


def test_facts_that_the_check_does_not_read_do_not_matter() -> None:
    """The computed check reads the number; the side effect is for the other one."""
    assert named(answered(5, 1), FAILED, suspect("five", answered(5, 2), c="failed", w="passed")) == {"c": "five"}


def test_of_two_that_match_the_more_alike_is_named() -> None:
    """Where checks tell two misconceptions apart no more, a fact that no check reads does; then the file's order."""
    one = suspect("one", answered(5, 1), c="failed", w="passed")
    two = suspect("two", answered(5, 2), c="failed", w="passed")
    assert named(answered(5, 2), FAILED, one, two) == {"c": "two"}
    assert named(answered(5, 1), FAILED, one, two) == named(answered(5, 3), FAILED, one, two) == {"c": "one"}


def test_one_differing_question_is_enough() -> None:
    """All questions of the check have to agree."""
    mine = observed(answered(5))
    mine[next(iter(mine))] = Row(observation=answered(6))
    five = suspect("five", answered(5), c="failed", w="passed")
    assert diagnose(ASKED, mine, judged(**FAILED), [five]) == {}


def test_a_mistake_that_was_not_made_is_not_named() -> None:
    """A misconception that fails a check which the answer passes has another hint than the answer needs."""
    assert named(answered(5, 1), FAILED, suspect("changes", answered(5, 2), c="failed", w="failed")) == {}
    both = {"c": "failed", "w": "failed"}
    assert named(answered(5, 2), both, suspect("changes", answered(5, 2), **both)) == {"c": "changes", "w": "changes"}


def test_an_exception_without_a_phrase_is_named_by_its_text() -> None:
    """Two errors of a common type may be two mistakes."""
    verdicts = {"c": "errored", "w": "errored"}
    mine = Raised(exception="RuntimeError", message="size mismatch")
    other = Raised(exception="RuntimeError", message="out of range")
    assert named(mine, verdicts, suspect("same", mine, **verdicts)) == {"c": "same", "w": "same"}
    assert named(mine, verdicts, suspect("other", other, **verdicts)) == {}


def test_a_side_effect_alone_says_too_little() -> None:
    """A failed side effect is named only by what comes out alike in the numbers, too."""
    slip = {"c": "passed", "w": "failed"}
    wrong = suspect("wrong", answered(5, 1), c="failed", w="failed")
    right = suspect("right", answered(7, 1), c="passed", w="failed")
    assert named(answered(7, 1), slip, wrong) == {}
    assert named(answered(7, 1), slip, wrong, right) == {"w": "right"}
    incomplete = suspect("incomplete", answered(7, 1), w="failed")
    assert named(answered(7, 1), slip, incomplete) == {}


def test_exceptions_agree_by_type_and_phrase() -> None:
    """The same error of torch's in other words is the same; another type, or an answer, is not."""
    errored = {"c": "errored", "w": "errored"}
    freed = explained("Trying to backward through the graph a second time (x)")
    again = explained("backward through the graph a second time")
    unlike = explained("element 0 of tensors does not require grad and does not have a grad_fn")
    other = explained("something else")
    assert [bool(one.phrase) for one in (freed, again, unlike, other)] == [True, True, True, False]
    assert named(freed, errored, suspect("freed", again, **errored)) == {"c": "freed", "w": "freed"}
    assert named(other, errored, suspect("freed", again, **errored)) == {}
    assert named(unlike, errored, suspect("freed", again, **errored)) == {}
    assert named(freed, errored, suspect("five", answered(5), **errored)) == {}


def test_the_most_alike_wins_else_the_first() -> None:
    """Of several that match, the one that agrees on more checks; of equals, the first in the file."""
    both = {"c": "failed", "w": "failed"}
    half = suspect("half", answered(5, 9), c="failed", w="passed")
    whole = suspect("whole", answered(5, 1), **both)
    twin = suspect("twin", answered(5, 1), **both)
    assert named(answered(5, 1), both, half, whole, twin) == {"c": "whole", "w": "whole"}


def test_what_did_not_fail_is_not_named() -> None:
    """Neither a passed check nor one that ran out of time has a misconception."""
    verdicts = {"c": "timed_out", "w": "passed"}
    assert named(answered(5), verdicts, suspect("five", answered(5), **verdicts)) == {}
