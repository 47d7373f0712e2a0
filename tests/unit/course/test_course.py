"""A course: the content of a folder."""

from pathlib import Path

import pytest

from grader.course import Course
from grader.errors import ExerciseError, UsageError
from grader.inside.values import FunctionSpec, Raised, Value
from grader.kit import own_course
from grader.records import Question
from tests.support import CATALOG, COURSE, ROOT

SMALL = """
subject = "python"
[[chapter]]
id = "c"
title = "C"
[[chapter.exercise]]
id = "e"
title = "E"
difficulty = 1
docs = "d"
hint = "h?"
"""
CHECKS = '''
from grader.authoring import asks, hidden

@asks("e")
def {cases}(draw):
    yield hidden(x=1)

@{cases}.check(points=1)
def {name}(actual, expected):
    """It holds."""
'''
FAMILIES = """
from grader.inside.functions import Family
FAMILIES = {"line": Family(evaluate=lambda x, c: c[0] * x, formula="{0} * x", arity=1)}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a course that is nothing but a catalog."""
    (tmp_path / "catalog.toml").write_text(SMALL, encoding="utf-8")
    return tmp_path


def write(path: Path, text: str) -> None:
    """A file of a course."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_every_file_of_a_chapter_is_there() -> None:
    """The chapter's id is the name of its file in each folder, and what is secret lies under solutions/."""
    for chapter in CATALOG.chapter:
        of = chapter.id
        secret = COURSE.reference(of), COURSE.misconceptions_file(of), COURSE.oracle_file(of)
        probes = Path(COURSE.equipment.probes) / f"{of}.py"
        for path in (COURSE.stubs / f"{of}.py", probes, *secret, *COURSE.check_files(of)):
            assert path.is_file()
        assert all(path.is_relative_to(ROOT / "solutions") for path in secret)


def test_the_kits_own_course_is_where_the_kit_is() -> None:
    """In a checkout; another folder is another course, even where it looks the same."""
    assert own_course() == ROOT == COURSE.folder
    assert Course.open(ROOT) != COURSE


def test_a_folder_without_a_catalog_is_no_course(tmp_path: Path) -> None:
    """Whoever names it is told."""
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(UsageError, match=r"is no course: there is no catalog\.toml in it"):
            Course.open(path)


def test_a_subject_that_does_not_exist_is_the_authors(folder: Path) -> None:
    """It is told when the course is opened, not when the first worker fails."""
    (folder / "catalog.toml").write_text(SMALL.replace("python", "numpy"), encoding="utf-8")
    with pytest.raises(ExerciseError, match=r"catalog\.toml: there is no subject 'numpy'"):
        Course.open(folder)


def test_hidden_checks_come_after_the_public_ones(folder: Path) -> None:
    """Only the check files that exist are named."""
    course = Course.open(folder)
    assert course.check_files("c") == ()
    paths = folder / "checks" / "c.py", folder / "solutions" / "checks" / "c.py"
    for path, name in zip(paths, ("first", "second"), strict=True):
        write(path, CHECKS.format(cases=f"cases_of_{name}", name=name))
    assert course.check_files("c") == paths
    assert [check.id for check in course.checks] == ["e.first", "e.second"]
    assert {path: [one.name for one in checks] for path, checks in course.checks_by_file.items()} == {
        paths[0]: ["first"],
        paths[1]: ["second"],
    }


def test_a_course_needs_no_more_than_its_catalog(folder: Path) -> None:
    """Without checks, probes, misconceptions or phrases there is nothing to ask, and nothing fails."""
    course = Course.open(folder)
    assert (course.checks, course.probes.families, course.misconceptions("c")) == ((), {}, ())
    assert course.phrasebook.look_up(Raised(exception="ValueError", message="")) is None
    assert course.language.name == "en"


def test_a_courses_own_sentences_are_in_its_language(folder: Path) -> None:
    """Those of its checks, and those of its phrasebook under an id of their own."""
    write(folder / "checks" / "en.toml", '[e]\nodd = "It is odd."\n')
    phrase = '[[phrase]]\nid = "p"\nexception = "ValueError"\nmatch = "m"\nsays = "It means this."\nasks = "Why?"\n'
    write(folder / "phrasebook.toml", phrase)
    sentences = Course.open(folder).language.sentences
    assert (sentences["e.odd"], sentences["phrase.p"]) == ("It is odd.", "It means this.")
    assert "kind.none" in sentences


ORACLE = "def e(x, f):\n    return {'returned': [f(x), f(x)]}\n"


def test_the_oracle_answers_questions(folder: Path) -> None:
    """With objects built anew; to it, a function that changes is as at the first call."""
    write(folder / "solutions" / "oracle" / "c.py", ORACLE)
    write(folder / "probes" / "functions.py", FAMILIES)
    course = Course.open(folder)
    for changes in (False, True):
        f = FunctionSpec(name="line", coefficients=(2.0,), changes=changes)
        inputs: tuple[tuple[str, Value], ...] = (("x", 3), ("f", f))
        answer = course.answer(Question(exercise="e", inputs=inputs))
        assert answer == {"returned": course.subject.to_value([6.0, 6.0])}


@pytest.mark.parametrize(
    ("oracle", "said"),
    [
        (None, "is missing"),
        ("def other(): ...\n", r"c\.py of the oracle has no function e"),
        ("1 / 0\n", "cannot be loaded: ZeroDivisionError"),
    ],
)
def test_an_oracle_that_is_not_complete_is_the_authors(folder: Path, oracle: str | None, said: str) -> None:
    """No file, no such function, or a file that fails."""
    if oracle is not None:
        write(folder / "solutions" / "oracle" / "c.py", oracle)
    with pytest.raises(ExerciseError, match=said):
        Course.open(folder).answer(Question(exercise="e", inputs=()))


@pytest.mark.parametrize(
    ("path", "decides"),
    [
        ("catalog.toml", True),
        ("phrasebook.toml", True),
        ("checks/c.py", True),
        ("checks/en.toml", True),
        ("probes/functions.py", True),
        ("solutions/oracle/c.py", True),
        ("exercises/c.py", False),
        ("notes.md", False),
        ("pyproject.toml", False),
    ],
)
def test_whatever_decides_what_a_report_says_is_in_the_digest(folder: Path, path: str, decides: bool) -> None:
    """A file that is changed, added or moved is another course; stubs and notes are not looked at."""
    before = Course.open(folder).digest
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes((file.read_bytes() if file.exists() else b"") + b"# changed\n")
    assert (Course.open(folder).digest != before) is decides


MORE = """
from grader.authoring import hidden, more

@more("{to}")
def others(draw):
    yield hidden(x=2)
"""


def test_hidden_cases_join_the_public_ones(folder: Path) -> None:
    """A file under solutions/ adds questions to a public check, which stays the same claim."""
    write(folder / "checks" / "c.py", CHECKS.format(cases="cases", name="holds").replace("hidden", "visible"))
    write(folder / "solutions" / "checks" / "c.py", MORE.format(to="cases"))
    (check,) = Course.open(folder).checks
    assert [dict(one.inputs)["x"] for one in check.cases.questions("1", {})] == [1, 2]


def test_hidden_cases_need_a_public_set(folder: Path) -> None:
    """Questions that no claim is made about are an author's mistake."""
    write(folder / "checks" / "c.py", CHECKS.format(cases="cases", name="holds").replace("hidden", "visible"))
    write(folder / "solutions" / "checks" / "c.py", MORE.format(to="casse"))
    with pytest.raises(ExerciseError, match="casse"):
        _ = Course.open(folder).checks


def test_a_public_file_asks_nothing_hidden(folder: Path) -> None:
    """Students receive it, so a hidden case in it would be handed out."""
    write(folder / "checks" / "c.py", CHECKS.format(cases="cases", name="holds"))
    (check,) = Course.open(folder).checks
    with pytest.raises(ExerciseError, match="solutions/checks"):
        check.cases.questions("1", {})
