"""What misconceptions say of themselves."""

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course.misconceptions import Misconception, read_misconceptions
from grader.errors import ExerciseError

BELIEF = '"""It is\n    so.\n\n    Hint: Is it\n    so?\n    """'
Write = Callable[[str], tuple[Misconception, ...]]


@pytest.fixture
def read(tmp_path: Path) -> Write:
    """Reads a chapter's misconceptions from their source."""

    def write_and_read(source: str) -> tuple[Misconception, ...]:
        (tmp_path / "c.py").write_text(source, encoding="utf-8")
        return read_misconceptions(tmp_path / "c.py")

    return write_and_read


def test_a_misconception_is_read_from_its_docstring(read: Write) -> None:
    """Belief and hint are one line each, however they are wrapped."""
    [one] = read(f"def gradient__forgets(x):\n    {BELIEF}\n")
    assert one == Misconception(exercise="gradient", id="forgets", belief="It is so.", hint="Is it so?")
    assert (one.function, one.reported_id) == ("gradient__forgets", "forgets")


def test_a_class_is_reported_by_one_name(read: Write) -> None:
    """`Same as` names the id that is reported for what no question can tell apart."""
    both = BELIEF.replace("so?\n", "so?\n\n    Same as: other\n")
    [one] = read(f"def gradient__forgets(x):\n    {both}\n")
    assert (one.same_as, one.reported_id, one.hint) == ("other", "other", "Is it so?")


def test_a_hint_may_hold_a_colon(read: Write) -> None:
    """Only the first colon separates the label."""
    [one] = read(f"def gradient__forgets(x):\n    {BELIEF.replace('so?', 'so: or not?')}\n")
    assert one.hint == "Is it so: or not?"


def test_only_public_functions_count(read: Write) -> None:
    """Imports, helpers and classes are no misconceptions; the order is the file's; nothing is run."""
    first, second = (f"def {name}():\n    {BELIEF}\n" for name in ("b__one", "a__two"))
    source = f"import nothing\n\n{first}\ndef _helper(): ...\n\nclass C: ...\n\n{second}"
    assert [one.function for one in read(source)] == ["b__one", "a__two"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (f"def gradient(x):\n    {BELIEF}\n", "gradient is not named <exercise>__<misconception>"),
        ("def gradient__one(x): ...\n", "gradient__one needs a docstring"),
        ('def gradient__one(x):\n    """It is so."""\n', "gradient__one needs a docstring"),
        ('def gradient__one(x):\n    """\n\n    Hint: Is it?\n    """\n', "gradient__one needs a docstring"),
        ("def gradient__one(x:\n", "cannot be read"),
    ],
)
def test_an_incomplete_misconception_is_its_authors(read: Write, source: str, said: str) -> None:
    """A name without the exercise, no belief, no hint, or no Python: each is told with the file."""
    with pytest.raises(ExerciseError, match=rf"c\.py.*{said}"):
        read(source)


def test_a_missing_file_is_its_authors() -> None:
    """A file that is named has to be there."""
    with pytest.raises(ExerciseError, match=r"nowhere\.py cannot be read"):
        read_misconceptions(Path("nowhere.py"))
