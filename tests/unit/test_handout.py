"""A handout: whole copies of what is public, a recorded exam, and nothing that would answer a question."""

import ast
import json
import re
import tomllib
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import pytest

from grader.bundle import Bundle, write_folder, write_zip
from grader.course import Course
from grader.errors import UsageError
from grader.exam import LiveExam, questions_of
from grader.exam.recorded import _MAGIC
from grader.handout import build_handout, explained_solutions
from grader.records import Limits, Visibility
from grader.sandbox import Launcher
from grader.update.manifest import MANIFEST, Manifest
from tests.support import COURSE, ROOT, copy_of_kit
from tests.unit.test_exam import told_by

SEED = "the seed of a test of handouts"
# As short as a line can be that still tells how an exercise is solved.
_TELLING = 18


@pytest.fixture(scope="module")
def live(launcher: Launcher) -> LiveExam:
    """An exam of all exercises."""
    return LiveExam(COURSE, SEED, (), launcher, Limits())


@pytest.fixture(scope="module")
def handout(live: LiveExam) -> Bundle:
    """The handout of all exercises."""
    return build_handout(live, "gradients")


@pytest.fixture(scope="module")
def part(launcher: Launcher) -> Bundle:
    """The handout of one exercise."""
    return build_handout(LiveExam(COURSE, SEED, ["gradient"], launcher, Limits()), "gradients")


def opened(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Every file as it is, and what is packed in it."""
    for name, data in files.items():
        yield name, data
        if data.startswith(_MAGIC):
            yield f"{name}, unpacked", zlib.decompress(data.removeprefix(_MAGIC))
        if name.endswith((".json", ".ipynb")):
            yield f"{name}, its texts", "\n".join(texts_in(json.loads(data))).encode()


def texts_in(document: object) -> Iterator[str]:
    """All texts of a JSON document, the names of its fields included."""
    match document:
        case str():
            yield document
        case list():
            for part in document:
                yield from texts_in(part)
        case dict():
            yield from texts_in([*document, *document.values()])
        case _:
            pass


def lines_of(folder: Path) -> set[str]:
    """The lines of the Python files in a folder, without indentation."""
    files = folder.rglob("*.py") if folder.is_dir() else [folder]
    return {line.strip() for path in files for line in path.read_text(encoding="utf-8").splitlines()}


def test_no_line_of_an_answer_is_handed_out(handout: Bundle) -> None:
    """Not of a reference, a misconception, an oracle or a hidden check, however the file is packed."""
    secret = {line for line in lines_of(ROOT / "solutions") if len(line) >= _TELLING}
    # Lessons teach the words that answers are made of; the grader asks torch some of the same.
    known = (
        lines_of(ROOT / "exercises") | lines_of(ROOT / "grader") | lines_of(ROOT / "checks") | lines_of(ROOT / "probes")
    )
    # In a notebook, a lesson's words are no comments.
    telling = secret - known - {line.removeprefix("#").strip() for line in known}
    assert len(telling) > 800
    hints = {one.belief for chapter in COURSE.catalog.chapter for one in COURSE.misconceptions(chapter.id)}
    for name, data in opened(handout.files):
        text = data.decode(errors="replace")
        lines = {line.strip() for line in text.splitlines()}
        # A docstring of a misconception is its belief and hint, which a report shows.
        assert [line for line in telling & lines if not any(line in hint for hint in hints)] == [], name


def test_no_hidden_question_is_handed_out(handout: Bundle, live: LiveExam) -> None:
    """Neither its inputs, nor what is right, nor what a misconception answers, nor the seed."""
    shown = [one for one in questions_of(live) if one.visibility is Visibility.VISIBLE]
    secrets = told_by(live, set(questions_of(live)) - set(shown)) - told_by(live, shown) | {SEED.encode()}
    assert len(secrets) > 300
    for name, data in opened(handout.files):
        assert [one for one in secrets if one in data] == [], name


def test_every_file_is_a_whole_copy(handout: Bundle) -> None:
    """Nothing is cut out of a file: it is one of the kit's, one that was written for handouts, or made."""
    notebooks = {f"notebooks/{chapter.id}.ipynb" for chapter in COURSE.catalog.chapter}
    made = {"exam.bin", MANIFEST, *notebooks}
    written = {path.read_bytes() for path in (ROOT / "grader" / "handout" / "files").rglob("*") if path.is_file()}
    others = {"README.md": "docs/students.md"}
    for path, data in handout.files.items():
        name = path if path == MANIFEST else path.removeprefix(".handout/")
        assert name in made or data in written or data == (ROOT / others.get(name, name)).read_bytes(), name


def test_what_is_new_is_not_handed_out(handout: Bundle) -> None:
    """An allow-list: neither solutions nor tests, and of the grader only what students use."""
    tops = {name.split("/")[0] for name in handout.files}
    assert tops.isdisjoint({"solutions", "tests", "benchmarks", "docs", "examples", "schema"})
    of_teachers = ("grader/batch/", "grader/handout/", "grader/commands/batch.py", "grader/authoring/vectors.py")
    assert [name for name in handout.files if name.startswith(of_teachers)] == []


def test_the_manifest_tells_what_was_handed_out(handout: Bundle) -> None:
    """Each file with its digest, and the lessons once more as they were: so an update knows what a student wrote."""
    manifest = msgspec.json.decode(handout.files[MANIFEST], type=Manifest)
    assert manifest.exercises == COURSE.catalog.exercise_ids
    assert set(manifest.files) == set(handout.files) - {MANIFEST}
    for chapter in COURSE.catalog.chapter:
        for lesson in (f"exercises/{chapter.id}.py", f"notebooks/{chapter.id}.ipynb"):
            assert handout.files[f".handout/{lesson}"] == handout.files[lesson]


def test_a_part_has_the_files_of_its_chapters(part: Bundle) -> None:
    """Another chapter's lesson, checks and probes are not there; its own are whole."""
    for folder in ("exercises", "checks", "probes", "notebooks"):
        names = {Path(name).stem for name in part.files if name.startswith(f"{folder}/ch")}
        assert names == {"ch02_first_backward"}


def test_two_builds_are_the_same_bytes(handout: Bundle, live: LiveExam, tmp_path: Path) -> None:
    """So a teacher can see whether anything has changed."""
    write_zip(handout, tmp_path / "one.zip")
    write_zip(build_handout(live, "gradients"), tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_folder_and_archive_hold_the_same(handout: Bundle, tmp_path: Path) -> None:
    """Programs can be started in both; the archive unpacks into one folder."""
    write_folder(handout, tmp_path / "out")
    write_zip(handout, tmp_path / "out.zip")
    in_folder = {
        path.relative_to(tmp_path / "out").as_posix(): path.read_bytes()
        for path in (tmp_path / "out").rglob("*")
        if path.is_file()
    }
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        in_archive = {one.filename.removeprefix("gradients/"): archive.read(one) for one in archive.infolist()}
        started = {one.filename for one in archive.infolist() if one.external_attr >> 16 & 0o100}
    assert in_folder == in_archive == handout.files
    assert started == {"gradients/check", "gradients/scripts/setup.sh"}
    assert {f"gradients/{name}" for name in in_folder if (tmp_path / "out" / name).stat().st_mode & 0o100} == started


def test_nothing_is_overwritten(handout: Bundle, tmp_path: Path) -> None:
    """A folder with something in it, and a file, are somebody's."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    for name in ("full", "file"):
        with pytest.raises(UsageError, match="is there already"):
            write_folder(handout, tmp_path / name)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "full", "mine.txt"]


def test_a_solved_stub_is_not_handed_out(launcher: Launcher, tmp_path: Path) -> None:
    """A teacher who has solved an exercise in place is told which one, and nothing is built."""
    kit = copy_of_kit(tmp_path / "kit")
    lesson = kit / "exercises" / "ch05_using_a_graph_twice.py"
    head, _, rest = lesson.read_text(encoding="utf-8").partition("    raise NotImplementedError\n")
    lesson.write_text(f"{head}    x = x * 2\n    raise NotImplementedError\n{rest}", encoding="utf-8")
    exam = LiveExam(Course.open(kit), SEED, ["ch05"], launcher, Limits())
    with pytest.raises(UsageError, match="backward_twice is not an untouched stub"):
        build_handout(exam, "gradients")


def test_a_handout_needs_what_the_kit_needs() -> None:
    """The same packages and the same builder, and the same versions with them."""
    kit = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    files = ROOT / "grader" / "handout" / "files"
    out = tomllib.loads((files / "pyproject.toml").read_text(encoding="utf-8"))
    assert out["build-system"] == kit["build-system"]
    for name in ("dependencies", "requires-python", "scripts", "license"):
        assert out["project"][name] == kit["project"][name]


def test_the_second_handout_explains_the_first(live: LiveExam) -> None:
    """Every exercise with its reference, as code that runs, and each mistake with its question."""
    pages = explained_solutions(live, "solutions").files
    for chapter in COURSE.catalog.chapter:
        page = pages[f"{chapter.id}.md"].decode()
        assert pages[f"{chapter.id}.py"] == COURSE.reference(chapter.id).read_bytes()
        blocks = [ast.parse(block) for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL)]
        shown = [node.name for block in blocks for node in block.body if isinstance(node, ast.FunctionDef)]
        assert shown == [exercise.id for exercise in chapter.exercise]
        for one in COURSE.misconceptions(chapter.id):
            assert one.hint in page


def test_an_archive_is_whole_or_absent(handout: Bundle, tmp_path: Path) -> None:
    """Where it cannot be written, a sentence says so, and no part of it is left."""
    (tmp_path / "out.zip").mkdir()
    with pytest.raises(UsageError, match=re.escape("out.zip")):
        write_zip(handout, tmp_path / "out.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["out.zip"]
