"""`grader check`, started as a person or a script would."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from grader.sandbox.layers import MINIMUM_LAYERS
from tests.support import (
    CATALOG,
    ROOT,
    exercise_in,
    graded,
    max_points,
    misconception,
    parse_report,
    right_answer,
    right_answers,
    run_grader,
    untouched_stubs,
    verdicts_in,
)

CHAPTER = "ch02_first_backward"
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="workers of other systems are not confined so far")


def test_right_answers_get_full_marks(tmp_path: Path) -> None:
    """Right answers to everything: every point, exit code 0, nothing to say."""
    completed = run_grader("check", right_answers(tmp_path / "right"), cwd=tmp_path)
    report = graded(completed)
    assert completed.returncode == 0
    assert report["points"] == report["max_points"] == max_points()
    assert {check["verdict"] for one in report["exercises"] for check in one["checks"]} == {"passed"}
    assert {check["hint"] for one in report["exercises"] for check in one["checks"]} == {None}


def test_untouched_stubs_are_a_beginning(tmp_path: Path) -> None:
    """Untouched stubs: zero of the same denominator, everything not_started, exit code 1."""
    completed = run_grader("check", untouched_stubs(tmp_path / "stubs"), cwd=tmp_path)
    report = graded(completed)
    assert completed.returncode == 1
    assert (report["points"], report["max_points"]) == (0, max_points())
    assert [one["id"] for one in report["exercises"]] == list(CATALOG.exercise_ids)
    assert {check["verdict"] for one in report["exercises"] for check in one["checks"]} == {"not_started"}


def test_without_a_path_the_kits_exercises_are_graded(tmp_path: Path) -> None:
    """`grader check` alone grades exercises/, wherever it is called."""
    report = graded(run_grader("check", "--only", "jacobian_2xtx", cwd=tmp_path))
    assert report["submission"]["name"] == "exercises"


def test_standard_output_is_one_document_whatever_the_submission_prints(tmp_path: Path) -> None:
    """Text printed through Python, a descriptor or C code, at import or in a call, is in the report, not around it."""
    (tmp_path / "loud.py").write_text(
        "import ctypes, os, sys, torch\n"
        "print('at import')\n"
        "os.write(1, b'by descriptor\\n')\n"
        "def jacobian_2xtx(x):\n"
        "    print('in a call')\n"
        "    print('to stderr', file=sys.stderr)\n"
        "    ctypes.CDLL(None).puts(b'by C code')\n"
        "    ctypes.CDLL(None).fflush(None)\n"
        "    return x\n"
    )
    completed = run_grader("check", "loud.py", "--only", "jacobian_2xtx", cwd=tmp_path)
    report = graded(completed)
    assert "by descriptor" in report["submission"]["output"]
    assert "at import" in report["submission"]["output"]
    [visible] = [
        one["text"] for one in exercise_in(report, "jacobian_2xtx")["output"] if one["visibility"] == "visible"
    ]
    assert {"in a call", "to stderr", "by C code"} <= set(visible.splitlines())


def test_printed_text_is_cut(tmp_path: Path) -> None:
    """A flood of output neither fills the report nor stops the grading."""
    (tmp_path / "flood.py").write_text("def jacobian_2xtx(x):\n    print('x' * 10_000_000)\n    return x\n")
    completed = run_grader("check", "flood.py", "--only", "jacobian_2xtx", cwd=tmp_path)
    assert len(completed.stdout) < 100_000
    assert "failed" in verdicts_in(graded(completed), "jacobian_2xtx")


def test_text_for_people_goes_to_standard_error(tmp_path: Path) -> None:
    """In a pipe the JSON is on stdout, and the summary with points, rationale and hint on stderr."""
    (tmp_path / "wrong.py").write_text(misconception("jacobian_2xtx", "forgot_factor"))
    completed = run_grader("check", "wrong.py", "--only", "jacobian_2xtx", cwd=tmp_path)
    check = exercise_in(graded(completed), "jacobian_2xtx")["checks"][0]
    for text in (check["title"], check["rationale"]):
        assert text in completed.stderr
    assert check["hint"].split("?")[0][:40] in completed.stderr


def test_format_text_prints_the_summary_only(tmp_path: Path) -> None:
    """With --format text stdout is for people."""
    completed = run_grader("check", "--only", "jacobian_2xtx", "--format", "text", cwd=tmp_path)
    assert "jacobian_2xtx" in completed.stdout
    assert not completed.stdout.lstrip().startswith("{")


def test_functions_that_are_missing_for_one_cause_are_told_together(tmp_path: Path) -> None:
    """With the line, in the course's own words, and once."""
    (tmp_path / "ch04_detach.py").write_text("from my_answers import snapshot, both_gradients\n")
    completed = run_grader("check", str(tmp_path), "--format", "text", cwd=tmp_path)
    assert completed.returncode == 1
    told = " ".join(completed.stdout.split())
    assert told.count("No function was found for both_gradients, snapshot.") == 1
    assert told.count("Python finds no module of this name.") == 1
    assert "line: from my_answers import snapshot, both_gradients" in told


def test_output_writes_the_report_to_a_file(tmp_path: Path) -> None:
    """With --output the report is in that file, and stdout is empty."""
    completed = run_grader("check", "--only", "jacobian_2xtx", "--output", "mine.json", cwd=tmp_path)
    assert completed.stdout == ""
    assert parse_report((tmp_path / "mine.json").read_text(encoding="utf-8"))["max_points"] > 0
    assert "mine.json" in completed.stderr


def test_format_and_output_say_where_each_goes(tmp_path: Path) -> None:
    """`--format` is about standard output and `--output` about a file, which may be standard output itself."""
    both = run_grader("check", "--only", "make_leaf", "--format", "json", "--output", "mine.json", cwd=tmp_path)
    assert parse_report(both.stdout) == parse_report((tmp_path / "mine.json").read_bytes())
    text = run_grader("check", "--only", "make_leaf", "--format", "text", "--output", "too.json", cwd=tmp_path)
    assert text.stdout.startswith("\nch02_first_backward")
    parse_report((tmp_path / "too.json").read_bytes())
    dash = run_grader("check", "--only", "make_leaf", "--output", "-", cwd=tmp_path)
    parse_report(dash.stdout)
    assert not (tmp_path / "-").exists()


@pytest.mark.parametrize("encoding", ["cp437", "ascii"])
def test_a_code_page_lacks_characters_and_not_their_meaning(encoding: str, tmp_path: Path) -> None:
    """Markers stay apart, what a student wrote is shown by its numbers, and the document is UTF-8 all the same."""
    (tmp_path / "\u674e.py").write_text(
        right_answer("make_leaf") + "def gradient(f, x):\n    raise ValueError('\u674e')\n", encoding="utf-8"
    )
    completed = subprocess.run(
        [sys.executable, "-m", "grader", "check", "\u674e.py", "--only", CHAPTER, "--output", "-"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        timeout=300,
        check=False,
    )
    said = completed.stderr.decode(encoding)
    assert completed.returncode == 1, said
    assert parse_report(completed.stdout)["submission"]["name"] == "\u674e.py"
    markers = {
        line.split()[2]: line.split()[0] for line in said.splitlines() if line.startswith("  ") and "/" in line[:9]
    }
    assert markers["make_leaf"] == "+"
    assert markers["gradient"] == "!"
    assert "\\x674e.py" in said


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_on_a_terminal_the_report_goes_to_a_file(tmp_path: Path) -> None:
    """On a terminal the JSON is in report.json, and the screen shows the summary and that path."""
    mine, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "grader", "check", "--only", "jacobian_2xtx"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    screen = b""
    try:
        while chunk := os.read(mine, 4096):
            screen += chunk
    except OSError:
        pass  # how Linux says that the other side of a terminal is closed
    os.close(mine)
    assert process.wait() in (0, 1)
    assert b"jacobian_2xtx" in screen
    assert b"report.json" in screen
    assert b'"schema"' not in screen
    parse_report((tmp_path / "report.json").read_text(encoding="utf-8"))


def test_a_seed_makes_the_report_again(tmp_path: Path) -> None:
    """Two runs with one seed differ in durations and timestamps only; another seed asks other hidden questions."""
    (tmp_path / "wrong.py").write_text(misconception("gradient", "hand_coded") + right_answer("make_leaf"))

    def report(seed: str) -> dict[str, object]:
        one = graded(run_grader("check", "wrong.py", "--only", CHAPTER, "--seed", seed, cwd=tmp_path))
        return {name: value for name, value in one.items() if name not in ("created", "duration_seconds")}

    first = report("7")
    assert first["seed"] == "7"
    assert report("7") == first
    assert report("8")["exercises"] != first["exercises"]


def test_every_run_draws_a_new_seed(tmp_path: Path) -> None:
    """Without --seed the seed is fresh, and recorded."""
    seeds = {graded(run_grader("check", "--only", "jacobian_2xtx", cwd=tmp_path))["seed"] for _ in range(2)}
    assert len(seeds) == 2


def test_only_narrows_the_denominator(tmp_path: Path) -> None:
    """--only selects exercises and chapters, and the points are those of what it selects."""
    (tmp_path / "mine.py").write_text(right_answer("jacobian_2xtx"))
    report = graded(run_grader("check", "mine.py", "--only", "jacobian_2xtx", "--only", "make_leaf", cwd=tmp_path))
    assert [one["id"] for one in report["exercises"]] == ["jacobian_2xtx", "make_leaf"]
    assert report["max_points"] == sum(one["max_points"] for one in report["exercises"])
    assert report["points"] == report["exercises"][0]["points"] == report["exercises"][0]["max_points"]
    chapter = graded(run_grader("check", "mine.py", "--only", "ch02", cwd=tmp_path))
    assert chapter["max_points"] == max_points(CHAPTER)


def test_the_students_view_tells_nothing_of_hidden_questions(tmp_path: Path) -> None:
    """--audience student: no seed; of hidden questions no call, value, output or exception text."""
    (tmp_path / "wrong.py").write_text(
        "import torch\n"
        "def gradient(f, x):\n"
        "    print('seen', x.tolist())\n"
        "    if x.numel() > 4:\n"
        "        raise ValueError(f'canary {x.tolist()}')\n"
        "    return 4 * x.detach()\n"
    )
    arguments = ("check", "wrong.py", "--only", "gradient", "--seed", "5")
    whole = graded(run_grader(*arguments, cwd=tmp_path))
    projected = graded(run_grader(*arguments, "--audience", "student", cwd=tmp_path))
    hidden_call = exercise_in(whole, "gradient")["checks"][0]["evidence"]["call"]
    assert "canary" in json.dumps(whole)
    assert projected["seed"] is None
    assert "canary" not in json.dumps(projected)
    assert hidden_call not in json.dumps(projected)
    check = exercise_in(projected, "gradient")["checks"][0]
    assert (check["visibility"], check["evidence"]) == ("hidden", None)
    assert "ValueError" in check["rationale"]
    assert [one["visibility"] for one in exercise_in(projected, "gradient")["output"]] == ["visible"]


def test_the_size_of_a_result_is_no_message(tmp_path: Path) -> None:
    """A function may choose the shape of its result by a hidden question: words and data tell of a few sizes only."""
    (tmp_path / "wrong.py").write_text(
        right_answer("gradient")
        + "right = gradient\n"
        + "def gradient(f, x):\n"
        + "    return right(f, x) if x.numel() <= 4 else torch.zeros(71 + int(10 * x.sum().abs()))\n"
        + "def grads_or_zeros(y, xs):\n"
        + "    return [71] * (72 + len(xs))\n"
        + "def make_leaf(values, scale):\n"
        + "    return torch.zeros(1, 73, 1, 74)\n"
    )
    arguments = ("check", "wrong.py", "--only", CHAPTER, "--audience", "student")
    report = graded(run_grader(*arguments, cwd=tmp_path))
    said = [check["said"] for exercise in report["exercises"] for check in exercise["checks"] if check["rationale"]]
    assert {"compare.shape", "compare.count"} <= {one["id"] for several in said for one in several}
    assert max(numbers_in(said)) <= 31


TELLS = """
import os, sys
def everything():
    yield from os.environ.items()
    yield sys.argv, sys.orig_argv, sys.path, sys.executable, os.getcwd(), os.uname(), __file__
    for path in ("/proc/self/cmdline", "/proc/self/environ", "/proc/1/cmdline", "/proc/self/maps"):
        try:
            yield open(path).read()
        except OSError as error:
            yield str(error)
    import getpass, platform, tempfile, traceback
    yield traceback.format_stack()
    for ask in (getpass.getuser, platform.node, tempfile.gettempdir):
        try:
            yield ask()
        except Exception as error:
            yield str(error)
print("\\x1b[2J\\u202e\\u2066\\x9b\\u2028\\u200f" + chr(0xdc80).encode("utf-8", "replace").decode())
for thing in everything():
    print(thing)
def jacobian_2xtx(x):
    for thing in everything():
        print(thing)
    raise ImportError(f"{sys.prefix} {os.getcwd()} \\u202e")
"""


@linux_only
def test_a_students_report_tells_nothing_of_the_machine(tmp_path: Path) -> None:
    """Whatever the code prints: no variable, argument, seed or folder of whoever grades, and no sign that misleads."""
    (tmp_path / "tells.py").write_text(TELLS)
    completed = run_grader(
        "check",
        tmp_path / "tells.py",
        *("--only", "jacobian_2xtx", "--seed", "8675309", "--audience", "student"),
        cwd=tmp_path,
        environment={"CANARY": "of-the-environment", "TMPDIR": str(tmp_path)},
    )
    report = graded(completed)
    assert "<python>" in report["submission"]["output"]
    for secret in ("of-the-environment", "8675309", str(tmp_path), str(ROOT), sys.prefix, sys.base_prefix):
        assert secret not in completed.stdout, secret
    assert not [text for text in texts_in(report) if not text.replace("\n", "").replace("\t", "").isprintable()]
    assert "\\x202e" in report["submission"]["output"]
    handed_on = not any("Do not hand this report on" in note["text"] for note in report["submission"]["notes"])
    assert handed_on is (set(report["isolation"]) >= MINIMUM_LAYERS)
    assert ("do not hand this report on" in completed.stderr) is not handed_on


def numbers_in(value: object) -> Iterator[float]:
    """Every number of a document."""
    match value:
        case bool():
            pass
        case int() | float():
            yield value
        case dict() | list():
            for part in value.values() if isinstance(value, dict) else value:
                yield from numbers_in(part)
        case _:
            pass


def texts_in(value: object) -> Iterator[str]:
    """Every text of a document."""
    match value:
        case str():
            yield value
        case dict() | list():
            for part in value.values() if isinstance(value, dict) else value:
                yield from texts_in(part)
        case _:
            pass


def test_a_misconception_is_named_with_its_hint(tmp_path: Path) -> None:
    """A wrong answer that behaves like a known misconception carries its id and its question."""
    (tmp_path / "wrong.py").write_text(
        "import torch\n"
        "def jacobian_2xtx(x):\n"
        "    return 4.0 * x.clone().detach()\n"  # other words than the kit's own closed form
        "def gradient(f, x):\n"
        "    leaf = x.clone().detach()\n"
        "    leaf.requires_grad = True\n"
        "    return f(leaf).detach()\n"
    )
    report = graded(run_grader("check", "wrong.py", "--only", CHAPTER, cwd=tmp_path))
    by_side_effect = [one for one in exercise_in(report, "jacobian_2xtx")["checks"] if one["verdict"] != "passed"]
    assert [(one["id"], one["misconception"]) for one in by_side_effect] == [
        ("jacobian_2xtx.autograd_ran", "closed_form")
    ]
    by_value = exercise_in(report, "gradient")["checks"][0]
    assert by_value["misconception"] == "returns_value"
    assert "?" in by_value["hint"]


def test_side_effects_pay_only_for_right_numbers(tmp_path: Path) -> None:
    """A wrong answer earns nothing by leaving the caller's tensors alone."""
    (tmp_path / "wrong.py").write_text("import torch\ndef jacobian_2xtx(x):\n    return torch.zeros_like(x)\n")
    exercise = exercise_in(
        graded(run_grader("check", "wrong.py", "--only", "jacobian_2xtx", cwd=tmp_path)), "jacobian_2xtx"
    )
    assert exercise["points"] == 0
    assert "passed" in {check["verdict"] for check in exercise["checks"]}


def test_one_bad_function_costs_no_other_its_points(tmp_path: Path) -> None:
    """Next to one that hangs, one that ends the process and one that raises, a right answer keeps its points."""
    (tmp_path / "mixed.py").write_text(
        right_answer("make_leaf")
        + "def jacobian_2xtx(x):\n    while True: pass\n"
        + "def gradient(f, x):\n    import os; os._exit(0)\n"
        + "def grads_or_zeros(y, xs):\n    raise SystemExit(0)\n"
    )
    report = graded(run_grader("check", "mixed.py", "--only", CHAPTER, "--timeout", "0.5", cwd=tmp_path))
    found = {one["id"]: one["verdict"] for one in report["exercises"]}
    assert found == {
        "jacobian_2xtx": "timed_out",
        "make_leaf": "passed",
        "gradient": "crashed",
        "grads_or_zeros": "errored",
    }
    assert report["max_points"] == max_points(CHAPTER)


def test_global_switches_do_not_leak(tmp_path: Path) -> None:
    """What one function does to torch's switches or to torch itself costs the next one nothing."""
    (tmp_path / "leaky.py").write_text(
        "import torch\n"
        + right_answer("make_leaf")
        + right_answer("gradient")
        + "def jacobian_2xtx(x):\n"
        + "    torch.set_grad_enabled(False)\n"
        + "    torch.set_default_dtype(torch.float64)\n"
        + "    torch.Tensor.backward = None\n"
        + "    torch.ones = None\n"
        + "    return x\n"
    )
    report = graded(run_grader("check", "leaky.py", "--only", CHAPTER, cwd=tmp_path))
    assert verdicts_in(report, "make_leaf") == {"passed"}
    assert verdicts_in(report, "gradient") == {"passed"}


def test_what_one_function_leaves_in_the_file_costs_the_next_one_nothing(tmp_path: Path) -> None:
    """A leaf that the file's functions share gathers the gradients of all; each is graded with its own."""
    (tmp_path / "shared.py").write_text(
        "import torch\n"
        "leaf = torch.ones(3, requires_grad=True)\n"
        "def jacobian_2xtx(x):\n"
        "    leaf.sum().backward()\n"
        "    return None\n"
        "def gradient(f, x):\n"
        "    x = x.detach().clone().requires_grad_()\n"
        "    f(x).backward()\n"
        "    return x.grad if leaf.grad is None else x.grad + leaf.grad[0]\n"
    )
    report = graded(run_grader("check", "shared.py", "--only", CHAPTER, cwd=tmp_path))
    assert "failed" in verdicts_in(report, "jacobian_2xtx")
    assert verdicts_in(report, "gradient") == {"passed"}


def test_the_callers_pytest_settings_change_nothing(tmp_path: Path) -> None:
    """PYTEST_ADDOPTS, plugins, an ini file and a conftest.py of the caller's do not reach the judgement."""
    (tmp_path / "conftest.py").write_text("raise RuntimeError('collected')\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n")
    (tmp_path / "mine.py").write_text(right_answer("jacobian_2xtx"))
    environment = {"PYTEST_ADDOPTS": "--collect-only -p nothing_here", "PYTEST_PLUGINS": "nothing_here"}
    completed = run_grader("check", "mine.py", "--only", "jacobian_2xtx", cwd=tmp_path, environment=environment)
    assert completed.returncode == 0
    assert graded(completed)["points"] > 0


@linux_only
def test_nothing_that_a_submission_started_lives_on(tmp_path: Path) -> None:
    """A child in a session of its own is gone when the report is there."""
    (tmp_path / "daemon.py").write_text(
        "import subprocess, sys\n"
        "def jacobian_2xtx(x):\n"
        "    code = 'import os, time; os.fork() and os._exit(0); os.setsid(); time.sleep(600)'\n"
        f"    subprocess.Popen([sys.executable, '-c', code, {str(tmp_path)!r}])\n"
        "    return x\n"
    )
    graded(run_grader("check", "daemon.py", "--only", "jacobian_2xtx", cwd=tmp_path))
    left = [one.pid for one in psutil.process_iter(["cmdline"]) if str(tmp_path) in (one.info["cmdline"] or [])]
    assert left == []


@linux_only
def test_memory_is_limited(tmp_path: Path) -> None:
    """A function that asks for too much memory is crashed, in words, and the rest is graded."""
    (tmp_path / "hungry.py").write_text(
        right_answer("make_leaf") + "def jacobian_2xtx(x):\n    return torch.zeros(1 << 40)\n"
    )
    report = graded(run_grader("check", "hungry.py", "--only", CHAPTER, cwd=tmp_path))
    check = exercise_in(report, "jacobian_2xtx")["checks"][0]
    assert check["verdict"] == "crashed"
    assert "memory" in check["rationale"]
    assert verdicts_in(report, "make_leaf") == {"passed"}
