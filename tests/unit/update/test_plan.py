"""The plan of an update: for each file, who has changed it decides what becomes of it."""

import pytest

from grader.errors import UsageError
from grader.update.manifest import MANIFEST
from grader.update.plan import Changes, plan_update
from grader.words import own_language
from tests.unit.update.versions import COPY, FIRST, LESSON, SECOND, SOLVED, STUB, handout

OLD, NEW = handout(FIRST), handout(SECOND)


def planned(changes: dict[str, str | None], new: dict[str, str] = SECOND) -> Changes:
    """The plan for a folder of the first handout in which a student has changed or (None) removed files."""
    mine = {path: data for path, data in OLD.files.items() if changes.get(path, "") is not None}
    mine |= {path: text.encode() for path, text in changes.items() if text is not None}
    return plan_update(OLD.manifest, mine, handout(new))


def told(plan: Changes) -> str:
    """What the student reads."""
    return "\n".join(map(own_language().say, plan.told))


def test_what_nobody_changed_becomes_the_new_one() -> None:
    """And nothing has to be saved. What the new handout lacks goes; the student's own file is left alone."""
    plan = planned({})
    assert plan.writes == {path: data for path, data in NEW.files.items() if path != "student.toml"}
    assert plan.removed == ["grader/old.py"]
    assert plan.saved == {}


def test_a_lesson_comes_before_its_copy_and_the_manifest_is_last() -> None:
    """An update that was interrupted can tell by them how far it came."""
    order = list(planned({LESSON: SOLVED}).writes)
    assert order.index(COPY) == order.index(LESSON) + 1
    assert order[-1] == MANIFEST


def test_a_solved_lesson_is_merged_and_saved() -> None:
    """The student reads which function was kept."""
    plan = planned({LESSON: SOLVED})
    assert plan.writes[LESSON].decode() == SOLVED.replace("# # Lesson", "# # Better lesson")
    assert plan.saved == {LESSON: SOLVED.encode()}
    assert f"{LESSON} is the new one, with your task." in told(plan)


def test_a_changed_task_is_told() -> None:
    """Who has solved the old one reads where the new stub is."""
    new = {**SECOND, LESSON: STUB.replace("(x):", "(x):\n    # Do it twice.")}
    assert f"the new stub is in {COPY}" in told(planned({LESSON: SOLVED}, new))
    assert "stub" not in told(planned({}, new))


@pytest.mark.parametrize("path", [LESSON, "README.md", "student.toml"])
def test_a_change_stays_where_the_new_handout_has_none(path: str) -> None:
    """Whatever kind of file it is."""
    plan = planned({path: "mine = 1\n"}, {**SECOND, path: FIRST[path]})
    assert path not in plan.writes
    assert path not in plan.removed


@pytest.mark.parametrize("path", [*FIRST, *SECOND])
def test_what_a_student_wrote_is_saved_or_stays(path: str) -> None:
    """In a file of the old handout, of the new one, or in the way of a new one."""
    plan = planned({path: "mine = 1\n"})
    assert (path in plan.writes) == (path in plan.saved)
    assert path not in plan.removed
    assert plan.saved.get(path, b"mine = 1\n") == b"mine = 1\n"


def test_a_mark_at_the_beginning_is_no_change() -> None:
    """Some editors on Windows write one."""
    assert planned({LESSON: f"\ufeff{SOLVED}"}).writes == planned({LESSON: SOLVED}).writes


def test_a_lesson_that_an_interrupted_update_has_merged_is_left_alone() -> None:
    """Its copy is the new one already; whatever the student has done to it since."""
    mine = NEW.files[LESSON].decode().replace("(x)", "( x )")
    plan = planned({LESSON: mine, COPY: NEW.files[COPY].decode()})
    assert plan.writes.keys() == NEW.files.keys() - {LESSON, COPY, "student.toml"}


def test_a_file_that_was_removed_comes_back() -> None:
    """A student may have removed a lesson in order to have it new."""
    assert planned({LESSON: None}).writes[LESSON] == NEW.files[LESSON]


def test_other_ends_of_lines_are_no_change_and_are_kept() -> None:
    """As git makes them on Windows."""
    plan = planned({"README.md": "first\r\n", LESSON: STUB.replace("\n", "\r\n")})
    assert plan.saved == {}
    assert planned({LESSON: SOLVED.replace("\n", "\r\n")}).writes[LESSON].count(b"\r\n") == SOLVED.count("\n")


def test_the_second_time_nothing_is_done() -> None:
    """After an update, the same handout changes nothing."""
    mine = {**OLD.files, LESSON: SOLVED.encode(), "student.toml": b'name = "Ana"\n'}
    plan = plan_update(OLD.manifest, mine, NEW)
    updated = {path: data for path, data in {**mine, **plan.writes}.items() if path not in plan.removed}
    assert plan_update(NEW.manifest, updated, NEW) == Changes()


REFUSED: dict[str, tuple[dict[str, str | None], str]] = {
    "no Python": ({LESSON: SOLVED.replace("(x)", "(x")}, f"{LESSON} is no Python in line 4"),
    "no copy": ({LESSON: SOLVED, COPY: None}, f"{COPY} is gone or was changed"),
    "another copy": ({LESSON: SOLVED, COPY: SOLVED}, f"{COPY} is gone or was changed"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_decided_is_refused(case: str) -> None:
    """With a sentence, before anything is done."""
    changes, said = REFUSED[case]
    with pytest.raises(UsageError, match=said.replace(".", r"\.")):
        planned(changes)


def test_what_cannot_be_read_is_refused() -> None:
    """Bytes that are no text, and a handout of another name."""
    with pytest.raises(UsageError, match="not in UTF-8"):
        plan_update(OLD.manifest, {**OLD.files, LESSON: b"# \xff\n"}, NEW)
    with pytest.raises(UsageError, match="the handout gradients, and the new one is called other"):
        plan_update(OLD.manifest, OLD.files, handout(SECOND, "other"))
