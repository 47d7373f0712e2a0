"""A handout in the hands of a student: unpacked, checked, solved, with the real commands."""

import json
import zipfile
from pathlib import Path

import pytest

from tests.support import ROOT, exercise_in, graded, misconception, right_answer, run_grader, run_python

WRONG = misconception("gradient", "returns_value")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip file that a teacher's one command makes, of one chapter."""
    folder = tmp_path_factory.mktemp("teacher")
    made = run_grader("handout", "--out", "gradients", "--zip", "--only", "ch02", cwd=folder)
    assert made.returncode == 0, made.stderr
    return folder / "gradients.zip"


@pytest.fixture
def home(archive: Path, tmp_path: Path) -> Path:
    """What a student has unpacked."""
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(tmp_path)
    return tmp_path / "gradients"


def put(home: Path, exercise: str, source: str) -> None:
    """Write an answer below the lesson, as the definition that counts."""
    lesson = home / "exercises" / "ch02_first_backward.py"
    text = lesson.read_text(encoding="utf-8")
    assert f"def {exercise}(" in text
    lesson.write_text(f"{text}\n\n{source}", encoding="utf-8")


def test_a_newcomer_begins_goes_wrong_and_goes_on(home: Path) -> None:
    """Nothing is begun; a mistake has its hint, a right answer its points, and then another exercise is next."""
    fresh = run_python(home, "-m", "grader", "check", "--format", "text")
    assert fresh.returncode == 1, fresh.stderr
    assert "next: jacobian_2xtx in exercises/ch02_first_backward.py" in " ".join(fresh.stdout.split())
    put(home, "gradient", WRONG)
    wrong = run_python(home, "-m", "grader", "check", "gradient", "--format", "text")
    assert "You returned f(x), a single number" in wrong.stdout
    put(home, "gradient", right_answer("gradient"))
    put(home, "jacobian_2xtx", right_answer("jacobian_2xtx"))
    right = run_python(home, "-m", "grader", "check", "--format", "text")
    said = " ".join(right.stdout.split())
    assert "✓ 8/8 gradient" in said
    assert "next: make_leaf in exercises/ch02_first_backward.py" in said
    assert "the visible ones. The hidden ones follow when you hand in" in said


def test_a_complete_handout_says_so_and_how_much_that_is(home: Path) -> None:
    """Exit code 0 once all that is asked here holds; the report counts what was asked and what follows."""
    for exercise in ("jacobian_2xtx", "make_leaf", "gradient", "grads_or_zeros"):
        put(home, exercise, right_answer(exercise))
    done = run_python(home, "-m", "grader", "check")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["points"] == report["max_points"] > 0
    assert report["seed"] is None
    assert report["coverage"]["asked"] < report["coverage"]["later"]


def test_what_is_seen_at_home_is_what_the_teacher_sees(home: Path, tmp_path: Path) -> None:
    """The same mistake has the same words in the teacher's report, for all that visible questions show."""
    put(home, "gradient", WRONG)
    at_home = graded(run_python(home, "-m", "grader", "check"))
    handed_in = graded(run_grader("check", home / "exercises", "--only", "ch02", cwd=tmp_path))
    wrong = exercise_in(handed_in, "gradient")["checks"][0]
    assert wrong["evidence"]["call"] == "x = torch.tensor([3.]); gradient(lambda x: x.sum(), x)"
    for exercise in ("gradient", "jacobian_2xtx"):
        mine = {check["id"]: check for check in exercise_in(at_home, exercise)["checks"]}
        for check in exercise_in(handed_in, exercise)["checks"]:
            if check["visibility"] == "visible":
                assert mine[check["id"]] == check


def test_a_whole_handout_can_be_handed_in(home: Path, tmp_path: Path) -> None:
    """The copies of the lessons that an update needs are nobody's answers; the report says whose it is."""
    put(home, "gradient", right_answer("gradient"))
    (home / "student.toml").write_text('name = "Ana"\n', encoding="utf-8")
    report = graded(run_grader("check", home, "--only", "gradient", cwd=tmp_path))
    assert report["submission"]["student"] == {"name": "Ana", "id": "", "email": ""}
    assert report["points"] == report["max_points"]
    assert exercise_in(report, "gradient")["source"].endswith("exercises/ch02_first_backward.py")
    at_home = run_python(home, "-m", "grader", "check", "--only", "gradient")
    assert json.loads(at_home.stdout)["submission"]["student"] == report["submission"]["student"]


def test_students_meet_pytest(home: Path) -> None:
    """The checks run under plain pytest: what holds passes, what is not begun is skipped, a failure is readable."""
    put(home, "gradient", WRONG)
    put(home, "jacobian_2xtx", right_answer("jacobian_2xtx"))
    done = run_python(home, "-m", "pytest", "-p", "no:cacheprovider", "-v")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "jacobian_2xtx::is_the_derivative PASSED" in done.stdout
    assert "make_leaf::is_the_product SKIPPED" in done.stdout
    assert "gradient::is_the_gradient FAILED" in done.stdout
    for said in ("should hold: The result is the gradient of f at x", "expected: tensor([0., 4., 8., 12.])"):
        assert said in done.stdout
    assert "grader/judging" not in done.stdout


def test_a_handout_has_the_commands_of_students(home: Path) -> None:
    """And no others."""
    told = run_python(home, "-m", "grader", "--help").stdout
    commands = [line.split()[0] for line in told.partition("Commands:")[2].splitlines() if line.strip()]
    assert {"check", "list", "render"} <= set(commands)
    assert not {"batch", "regrade", "handout"} & set(commands)
    listed = run_python(home, "-m", "grader", "list").stdout
    assert "gradient" in listed
    assert "ch01" not in listed


def test_a_seed_chooses_nothing_in_a_handout(home: Path) -> None:
    """Its questions are recorded: a sentence says so."""
    done = run_python(home, "-m", "grader", "check", "--seed", "7")
    assert done.returncode == 2
    assert "leave --seed away" in done.stderr


BAD = {
    "a folder that is in use": (("--out", "full"), "is there already"),
    "an archive that is there": (("--out", "mine", "--zip"), "mine.zip is there already"),
    "a name with a folder": (("--out", "new", "--name", "a/b"), "is no name of a folder"),
    "an unknown exercise": (("--out", "new", "--only", "gradiant"), "Did you mean 'gradient'"),
    "no folder": ((), "Missing option '--out'"),
}


@pytest.mark.parametrize("case", BAD)
def test_wrong_usage_writes_nothing(case: str, tmp_path: Path) -> None:
    """A sentence, exit code 2, and no part of a handout."""
    (tmp_path / "full").mkdir()
    for name in ("full/mine.txt", "mine.zip"):
        (tmp_path / name).write_text("mine")
    arguments, said = BAD[case]
    done = run_grader("handout", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["full", "mine.txt", "mine.zip"]


def test_the_second_handout_is_made_apart(tmp_path: Path) -> None:
    """Explained solutions, and nothing of the first."""
    made = run_grader("handout", "--out", "solved", "--solutions", "--only", "ch05", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    names = ["ch05_using_a_graph_twice.md", "ch05_using_a_graph_twice.py"]
    assert sorted(path.name for path in (tmp_path / "solved").iterdir()) == names
    assert (ROOT / "solutions" / names[1]).read_bytes() == (tmp_path / "solved" / names[1]).read_bytes()
