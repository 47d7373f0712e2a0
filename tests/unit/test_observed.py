"""What is kept of a submission: little enough for a class, and compared without regard to luck."""

import math

import msgspec
import pytest

from grader.model import Answered, Died, Observation, Raised, TimedOut
from grader.observed import brief, few_names, few_notes, same_answer
from grader.resolve import Source
from grader.wire import Note


def test_what_is_little_is_kept_as_it_is() -> None:
    """Nothing is said where nothing is left out."""
    notes = (Note(file="a.py", line=1, text="x"),)
    assert few_notes(notes) == notes
    assert few_names(["a.py", "b.py"]) == ("a.py", "b.py")


def test_of_many_the_first_are_kept_and_the_rest_is_counted() -> None:
    """However long each of them is."""
    names = few_names(str(number) + "\u2764" * 200 for number in range(1000))
    assert len(msgspec.msgpack.encode(names)) < 17 << 10
    assert names[-1] == f"... and {1000 - (len(names) - 1)} more"
    notes = few_notes([Note(file="\u2764" * 200, line=1, text="\u2764" * 2000)] * 1000)
    assert len(msgspec.msgpack.encode(notes)) < 33 << 10
    assert notes[-1].text == f"There are {1000 - (len(notes) - 1)} more notes."


def test_what_is_said_of_a_source_is_short() -> None:
    """However many files define a name."""
    kept = brief(Source(file="a.py", notes=("\u2764" * 2000,) * 100))
    assert len(msgspec.msgpack.encode(kept)) < 2000
    assert kept.file == "a.py"
    assert brief(Source(file=None, notes=("one", "two"))) == Source(file=None, notes=("one", "two"))


RAISED = Raised(exception="KeyError", message="at 0x7f1", file="a.py", line=3)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Answered(facts=(("returned", math.nan),)), Answered(facts=(("returned", math.nan),)), True),
        (Answered(facts=(("returned", 1),)), Answered(facts=(("returned", 1.0),)), False),
        (RAISED, Raised(exception="KeyError", message="at 0x7f2", file="a.py", line=3), True),
        (RAISED, Raised(exception="KeyError", message="at 0x7f1", file="a.py", line=4), False),
        (TimedOut(limit="cpu", seconds=5), TimedOut(limit="exercise", seconds=1.5), True),
        (TimedOut(limit="cpu", seconds=5), Died(reason="ended"), False),
    ],
)
def test_two_runs_are_alike_where_nothing_was_left_behind(one: Observation, other: Observation, same: bool) -> None:
    """An address in a text and the length of a wait are no difference; a value, a type or a place is one."""
    assert same_answer(one, other) is same
