"""A newer handout comes to a student who has begun, with the real command: unpack, check, solve, update, check."""

import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.support import ROOT, copy_of_kit, right_answer, run_grader, run_python

LESSON = "exercises/ch02_first_backward.py"
NOTEBOOK = "notebooks/ch02_first_backward.ipynb"
STUB_END = "    raise NotImplementedError\n"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip file of a handout of one exercise."""
    folder = tmp_path_factory.mktemp("first")
    made = run_grader("handout", "--out", "gradients", "--zip", "--only", "jacobian_2xtx", cwd=folder)
    assert made.returncode == 0, made.stderr
    return folder / "gradients.zip"


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip file of a handout with a better lesson, other stubs, and two chapters in its exam."""
    kit = copy_of_kit(tmp_path_factory.mktemp("second") / "kit")
    for name in ("LICENSE", "constraints.txt", "scripts/setup.sh", "docs/students.md"):
        (kit / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, kit / name)
    text = (kit / LESSON).read_text(encoding="utf-8")
    for old, new in (
        ("Then change the function", "Now change the function"),
        ("computed by autograd.", "by autograd."),
    ):
        assert old in text
        text = text.replace(old, new)
    (kit / LESSON).write_text(text, encoding="utf-8")
    made = run_grader("handout", "--out", "gradients", "--zip", "--only", "ch02", "--only", "ch05", cwd=kit)
    assert made.returncode == 0, made.stderr
    return kit / "gradients.zip"


@pytest.fixture
def home(first: Path, tmp_path: Path) -> Path:
    """What a student has unpacked."""
    with zipfile.ZipFile(first) as packed:
        packed.extractall(tmp_path)
    return tmp_path / "gradients"


def solve(home: Path, exercise: str) -> str:
    """Write a right answer in the place of a stub; the function as it stands there."""
    source = right_answer(exercise)
    answer = source[source.index(f"def {exercise}(") :]
    lesson = home / LESSON
    text = lesson.read_text(encoding="utf-8")
    begin = text.index(f"def {exercise}(")
    end = text.index(STUB_END, begin) + len(STUB_END)
    lesson.write_text(text[:begin] + answer + text[end:], encoding="utf-8")
    return answer


def solve_in_notebook(home: Path, answer: str) -> None:
    """Write an answer in the place of a stub, as an editor does."""
    path = home / NOTEBOOK
    notebook = json.loads(path.read_text(encoding="utf-8"))
    (stub,) = (cell for cell in notebook["cells"] if cell["id"] == "stub-jacobian_2xtx")
    stub["source"] = answer
    path.write_text(json.dumps(notebook), encoding="utf-8")


def run(home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the handout's own grader."""
    return run_python(home, "-m", "grader", *map(str, arguments))


def content_of(folder: Path) -> dict[str, bytes]:
    """All files, without what Python leaves behind."""
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_a_newcomer_solves_updates_and_goes_on(home: Path, first: Path, second: Path) -> None:
    """What was right stays right, the exam has grown, and the second time nothing is done."""
    assert "next: jacobian_2xtx" in " ".join(run(home, "check", "--format", "text").stdout.split())
    answer = solve(home, "jacobian_2xtx")
    solve_in_notebook(home, answer)
    mine = (home / LESSON).read_bytes()
    (home / "student.toml").write_text('name = "Ana"\n', encoding="utf-8")
    assert run(home, "check").returncode == 0

    done = run(home, "update", second)
    assert done.returncode == 0, done.stderr
    for path in (LESSON, NOTEBOOK):
        assert f"{path} is the new one, with your jacobian_2xtx." in done.stderr
    assert "the new handout has changed the task of jacobian_2xtx" in done.stderr
    assert "exercises/ch05_using_a_graph_twice.py is new." in done.stderr
    (backup,) = (home / ".handout" / "backup").iterdir()
    assert f"Your files as they were before are in .handout/backup/{backup.name}." in done.stderr
    assert (backup / LESSON).read_bytes() == mine
    lesson = (home / LESSON).read_text(encoding="utf-8")
    assert answer in lesson
    assert "Now change the function" in lesson
    assert (home / "student.toml").read_text(encoding="utf-8") == 'name = "Ana"\n'

    for folder in ("exercises", "notebooks"):
        checked = " ".join(run(home, "check", folder, "--format", "text").stdout.split())
        assert "✓ 7/7 jacobian_2xtx" in checked
        assert "backward_twice" in checked
    after = content_of(home)
    again = run(home, "update", second)
    assert (again.returncode, again.stderr) == (0, "This handout is here already: nothing to do.\n")
    assert content_of(home) == after


def test_a_folder_updates_as_its_archive_does(home: Path, second: Path, tmp_path: Path) -> None:
    """A student who wrote nothing has the new handout as it was made, and no backup."""
    with zipfile.ZipFile(second) as packed:
        packed.extractall(tmp_path / "new")
    done = run(home, "update", tmp_path / "new" / "gradients")
    assert done.returncode == 0, done.stderr
    assert "backup" not in done.stderr
    with zipfile.ZipFile(second) as packed:
        new = {name.removeprefix("gradients/"): packed.read(name) for name in packed.namelist()}
    assert content_of(home) == new


def test_a_lesson_that_cannot_be_read_changes_nothing(home: Path, second: Path) -> None:
    """One sentence names the file and the line."""
    (home / LESSON).write_text("def jacobian_2xtx(x:\n", encoding="utf-8")
    before = content_of(home)
    done = run(home, "update", second)
    assert done.returncode == 2
    assert f"{LESSON} is no Python in line 1" in done.stderr
    assert done.stderr.endswith("Nothing was changed\n")
    assert content_of(home) == before


MANIFEST = "gradients/.handout/manifest.json"


def bad(kind: str, second: Path, folder: Path) -> Path:
    """Something that is no handout for this student."""
    with zipfile.ZipFile(second) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    listed = files[MANIFEST]
    match kind:
        case "nothing there":
            return folder / "nowhere.zip"
        case "a folder":
            return folder
        case "another archive":
            files = {"a.py": b""}
        case "another handout":
            files[MANIFEST] = listed.replace(b'"gradients"', b'"statistics"')
        case "hostile names":
            files[MANIFEST] = listed.replace(b'"Makefile"', b'"../Makefile"')
        case _:
            pass
    path = folder / "bad.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    if kind == "cut off":
        path.write_bytes(path.read_bytes()[:5000])
    return path


BAD = {
    "nothing there": "does not exist",
    "a folder": "it lacks .handout/manifest.json",
    "cut off": "it is cut off or damaged",
    "another archive": "it lacks .handout/manifest.json",
    "another handout": "this folder is of the handout gradients, and the new one is called statistics",
    "hostile names": "its list of files is damaged",
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_handout_changes_nothing(kind: str, home: Path, second: Path, tmp_path: Path) -> None:
    """A sentence, exit code 2, and everything as it was, also outside of the folder."""
    path = bad(kind, second, tmp_path)
    before = content_of(tmp_path)
    done = run(home, "update", path)
    assert done.returncode == 2
    assert BAD[kind] in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert content_of(tmp_path) == before


def test_a_folder_that_is_no_handout_is_left_alone(second: Path, tmp_path: Path) -> None:
    """As the teacher's own checkout."""
    done = run_grader("update", second, cwd=tmp_path, environment={"PYTHONPATH": str(ROOT)})
    assert done.returncode == 2
    assert "is no folder of a handout" in done.stderr
    assert list(tmp_path.iterdir()) == []
