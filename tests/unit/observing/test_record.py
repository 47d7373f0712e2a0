"""What is kept of a submission: little enough for a class, and compared without regard to luck."""

import math
from collections.abc import Mapping, Sequence

import msgspec
import pytest

from grader.inside.answers import Answered
from grader.inside.said import say
from grader.inside.values import Raised
from grader.inside.wire import Note
from grader.observing.definitions import Origin
from grader.observing.record import Observed, observed, same_answer
from grader.records import Died, Ending, Observation, Question, Row, TimedOut
from grader.words import own_language
from tests.unit.observing.test_definitions import tree_of
from tests.unit.records import one_file

LONG = "\u2764" * 2000
NOWHERE = Origin(file=None, notes=())


def kept(*names: str, notes: Sequence[Note] = (), origins: Mapping[str, Origin] | None = None) -> Observed:
    """What is kept of a submission of empty files."""
    return observed(tree_of(*map(one_file, names)), notes, "printed", origins or {}, {})


def test_what_is_little_is_kept_as_it_is() -> None:
    """Nothing is said where nothing is left out."""
    notes = (Note(file="a.py", line=1, said=say("note.raised", exception="KeyError", message="x")),)
    origins = {"f": Origin(file="a.py", notes=(say("origin.last", other="b.py", file="a.py"),)), "g": NOWHERE}
    seen = kept("a.py", "b.py", notes=notes, origins=origins)
    assert (seen.notes, seen.files, seen.origins, seen.import_output) == (notes, ("a.py", "b.py"), origins, "printed")
    assert seen.more_files == 0


def test_answers_are_kept_whole() -> None:
    """By their questions, as they were asked."""
    rows = {Question(exercise="f", inputs=(("n", n),)): Row(observation=Answered(facts=()), output="o") for n in (2, 1)}
    seen = observed(tree_of(), (), "", {}, rows)
    assert seen.observations == rows
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(seen), type=Observed) == seen


def test_of_many_the_first_are_kept_and_the_rest_is_counted() -> None:
    """However long each of them is."""
    seen = kept(*(str(number) + LONG[:200] for number in range(1000)))
    assert len(msgspec.msgpack.encode(seen.files)) < 17 << 10
    assert 0 < seen.more_files == 1000 - len(seen.files)
    notes = kept(notes=[Note(file=LONG[:200], line=1, said=say("text", text=LONG))] * 1000).notes
    assert len(msgspec.msgpack.encode(notes)) < 33 << 10
    assert len(notes) > 5
    assert own_language().say(notes[-1].said) == f"There are {1000 - (len(notes) - 1)} more notes."


def test_what_is_said_of_an_origin_is_short() -> None:
    """However many files define a name, and however long their names are."""
    many = (say("origin.last", other=LONG, file=LONG),) * 100
    brief = kept(origins={"f": Origin(file="a.py", notes=many)}).origins["f"]
    assert len(msgspec.msgpack.encode(brief)) < 2000
    assert len(brief.notes) == 3
    assert brief.file == "a.py"


RAISED = Raised(exception="KeyError", message="at 0x7f1", file="a.py", line=3)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Answered(facts=(("returned", math.nan),)), Answered(facts=(("returned", math.nan),)), True),
        (Answered(facts=(("returned", 1),)), Answered(facts=(("returned", 1.0),)), False),
        (RAISED, Raised(exception="KeyError", message="at 0x7f2", file="a.py", line=3), True),
        (RAISED, Raised(exception="KeyError", message="at 0x7f1", file="a.py", line=4), False),
        (TimedOut(limit="cpu", seconds=5), TimedOut(limit="exercise", seconds=1.5), True),
        (TimedOut(limit="cpu", seconds=5), Died(how=Ending.ENDED), False),
    ],
)
def test_two_runs_are_alike_where_nothing_was_left_behind(one: Observation, other: Observation, same: bool) -> None:
    """An address in a text and the length of a wait are no difference; a value, a type or a place is one."""
    assert same_answer(one, other) is same
