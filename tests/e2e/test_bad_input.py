"""What students really hand in: each bad input ends in the right verdict and in words that help.

All of them are one class, graded by one batch.
"""

import json
from pathlib import Path

import pytest

from tests.support import Json, exercise_in, max_points, parse_report, right_answer, run_grader, verdicts_in

CHAPTER = "ch02_first_backward"
RIGHT = right_answer("jacobian_2xtx")
OTHER = right_answer("make_leaf")  # has to keep its points, whatever is wrong with jacobian_2xtx


def with_body(body: str) -> str:
    """A submission whose jacobian_2xtx has this body, beside a right make_leaf."""
    return f"{OTHER}\ndef jacobian_2xtx(x):\n    {body}\n"


# name of the file -> its bytes, the verdicts of jacobian_2xtx's first check, and a text that helps.
BAD: dict[str, tuple[str | bytes, str, str]] = {
    "missing.py": (OTHER, "errored", "There is no function named jacobian_2xtx."),
    "misspelt.py": (OTHER + "def jacobian_2xt(x):\n    return x\n", "errored", "Is jacobian_2xt meant to be it?"),
    "no_function.py": (OTHER + "jacobian_2xtx = 4\n", "errored", "is no function in no_function.py, but of type int"),
    "signature.py": (OTHER + "def jacobian_2xtx():\n    return 1\n", "errored", "keep the stub's parameters"),
    "syntax.py": (OTHER + "def jacobian_2xtx(x)\n    return x\n", "errored", "SyntaxError: expected ':'"),
    "bad_import.py": ("import nothing_of_that_name\n" + OTHER + RIGHT, "passed", "ModuleNotFoundError"),
    "exits.py": ("import sys\nsys.exit(3)\n" + OTHER + RIGHT, "passed", "SystemExit: 3"),
    "dies.py": ("import os\nos._exit(3)\n" + OTHER + RIGHT, "passed", "ended by itself with exit status 3"),
    "bom.py": (b"\xef\xbb\xbf" + (OTHER + RIGHT).encode(), "passed", ""),
    "crlf.py": ((OTHER + RIGHT).replace("\n", "\r\n"), "passed", ""),
    "latin.py": ((OTHER + RIGHT).encode() + b"# caf\xe9\n", "passed", "not UTF-8"),
    "utf16.py": ((OTHER + RIGHT).encode("utf-16"), "passed", "UTF-16"),
    "nul.py": ((OTHER + RIGHT).encode() + b"# \x00\n", "passed", ""),
    "tabs.py": ((OTHER + RIGHT).replace("    ", "\t"), "passed", ""),
    "hangs.py": (with_body("while True: pass"), "timed_out", "did not end within 0.5 s of computing"),
    "ends.py": (with_body("import os; os._exit(0)"), "crashed", "ended by itself with exit status 0"),
    "killed.py": (with_body("import os; os.kill(os.getpid(), 9)"), "crashed", "was ended by SIGKILL"),
    "exits_in_call.py": (with_body("raise SystemExit"), "errored", "It raised SystemExit in exits_in_call.py, line "),
    "none.py": (
        with_body("return None"),
        "failed",
        "Expected a float32 tensor of shape (4,) as the result, but it is None",
    ),
    "list.py": (with_body("return [0.0, 4.0, 8.0, 12.0]"), "failed", "but it is a list of 4"),
    "shape.py": (
        with_body("return (4 * x).reshape(1, -1)"),
        "failed",
        "Expected shape (4,) for the result, but it has (1, 4)",
    ),
    "dtype.py": (
        with_body("return (4 * x).double()"),
        "failed",
        "Expected dtype float32 for the result, but it has float64",
    ),
    "nan.py": (with_body("return x * float('nan')"), "failed", "4 of 4 values of the result differ"),
    "object.py": (with_body("return object()"), "failed", "an object of type object"),
    "sparse.py": (with_body("return x.to_sparse()"), "failed", "a sparse tensor"),
    "not_torch.py": (
        with_body("return torch.tensor([True]).dot(torch.tensor([True]))"),
        "errored",
        "It raised NotImplementedError",
    ),
    "recursion.py": (with_body("return jacobian_2xtx(x)"), "errored", "It raised RecursionError"),
    "huge.py": (
        with_body("return [torch.ones(2_000) for _ in range(200)]"),
        "failed",
        "but it is more entries than can be compared",
    ),
    "in_itself.py": (
        with_body("loop = []; loop.append(loop); return loop"),
        "failed",
        "Expected a float32 tensor of shape (4,) as the result, but it is a list of 1",
    ),
    "patched.py": (
        with_body("torch.Tensor.detach = None; return x"),
        "failed",
        "a tensor that cannot be read",
    ),
    "empty.py": ("", "not_started", ""),
    "broken.ipynb": ('{"cells": [', "errored", "broken.ipynb is not a notebook: its JSON is broken"),
    "list.ipynb": ("[1, 2]", "errored", "list.ipynb is not a notebook"),
}
CORRECT_OTHER = [
    name
    for name, (content, _, _) in BAD.items()
    if OTHER.encode() in (content if isinstance(content, bytes) else content.encode())
]


UNREAD = ["broken.ipynb", "list.ipynb", "no_python"]
"""Of these, nothing could be read although something is there: a person has to look, and the batch says so."""


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Json]:
    """The report of each bad input by its name; `folder` is an empty one, `no_python` holds a text."""
    root = tmp_path_factory.mktemp("bad")
    for name, (content, _, _) in BAD.items():
        # A folder each: two identities may differ by their suffix only.
        (root / "class" / name).mkdir(parents=True)
        (root / "class" / name / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (root / "class" / "folder").mkdir()
    (root / "class" / "no_python").mkdir()
    (root / "class" / "no_python" / "essay.txt").write_text("I did it on paper.")
    arguments = ("batch", "class", "--out", "out", "--only", CHAPTER, "--timeout", "0.5")
    completed = run_grader(*arguments, cwd=root)
    assert completed.returncode == 3, completed.stderr
    assert f"{len(UNREAD)} need review ({', '.join(UNREAD)})" in completed.stderr
    assert completed.stdout == ""
    return {path.stem: parse_report(path.read_bytes()) for path in (root / "out" / "reports").iterdir()}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_input_has_its_verdict_and_its_words(name: str, reports: dict[str, Json]) -> None:
    """The verdict says what happened, and the report says it in words."""
    _, verdict, words = BAD[name]
    report = reports[name]
    assert exercise_in(report, "jacobian_2xtx")["checks"][0]["verdict"] == verdict
    assert words in json.dumps(report, ensure_ascii=False)
    assert report["max_points"] == max_points(CHAPTER)


@pytest.mark.parametrize("name", CORRECT_OTHER)
def test_what_a_broken_file_still_defines_is_graded(name: str, reports: dict[str, Json]) -> None:
    """Whatever is wrong with one function, or with a line beside it, the right one next to it has its points."""
    assert verdicts_in(reports[name], "make_leaf") == {"passed"}


def test_an_empty_submission_is_not_started(reports: dict[str, Json]) -> None:
    """Nothing handed in: everything is not_started, the denominator is the same, and a note says it."""
    report = reports["folder"]
    assert {one["verdict"] for one in report["exercises"]} == {"not_started"}
    assert report["max_points"] == max_points(CHAPTER)
    assert "there is no .py or .ipynb file" in report["submission"]["notes"][0]["text"]


@pytest.mark.parametrize("name", sorted(BAD.keys() | {"folder", "no_python"}))
def test_what_could_not_be_read_needs_review(name: str, reports: dict[str, Json]) -> None:
    """Where all that was handed in could not be read, and nowhere else."""
    assert reports[name]["needs_review"] is (name in UNREAD)
    assert len(reports[name]["submission"]["unread"]) == (name in UNREAD)


def test_another_kind_of_file_is_told(reports: dict[str, Json]) -> None:
    """Something was handed in: it is named, with what to hand in, in every rationale."""
    report = reports["no_python"]
    for check in (check for exercise in report["exercises"] for check in exercise["checks"]):
        assert check["verdict"] == "errored"
        assert "essay.txt was left out: it is a text file; hand in .py, .ipynb, .zip" in check["rationale"]


def test_the_line_that_failed_is_named(reports: dict[str, Json]) -> None:
    """A note names file and line of what could not run."""
    [note] = reports["syntax.py"]["submission"]["notes"]
    line = OTHER.count("\n") + 1
    assert (note["file"], note["line"], note["failed"]) == ("syntax.py", line, True)
    [note] = reports["bad_import.py"]["submission"]["notes"]
    assert (note["file"], note["line"]) == ("bad_import.py", 1)


def test_an_import_that_hangs_costs_only_itself(tmp_path: Path) -> None:
    """A file whose top level never ends: the line is named and left out, and the rest is graded."""
    (tmp_path / "hang.py").write_text(f"{OTHER}\nwhile True: pass\n{RIGHT}")
    completed = run_grader("check", "hang.py", "--only", CHAPTER, cwd=tmp_path)
    report = parse_report(completed.stdout)
    [note] = report["submission"]["notes"]
    assert note["line"] == OTHER.count("\n") + 2
    assert "was running when the import's 6 s were used up" in note["text"]
    assert verdicts_in(report, "jacobian_2xtx") == verdicts_in(report, "make_leaf") == {"passed"}
