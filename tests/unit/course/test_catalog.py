"""What there is to grade, and how parts of it are selected."""

from pathlib import Path

import pytest

from grader.course.catalog import Catalog, Chapter, Exercise, read_catalog
from grader.errors import EnvironmentFault, ExerciseError, UsageError
from tests.support import CATALOG

ONE = 'subject = "python"\n[[chapter]]\nid = "c"\ntitle = "C"\n'
EXERCISE = '[[chapter.exercise]]\nid = "e"\ntitle = "E"\ndifficulty = 1\ndocs = "d"\nhint = "h?"\n'


def test_selecting_keeps_the_catalogs_order() -> None:
    """Exercises and chapters may be named, in any order."""
    selected = CATALOG.select(["make_leaf", "ch05_using_a_graph_twice"])
    assert selected.exercise_ids == ("make_leaf", "backward_twice", "backward_n_times")
    assert [chapter.id for chapter in selected.chapter] == ["ch02_first_backward", "ch05_using_a_graph_twice"]


def test_selecting_everything_or_nothing_is_the_catalog() -> None:
    """Without a name everything is meant; a catalog is plain data, compared by value."""
    assert CATALOG.select([]) == CATALOG
    assert CATALOG.select([chapter.id for chapter in CATALOG.chapter]) == CATALOG
    assert isinstance(CATALOG, Catalog)


def test_a_chapter_is_found_by_the_beginning_of_its_name() -> None:
    """Up to any underscore, if no other chapter begins so; it means the same as the whole name."""
    for chapter in CATALOG.chapter:
        parts = chapter.id.split("_")
        for count in range(1, len(parts) + 1):
            assert CATALOG.select(["_".join(parts[:count])]) == CATALOG.select([chapter.id])
    assert CATALOG.ids_of(["ch05", "make_leaf", "ch05_using"]) == ("ch05_using_a_graph_twice", "make_leaf")


def test_an_exercise_that_is_not_listed_is_the_authors_fault() -> None:
    """The sentence says which name no chapter has; a bare StopIteration would end whatever loops."""
    for ask in (CATALOG.exercise, CATALOG.chapter_of):
        with pytest.raises(ExerciseError, match="the catalog lists no exercise named 'nobody'"):
            ask("nobody")


def small(*chapters: str, exercise: str = "e") -> Catalog:
    """A catalog of empty chapters, and one exercise in the last of them."""
    one = Exercise(id=exercise, title="E", difficulty=1, docs="d", hint="h?")
    return Catalog(
        subject="python",
        chapter=tuple(
            Chapter(id=name, title="C", exercise=(one,) if name == chapters[-1] else ()) for name in chapters
        ),
    )


def test_a_beginning_of_two_chapters_is_refused_with_both() -> None:
    """Nobody can know which one is meant; what is the whole name of one of them is no beginning."""
    with pytest.raises(UsageError, match=r"'ch02' is the beginning of several chapters: ch02_a, ch02_b_c\. Give more"):
        small("ch02_a", "ch02_b_c").select(["ch02"])
    assert small("ch02", "ch02_b").ids_of(["ch02"]) == ("ch02",)
    assert small("grad_a", exercise="grad").ids_of(["grad"]) == ("grad",)


@pytest.mark.parametrize("name", ["ch0", "ch02_fir", "_first_backward", "ch02_first_backward_", "", "_"])
def test_a_beginning_ends_at_an_underscore(name: str) -> None:
    """A part of a word names nothing."""
    with pytest.raises(UsageError, match="there is no exercise or chapter named"):
        CATALOG.select([name])


@pytest.mark.parametrize(
    ("name", "said"),
    [("jacobian_2xt", "Did you mean 'jacobian_2xtx'"), ("ch2", "Did you mean 'ch02'"), ("qqqq", "grader list")],
)
def test_an_unknown_name_is_refused_with_help(name: str, said: str) -> None:
    """The nearest name is suggested, or where to look."""
    with pytest.raises(UsageError, match=said):
        CATALOG.select([name])
    with pytest.raises(UsageError, match=name):
        CATALOG.select(["make_leaf", name])


def test_an_exercise_knows_its_chapter() -> None:
    """Every exercise is found by its id, and lies in exactly the chapter that lists it."""
    for chapter in CATALOG.chapter:
        for exercise in chapter.exercise:
            assert CATALOG.chapter_of(exercise.id) is chapter
            assert CATALOG.exercise(exercise.id) is exercise
    assert len(set(CATALOG.exercise_ids)) == sum(len(chapter.exercise) for chapter in CATALOG.chapter)


def test_without_a_catalog_the_machine_is_at_fault(tmp_path: Path) -> None:
    """The course is not complete, or may not be read: no author's mistake."""
    with pytest.raises(EnvironmentFault, match=r"catalog\.toml cannot be read"):
        read_catalog(tmp_path / "catalog.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ONE + EXERCISE + EXERCISE, "listed twice"),
        (ONE + EXERCISE.replace('title = "E"\n', ""), "title"),
        (ONE + EXERCISE.replace("difficulty = 1", 'difficulty = "hard"'), "difficulty"),
        (ONE + EXERCISE + "colour = 1\n", "colour"),
        ((ONE + EXERCISE).partition("\n")[2], "subject"),
        ("[[chapter", "catalog.toml: "),
    ],
)
def test_a_catalog_that_contradicts_itself_is_its_authors(tmp_path: Path, text: str, said: str) -> None:
    """An exercise that is listed twice, a field that is missing, unknown or of a wrong type, no TOML at all."""
    (tmp_path / "catalog.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ExerciseError, match=said):
        read_catalog(tmp_path / "catalog.toml")


def test_a_small_catalog_is_read(tmp_path: Path) -> None:
    """A chapter with its exercise, and the subject."""
    (tmp_path / "catalog.toml").write_text(ONE + EXERCISE, encoding="utf-8")
    catalog = read_catalog(tmp_path / "catalog.toml")
    assert (catalog.subject, catalog.exercise("e").hint) == ("python", "h?")


def test_the_way_through_begins_with_the_topics_own_example_and_is_never_blocked() -> None:
    """Whoever solves what comes next solves everything, each on ground that was laid, and the easy ones first."""
    done: list[str] = []
    while step := CATALOG.next_step(done):
        assert set(step.after) <= set(done)
        done.append(step.id)
    assert done[0] == "jacobian_2xtx"
    assert sorted(done) == sorted(CATALOG.exercise_ids)
    hard = [one for one in CATALOG.exercise_ids if CATALOG.exercise(one).difficulty == 3]
    assert done[-len(hard) :] == [one for one in done if one in hard]


def test_a_part_of_a_catalog_has_a_next_step_of_its_own() -> None:
    """What is not selected blocks nothing."""
    assert CATALOG.select(["ch05"]).next_step([]) == CATALOG.exercise("backward_twice")
    assert CATALOG.select(["gradient"]).next_step(["gradient"]) is None


@pytest.mark.parametrize(("after", "said"), [("nobody", "nobody"), ("e", "e and e|come after one another")])
def test_an_order_that_cannot_be_is_the_authors_fault(after: str, said: str, tmp_path: Path) -> None:
    """An exercise that builds on one that is not there, or on itself."""
    path = tmp_path / "catalog.toml"
    path.write_text(f'{ONE}{EXERCISE}after = ["{after}"]\n', encoding="utf-8")
    with pytest.raises(ExerciseError, match=said):
        read_catalog(path)
