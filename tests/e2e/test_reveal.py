"""After the due date: an exam that is revealed, and what a student replays with it."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from grader.batch.journal import Class, End, Journal
from grader.batch.run import JOURNAL
from tests.support import ROOT, Json, copy_of_kit, graded, parse_report, right_answer, run_grader

EXAMPLES = sorted((ROOT / "examples" / "class").iterdir())
# Of one run; another one takes other time, and has other layers.
_OF_A_RUN = {"created", "duration_seconds", "isolation", "isolation_missing"}


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the batch of the examples in `out`, and its exam."""
    folder = tmp_path_factory.mktemp("reveal")
    options = ("--seed", "receipt", "--timeout", "2")
    assert run_grader("batch", ROOT / "examples" / "class", "--out", "out", *options, cwd=folder).returncode == 0
    revealed = run_grader("reveal", "out", "--to", "revealed.bin", cwd=folder)
    assert (revealed.returncode, revealed.stdout) == (0, "")
    assert "`grader check --exam revealed.bin --timeout 2`" in revealed.stderr
    return folder


def of_any_run(report: Json) -> dict[str, Any]:
    """A report without what belongs to one run alone."""
    return {name: value for name, value in report.items() if name not in _OF_A_RUN}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_a_receipt_replays_the_batch(example: Path, batch: Path) -> None:
    """The very questions and marks: every verdict, point, rationale, misconception and value of every report."""
    told = parse_report((batch / "out" / "reports" / f"{example.stem}.json").read_bytes())
    replayed = graded(run_grader("check", "--exam", "revealed.bin", "--timeout", "2", example, cwd=batch))
    assert of_any_run(replayed) == of_any_run(told)


def test_a_receipt_needs_no_solutions(batch: Path, tmp_path: Path) -> None:
    """A student's handout is enough: it replays the same, with its own grader, and writes the page as well."""
    assert run_grader("handout", "--out", tmp_path / "handout", cwd=tmp_path).returncode == 0
    shutil.copy(batch / "revealed.bin", tmp_path / "handout")
    chiara = ROOT / "examples" / "class" / "chiara"
    options = ("--exam", "revealed.bin", "--timeout", "2")
    done = run_grader("check", chiara, *options, "--output", "chiara.json", cwd=tmp_path / "handout")
    assert done.returncode == 1, done.stderr
    replayed = parse_report((tmp_path / "handout" / "chiara.json").read_bytes())
    told = parse_report((batch / "out" / "reports" / "chiara.json").read_bytes())
    assert of_any_run(replayed) == of_any_run(told)
    page = run_grader("render", "chiara.json", "--format", "html", cwd=tmp_path / "handout")
    assert page.stdout.startswith("<!doctype html>")


def test_hidden_questions_are_open_then(batch: Path) -> None:
    """A student sees which call went wrong, what came back, and what is right; of a part, where that is asked for."""
    chiara = ROOT / "examples" / "class" / "chiara"
    options = ("--exam", "revealed.bin", "--only", "gradient", "--only", "ch03")
    report = graded(run_grader("check", chiara, *options, cwd=batch))
    assert {one["chapter"] for one in report["exercises"]} == {"ch02_first_backward", "ch03_clearing_and_accumulating"}
    [gradient] = [one for one in report["exercises"] if one["chapter"] == "ch02_first_backward"]
    hidden = [one for one in gradient["checks"] if (one["verdict"], one["visibility"]) == ("failed", "hidden")]
    assert hidden != []
    assert all(one["evidence"]["call"] for one in hidden)
    assert any(one["evidence"]["expected"] for one in hidden)


def test_an_exam_is_never_written_over_something_else(batch: Path) -> None:
    """What is there stays, and one sentence says so; the same exam may be revealed as often as one likes."""
    before = (batch / "revealed.bin").read_bytes()
    assert run_grader("reveal", "out", "--to", "revealed.bin", cwd=batch).returncode == 0
    (batch / "mine.txt").write_text("mine")
    refused = run_grader("reveal", "out", "--to", "mine.txt", cwd=batch)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "mine.txt is there already" in refused.stderr
    assert (batch / "mine.txt").read_text() == "mine"
    assert (batch / "revealed.bin").read_bytes() == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--exam", "revealed.bin", "--seed", "7"), "--seed and --exam exclude one another"),
        (("--exam", "nothing.bin"), "nothing.bin cannot be read"),
        (("--exam", "out/summary.csv"), "this is no recorded exam"),
        (("--exam", "revealed.bin", "--only", "gradients"), "there is no exercise or chapter named 'gradients'"),
    ],
    ids=["a seed", "no file", "no exam", "no exercise"],
)
def test_a_receipt_that_cannot_be_replayed_is_a_sentence(options: tuple[str, ...], said: str, batch: Path) -> None:
    """And no report."""
    done = run_grader("check", *options, cwd=batch)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def refused(out: str, folder: Path) -> str:
    """What is said where an exam is not revealed; nothing is written then."""
    done = run_grader("reveal", out, "--to", "revealed.bin", cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert not (folder / "revealed.bin").exists()
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_only_a_finished_batch_is_revealed(tmp_path: Path) -> None:
    """Somebody may still be graded with it; and where there is no batch, there is no exam."""
    assert "holds no results of `grader batch`" in refused(".", tmp_path)
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ana.py").write_text(right_answer("gradient"))
    assert run_grader("batch", "class", "--out", "out", "--only", "gradient", cwd=tmp_path).returncode == 0
    with Journal(tmp_path / "out" / JOURNAL) as journal:
        journal.append(Class(identities=("ana", "ben")))  # another run has begun
    assert "out is not finished" in refused("out", tmp_path)
    with Journal(tmp_path / "out" / JOURNAL) as journal:
        journal.append(End())
    assert run_grader("reveal", "out", "--to", "revealed.bin", cwd=tmp_path).returncode == 0
    nowhere = run_grader("reveal", "out", "--to", "no/revealed.bin", cwd=tmp_path)
    assert nowhere.returncode == 2
    assert "there is no folder no" in nowhere.stderr
    other = run_grader("check", "--exam", "revealed.bin", "--only", "ch03", cwd=tmp_path)
    assert other.returncode == 2
    assert "this exam does not ask ch03_clearing_and_accumulating" in other.stderr


def test_an_exam_that_is_not_the_batchs_is_not_revealed(tmp_path: Path) -> None:
    """The course asks other questions since: they would be no receipt. Other points are as a regrade has them."""
    kit = copy_of_kit(tmp_path / "kit")
    (kit / "class").mkdir()
    (kit / "class" / "ana.py").write_text(right_answer("gradient"))
    assert run_grader("batch", "class", "--out", "out", "--only", "gradient", cwd=kit).returncode == 0
    checks = kit / "checks" / "ch02_first_backward.py"
    shown = 'yield visible(f=function("twice_dot"), x=tensor([0, 1, 2, {}], dtype="float32"))'
    text = checks.read_text()
    assert text.count(shown.format(3)) == 1
    checks.write_text(text.replace(shown.format(3), shown.format(30)))
    assert "has asked other questions than this course does now" in refused("out", kit)
    checks.write_text(text.replace("@functions_and_points.check(points=2)", "@functions_and_points.check(points=3)"))
    assert run_grader("reveal", "out", "--to", "revealed.bin", cwd=kit).returncode == 0
    assert graded(run_grader("check", "class", "--exam", "revealed.bin", cwd=kit))["max_points"] == 9
