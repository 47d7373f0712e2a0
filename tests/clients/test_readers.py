"""Each reader takes a right result, and names the rule that a wrong one breaks."""

import ast
import base64
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.clients import actions, classroom50, exercism, gitlab, gradescope, legacy_reporter, prairielearn
from tests.clients.seen import Refusal, Seen, SeenTest

# Any: JSON with mistakes of every kind.
Json = dict[str, Any]
ABSENT = object()


def changed(right: Json, **changes: object) -> Json:
    """A right result with other values for some keys; `ABSENT` takes a key away. `__` stands for a hyphen."""
    merged = {**right, **{key.replace("__", "-"): value for key, value in changes.items()}}
    return {key: value for key, value in merged.items() if value is not ABSENT}


def encoded(value: object) -> bytes:
    """As a client gets it."""
    return json.dumps(value).encode()


# Gradescope, and Codio, which reads the same file.

GRADESCOPE_TEST = {"name": "The gradient is u", "score": 2, "max_score": 5, "status": "failed", "number": "1.1"}
GRADESCOPE = {"output": "12 of 15", "tests": [GRADESCOPE_TEST, {"name": "b", "score": 10, "max_score": 10}]}


def as_gradescope(**changes: object) -> Seen:
    """Gradescope's view of the right result after some changes."""
    return gradescope.read(encoded(changed(GRADESCOPE, **changes)))


def gradescope_test(**changes: object) -> Seen:
    """The same with one test that has changes."""
    return as_gradescope(tests=[changed(GRADESCOPE_TEST, **changes)])


def as_codio(exit_status: int = 0, **changes: object) -> Seen:
    """Codio's view."""
    return gradescope.read_as_codio(encoded(changed(GRADESCOPE, **changes)), exit_status=exit_status)


def zipped(**files: bytes) -> bytes:
    """An archive of these files; `__` stands for a dot."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "."), text)
    return held.getvalue()


def package(**files: bytes) -> Seen:
    """The rules of the autograder's zip."""
    return packaged(gradescope.refusals_of_package(zipped(**files)))


def packaged(refusals: tuple[Refusal, ...]) -> Seen:
    """The refusals of an archive, as a reader's."""
    return Seen(status="package", refusals=refusals)


def test_gradescope_adds_up() -> None:
    """Without a score of its own the result has the sum of its tests; a status decides before the points do."""
    seen = as_gradescope()
    assert not seen.refusals
    assert (seen.status, seen.points, seen.max_points) == ("graded", 12, 15)
    assert seen.tests == (
        SeenTest(name="The gradient is u", points=2, max_points=5, passed=False),
        SeenTest(name="b", points=10, max_points=10, passed=True),
    )


def test_gradescope_shows_our_fault_without_points() -> None:
    """A test without points that did not pass is our fault, and changes no total."""
    remark = {"name": "c", "status": "failed", "output": "We could not check this."}
    seen = as_gradescope(tests=[*GRADESCOPE["tests"], remark])
    assert not seen.refusals
    assert (seen.points, seen.max_points, seen.ours) == (12, 15, ("c",))


@pytest.mark.parametrize("visibility", ["hidden", "after_due_date", "after_published"])
def test_gradescope_hides_the_total_with_a_test(visibility: str) -> None:
    """One test that is not visible hides the student's total."""
    assert gradescope_test(visibility=visibility).status == "total hidden"


@pytest.mark.parametrize(
    "changes", [{"execution_time": "1.5"}, {"leaderboard": [{"name": "time", "value": 3, "order": "asc"}]}]
)
def test_gradescope_takes(changes: Json) -> None:
    """A duration may be text, and a leaderboard is optional."""
    assert not as_gradescope(**changes).refusals


def test_codio_takes_per_cent() -> None:
    """Codio rounds the share up to a whole per cent, and leaves out a test without points."""
    assert as_codio().points == 80
    third = as_codio(tests=[changed(GRADESCOPE_TEST, score=1, max_score=3), {"name": "ours", "status": "failed"}])
    assert not third.refusals
    assert (third.points, third.max_points) == (34, 100)


GRADESCOPE_BAD: list[tuple[Callable[[], Seen], str]] = [
    (lambda: gradescope.read(b"{"), "json"),
    (lambda: gradescope.read(b'{"score": NaN}'), "json"),
    (lambda: gradescope.read(b'{"output": "\xff"}'), "json"),
    (lambda: gradescope.read(b"[]"), "object"),
    (lambda: as_gradescope(score="12"), "result.score"),
    (lambda: as_gradescope(score=True), "result.score"),
    (lambda: as_gradescope(output=3), "result.output"),
    (lambda: as_gradescope(output_format="markdown"), "result.output_format"),
    (lambda: as_gradescope(test_output_format="plain"), "result.test_output_format"),
    (lambda: as_gradescope(test_name_format="plain"), "result.test_name_format"),
    (lambda: as_gradescope(visibility="secret"), "result.visibility"),
    (lambda: as_gradescope(stdout_visibility="shown"), "result.stdout_visibility"),
    (lambda: as_gradescope(execution_time="soon"), "result.execution_time"),
    (lambda: as_gradescope(extra_data=[]), "result.extra_data"),
    (lambda: as_gradescope(tests={}), "tests"),
    (lambda: as_gradescope(tests=["a"]), "tests"),
    (lambda: as_gradescope(tests=[]), "score-somewhere"),
    (lambda: as_gradescope(leaderboard=[{"name": "time"}]), "leaderboard"),
    (lambda: as_gradescope(leaderboard=[{"name": "t", "value": 1, "order": "up"}]), "leaderboard.order"),
    (lambda: gradescope_test(status="errored"), "test.status"),
    (lambda: gradescope_test(score="2"), "test.score"),
    (lambda: gradescope_test(max_score=None), "test.max_score"),
    (lambda: gradescope_test(number=1), "test.number"),
    (lambda: gradescope_test(tags="a"), "test.tags"),
    (lambda: gradescope_test(visibility="never"), "test.visibility"),
    (lambda: gradescope_test(name_format="plain"), "test.name_format"),
    (lambda: as_codio(exit_status=1), "exit-status"),
    (lambda: as_codio(score=12), "score-is-percent"),
    (lambda: as_codio(score=101), "percent"),
    (lambda: as_codio(tests=[{"name": "a", "status": "failed"}]), "sum-of-max"),
    (lambda: as_codio(tests=[GRADESCOPE_TEST, {"name": "b", "score": 0}]), "both-numbers"),
    (lambda: packaged(gradescope.refusals_of_package(b"no zip")), "zip"),
    (lambda: package(setup__sh=b"#!/bin/sh\n"), "at-the-root"),
    (lambda: package(setup__sh=b"#!/bin/sh\r\n", run_autograder=b""), "unix-line-ends"),
    (lambda: package(**{"setup__sh": b"", "run_autograder": b"", "../out": b""}), "inside-the-folder"),
]


# PrairieLearn

PRAIRIELEARN_TEST = {"name": "a", "points": 2, "max_points": 5, "message": "differs"}
PRAIRIELEARN = {"gradable": True, "score": 0.4, "tests": [PRAIRIELEARN_TEST]}


def as_prairielearn(**changes: object) -> Seen:
    """PrairieLearn's view of the right result after some changes."""
    return prairielearn.read(encoded(changed(PRAIRIELEARN, **changes)))


def prairielearn_test(**changes: object) -> Seen:
    """The same with one test that has changes."""
    return as_prairielearn(tests=[changed(PRAIRIELEARN_TEST, **changes)])


def test_prairielearn_takes_a_share() -> None:
    """The score is a share; the tests' points are for display."""
    seen = as_prairielearn()
    assert not seen.refusals
    assert (seen.status, seen.points, seen.max_points) == ("graded", 0.4, 1)
    assert seen.tests == (SeenTest(name="a", points=2, max_points=5, passed=False),)


@pytest.mark.parametrize(
    ("changes", "status", "points"),
    [
        ({"score": ABSENT}, "graded", 0),
        ({"succeeded": False}, "did not succeed", 0),
        ({"gradable": False, "message": "our fault"}, "not gradable", None),
        ({"score": 1.1}, "not gradable", None),
    ],
)
def test_prairielearn_decides_what_counts(changes: Json, status: str, points: float | None) -> None:
    """A missing score is 0 without complaint; what is not gradable costs no attempt and has no points."""
    seen = as_prairielearn(**changes)
    assert (seen.status, seen.points) == (status, points)


def test_prairielearn_shows_our_fault() -> None:
    """Format errors show only where nothing can be graded, as text or as a list."""
    assert as_prairielearn(gradable=False, format_errors="no kit").ours == ("no kit",)
    assert as_prairielearn(gradable=False, format_errors=["a", "b"], message="c").ours == ("a", "b", "c")
    assert as_prairielearn(format_errors="no kit").ours == ()


@pytest.mark.parametrize("without", [{"points": ABSENT}, {"max_points": None}])
def test_prairielearn_shows_points_for_all_or_none(without: Json) -> None:
    """One test without points takes the points of every test away."""
    seen = as_prairielearn(tests=[PRAIRIELEARN_TEST, changed(PRAIRIELEARN_TEST, **without)])
    assert [test.points for test in seen.tests] == [None, None]


def test_prairielearn_colours_by_two_decimals() -> None:
    """Green where both round to the same two decimals, grey where nothing can be earned."""
    assert prairielearn_test(points=4.996).tests[0].passed is True
    assert prairielearn_test(points=4.99).tests[0].passed is False
    assert prairielearn_test(points=0, max_points=0).tests[0].passed is None


def test_prairielearn_replaces_nul() -> None:
    """No NUL reaches the page, neither as a byte nor as an escape."""
    raw = encoded(changed(PRAIRIELEARN, tests=[changed(PRAIRIELEARN_TEST, name="a\0b")]))
    assert prairielearn.read(raw).tests[0].name == "a�b"
    assert prairielearn.read(raw.replace(b"\\u0000", b"\0")).tests[0].name == "a�b"


PRAIRIELEARN_BAD: list[tuple[Callable[[], Seen], str]] = [
    (lambda: prairielearn.read(b" " * (prairielearn.MOST_BYTES + 1)), "size"),
    (lambda: as_prairielearn(message="é" * (prairielearn.MOST_BYTES // 6)), "size"),
    (lambda: prairielearn.read(b""), "json"),
    (lambda: prairielearn.read(b"[]"), "object"),
    (lambda: as_prairielearn(score="0.4"), "score"),
    (lambda: as_prairielearn(score=-0.1), "score"),
    (lambda: prairielearn.read(b'{"score": 1e999}'), "score"),
    (lambda: as_prairielearn(gradable=0), "gradable"),
    (lambda: as_prairielearn(succeeded="yes"), "succeeded"),
    (lambda: as_prairielearn(message=["a"]), "message"),
    (lambda: as_prairielearn(output=1), "output"),
    (lambda: as_prairielearn(format_errors=[1]), "format_errors"),
    (lambda: as_prairielearn(images="a"), "images"),
    (lambda: as_prairielearn(images=[{"label": "a"}]), "images"),
    (lambda: as_prairielearn(tests={}), "tests"),
    (lambda: prairielearn_test(points="2"), "test.points"),
    (lambda: prairielearn_test(description=2), "test.description"),
]


# Exercism

EXERCISM_TEST = {"name": "a", "status": "fail", "message": "differs", "test_code": "f(x)", "task_id": 1}
EXERCISM = {"version": 3, "status": "fail", "tests": [EXERCISM_TEST, {"name": "b", "status": "pass"}]}


def as_exercism(**changes: object) -> Seen:
    """Exercism's view of the right result after some changes."""
    return exercism.read(encoded(changed(EXERCISM, **changes)))


def exercism_test(**changes: object) -> Seen:
    """The same with one test that has changes."""
    return as_exercism(tests=[changed(EXERCISM_TEST, **changes)])


def test_exercism_takes_tests_in_order() -> None:
    """The tests stay in their order, and have no points."""
    seen = as_exercism()
    assert not seen.refusals
    assert (seen.status, seen.points) == ("fail", None)
    assert seen.tests == (SeenTest(name="a", passed=False), SeenTest(name="b", passed=True))


def test_exercism_shows_our_fault_where_no_test_ran() -> None:
    """An error of the whole run has a message and no tests."""
    seen = as_exercism(status="error", message="our fault", tests=ABSENT)
    assert not seen.refusals
    assert (seen.ours, seen.tests) == (("our fault",), ())


def test_exercism_needs_a_status() -> None:
    """Without one the run counts as broken, as does a file that holds no object."""
    assert as_exercism(status=ABSENT).status == exercism.read(b"[]").status == "broken run"


EXERCISM_BAD: list[tuple[Callable[[], Seen], str]] = [
    (lambda: exercism.read(b"{"), "json"),
    (lambda: exercism.read(b"[]"), "object"),
    (lambda: exercism.read(b'{"status": "pass", "message": "\xff"}'), "utf-8"),
    (lambda: exercism.read(encoded(EXERCISM), exit_status=1), "exit-status"),
    (lambda: as_exercism(status="failed"), "status"),
    (lambda: as_exercism(version="3"), "version"),
    (lambda: as_exercism(version=4), "version"),
    (lambda: as_exercism(version=True), "version"),
    (lambda: as_exercism(status="pass"), "status-of-tests"),
    (lambda: as_exercism(tests=[{"name": "b", "status": "pass"}]), "status-of-tests"),
    (lambda: as_exercism(message=3), "message"),
    (lambda: as_exercism(status="error", tests=[]), "message-of-error"),
    (lambda: as_exercism(status="error", message="a"), "error-without-tests"),
    # Fewer characters than the limit has bytes.
    (lambda: as_exercism(status="error", message="é" * 40_000, tests=[]), "message-bytes"),
    (lambda: as_exercism(tests={"a": 1}), "tests"),
    (lambda: exercism_test(name=""), "test.name"),
    (lambda: exercism_test(status="skipped"), "test.status"),
    (lambda: exercism_test(message=ABSENT), "test.message"),
    (lambda: exercism_test(test_code=[]), "test.test_code"),
    (lambda: exercism_test(output="a" * 501), "output-characters"),
    (lambda: exercism_test(task_id="1"), "test.task_id"),
]


# The legacy reporter

LEGACY_TEST = {"name": "a", "status": "pass", "score": 1, "message": "", "test_code": "", "line_no": 0}
LEGACY_LOST = changed(LEGACY_TEST, name="b", status="fail", score=0)
LEGACY = {"version": 1, "status": "fail", "max_score": 2, "tests": [LEGACY_TEST, LEGACY_LOST]}


def in_base64(value: object) -> str:
    """As a step's output carries it."""
    return base64.b64encode(encoded(value)).decode()


def as_legacy(identifier: str = "gradient", **changes: object) -> legacy_reporter.Reported:
    """The reporter's view of one right runner after some changes."""
    held = in_base64(changed(LEGACY, **changes))
    return legacy_reporter.read(identifier, {f"{identifier.upper()}_RESULTS": held})


def legacy_test(**changes: object) -> Seen:
    """The same with one test that has changes."""
    return as_legacy(tests=[changed(LEGACY_TEST, **changes)], max_score=1)


def test_the_reporter_adds_over_runners() -> None:
    """Both totals are sums over the runners; one that failed makes it red."""
    all_held = changed(LEGACY, status="pass", max_score=7, tests=[changed(LEGACY_TEST, score=7)])
    seen = legacy_reporter.read("one, two", {"ONE_RESULTS": in_base64(LEGACY), "TWO_RESULTS": in_base64(all_held)})
    assert not seen.refusals
    assert (seen.status, seen.points, seen.max_points, float(seen.logged)) == ("fail", 8, 9, 8)
    assert [(test.points, test.passed) for test in seen.tests] == [(1, True), (0, False), (7, True)]


def test_the_reporter_has_two_totals() -> None:
    """Partial credit in one test: the notice and the table differ, as was measured with the reporter itself."""
    five_of_eight = {"status": "fail", "max_score": 8, "tests": [changed(LEGACY_LOST, score=5)]}
    seven = {"status": "pass", "max_score": 7, "tests": [changed(LEGACY_TEST, score=7)]}
    seen = legacy_reporter.read("a,b", {"A_RESULTS": in_base64(five_of_eight), "B_RESULTS": in_base64(seven)})
    assert (seen.points, seen.max_points, float(seen.logged)) == (12, 15, 7)
    assert seen.refused_by == {"totals-agree"}


@pytest.mark.parametrize(("status", "shown"), [("pass", "pass"), ("fail", "fail"), ("error", "error")])
def test_the_reporter_is_red(status: str, shown: str) -> None:
    """A runner's status decides the exit, and the message of a test with an error is printed."""
    seen = as_legacy(status=status, tests=[changed(LEGACY_LOST, status="error", message="our fault")])
    assert (seen.status, seen.ours) == (shown, ("our fault",))


def test_the_reporter_takes_what_the_system_starts() -> None:
    """One string of 131,071 bytes with its name is the longest."""
    fitting = "A" * (legacy_reporter.MOST_BYTES - len("A_RESULTS="))
    assert "size" not in legacy_reporter.read("a", {"A_RESULTS": fitting}).refused_by
    assert "size" in legacy_reporter.read("a", {"A_RESULTS": fitting + "A"}).refused_by


LEGACY_BAD: list[tuple[Callable[[], Seen], str]] = [
    (lambda: as_legacy("step-1"), "runner-id"),
    (lambda: as_legacy("step_1"), "runner-id"),
    (lambda: legacy_reporter.read("a,A", {"A_RESULTS": in_base64(LEGACY)}), "runner-twice"),
    (lambda: legacy_reporter.read("a", {"a_RESULTS": in_base64(LEGACY)}), "variable"),
    (lambda: legacy_reporter.read("a", {"A_RESULTS": "A" * 131_072}), "size"),
    (lambda: legacy_reporter.read("a", {"A_RESULTS": "{}"}), "base64"),
    (lambda: legacy_reporter.read("a", {"A_RESULTS": base64.b64encode(b"\xff").decode()}), "json"),
    (lambda: legacy_reporter.read("a", {"A_RESULTS": in_base64([])}), "object"),
    (lambda: as_legacy(status="failed"), "status"),
    (lambda: as_legacy(max_score="2"), "max_score"),
    (lambda: as_legacy(tests=[]), "tests-empty"),
    (lambda: as_legacy(tests={}), "tests"),
    (lambda: as_legacy(max_score=3), "totals-agree"),
    # Witnessed: it holds and is not paid, so it must not be called passed.
    (lambda: legacy_test(score=0), "totals-agree"),
    (lambda: legacy_test(score=ABSENT), "test.score"),
    (lambda: legacy_test(name=ABSENT), "test.name"),
    (lambda: legacy_test(status="passed"), "test.status"),
    (lambda: legacy_test(line_no=ABSENT), "line-no"),
    (lambda: legacy_test(line_no=12), "line-no"),
    (lambda: legacy_test(status="error", message=ABSENT), "message-of-error"),
]


# GitHub Actions

ANNOTATION = "::error file=exercises/ch02.py,line=7,title=a%3A b%2C c::100%25 wrong%0Aall of it"


def as_actions(*lines: str, by_student: tuple[str, ...] = ()) -> actions.Printed:
    """What the runner makes of these lines."""
    return actions.read("\n".join(lines).encode(), by_student=by_student)


def test_actions_unescapes() -> None:
    """Properties and text come back as they were before they were escaped."""
    [annotation] = as_actions("some text", ANNOTATION).annotations
    assert annotation.properties == (("file", "exercises/ch02.py"), ("line", "7"), ("title", "a: b, c"))
    assert annotation.text == "100% wrong\nall of it"
    assert not as_actions(ANNOTATION).refusals


@pytest.mark.parametrize("escaped", ["%250A", "%2525"])
def test_actions_unescapes_once(escaped: str) -> None:
    """An escaped per cent sign does not become part of another escape."""
    [annotation] = as_actions(f"::notice::{escaped}").annotations
    assert annotation.text == escaped.replace("%25", "%", 1)


@pytest.mark.parametrize(
    "text",
    [
        "::error::a",
        "    ::warning::a",
        "before\r::error::a",
        "before ##[error]a",
        "::ERROR::a",
        "::add-mask::1",
        "##[set-env name=A]b",
        "::stop-commands::x",
    ],
)
def test_actions_finds_injections(text: str) -> None:
    """A student's text would be a command: indented, after a carriage return, in the old form anywhere."""
    assert actions.would_inject(text)
    assert "injection" in as_actions("It printed:", text, by_student=(text,)).refused_by


@pytest.mark.parametrize("text", ["a ::error::b", "::nothing::a", ":: error::a", "::error", "##[nothing]a"])
def test_actions_leaves_text_alone(text: str) -> None:
    """Text that only looks like a command is none."""
    assert not actions.would_inject(text)


def test_actions_stops_and_resumes() -> None:
    """Between `stop-commands` and its token nothing is obeyed; afterwards everything is again."""
    text = "::error::injected"
    seen = as_actions("::stop-commands::4f1c", text, "::4F1C::", ANNOTATION, by_student=(text,))
    assert not seen.refusals
    assert [command.name for command in seen.commands] == ["stop-commands", "error"]
    assert "injection" in as_actions("::stop-commands::a", "::a::", text, by_student=(text,)).refused_by


def test_actions_may_show_the_text_of_a_student_escaped() -> None:
    """The same text inside an annotation of ours is data."""
    text = "\n::add-mask::1"
    assert not as_actions("::error file=a.py,line=1::It printed:%0A::add-mask::1", by_student=(text,)).refusals


def test_actions_reads_outputs() -> None:
    """One line a value, or lines up to a delimiter."""
    values, seen = actions.read_outputs(b"a=1=2\nb<<END\none=1\ntwo\nEND\nc=\n")
    assert not seen.refusals
    assert values == {"a": "1=2", "b": "one=1\ntwo", "c": ""}


ACTIONS_BAD: list[tuple[Callable[[], Seen], str]] = [
    (lambda: as_actions(*["::error::a"] * 11), "annotations-of-a-step"),
    (lambda: as_actions("::set-output name=a::b"), "command"),
    (lambda: as_actions("::error::a", by_student=("x\n::error::a",)), "injection"),
    (lambda: as_actions("::error lines=7::a"), "property"),
    (lambda: as_actions("::error file=a,title=b=,c=d::e"), "property"),
    (lambda: as_actions("::error file=a,line=0::b"), "line"),
    (lambda: as_actions("::error file=a,line=one::b"), "line"),
    (lambda: as_actions("::error file=/home/a.py,line=1::b"), "file"),
    (lambda: as_actions("::error file=../a.py,line=1::b"), "file"),
    (lambda: as_actions("::error file=a.py,line=1::"), "text"),
    (lambda: as_actions("::stop-commands::a", "::b::"), "resumed"),
    (lambda: actions.read_summary(b"a" * (actions.MOST_BYTES_OF_A_SUMMARY + 1)), "summary-size"),
    (lambda: actions.read_outputs(b"a<<END\nb\n")[1], "output-delimiter"),
    (lambda: actions.read_outputs(b"a=1\nsecond line\n")[1], "output-line"),
]


# GitLab

JUNIT = """<testsuites name="a"><testsuite name="ch02" tests="3" failures="1" errors="1" skipped="0">
<testcase classname="ch02.first" name="value" time="0.1"/>
<testcase classname="ch02.first" name="gradient" time="0.1"><properties><property name="points" value="2"/>
<property name="max_points" value="5"/></properties><failure message="m">text</failure></testcase>
<testcase classname="ch02.second" name="value"><error type="ungraded" message="m"/></testcase>
</testsuite></testsuites>"""


def as_gitlab(*replacements: tuple[str, str]) -> Seen:
    """GitLab's view of the right file after some replacements."""
    text = JUNIT
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    return gitlab.read(text.encode())


def test_gitlab_lists_tests() -> None:
    """The classname is shown as the suite; an error of the type `ungraded` is our fault."""
    seen = as_gitlab()
    assert not seen.refusals
    assert seen.tests == (
        SeenTest(name="ch02.first: value", passed=True),
        SeenTest(name="ch02.first: gradient", points=2, max_points=5, passed=False),
        SeenTest(name="ch02.second: value", passed=False),
    )
    assert (seen.points, seen.max_points, seen.ours) == (2, 5, ("ch02.second: value",))


def test_gitlab_has_a_precedence() -> None:
    """A failure goes before an error, and an error before a skip."""
    both = as_gitlab(('<error type="ungraded" message="m"/>', '<skipped/><error type="ungraded"/><failure/>'))
    assert both.tests[2].passed is False
    assert both.ours == ()
    assert as_gitlab(('<error type="ungraded" message="m"/>', "<skipped/>")).tests[2].passed is None


def test_gitlab_drops_the_second_of_a_name() -> None:
    """The first stays."""
    seen = as_gitlab(('name="gradient"', 'name="value"'))
    assert [test.name for test in seen.tests] == ["ch02.first: value", "ch02.second: value"]
    assert seen.tests[0].passed is True


@pytest.mark.parametrize(("exit_status", "colour"), [(0, "success"), (1, "failed")])
def test_gitlab_colours_by_the_exit(exit_status: int, colour: str) -> None:
    """The job's colour is the exit status's, whatever the file says."""
    assert gitlab.read(JUNIT.encode(), exit_status=exit_status).status == colour


GITLAB_BAD: list[tuple[Callable[[], Seen], str]] = [
    (lambda: gitlab.read(b" " * (gitlab.MOST_BYTES + 1)), "size"),
    (lambda: gitlab.read(b"<testsuites>"), "xml"),
    (lambda: as_gitlab(("text", "\x1b[31m")), "xml"),
    (lambda: as_gitlab(("text", "&#27;")), "xml"),
    (lambda: gitlab.read(b"<report/>"), "root"),
    (lambda: gitlab.read(b"<testsuites/>"), "suite"),
    (lambda: as_gitlab(('name="gradient"', 'name="value"')), "twice"),
    (lambda: as_gitlab((' name="value"', "")), "name"),
    (lambda: as_gitlab(('classname="ch02.first" ', "")), "classname"),
    (lambda: as_gitlab(('tests="3"', 'tests="2"')), "counts"),
    (lambda: as_gitlab(('errors="1"', 'errors="0"')), "counts"),
    (lambda: as_gitlab(("<failure", "<skipped/><failure")), "one-ending"),
    (lambda: as_gitlab(('time="0.1"', 'time="0,1"')), "time"),
    (lambda: as_gitlab(('value="2"', 'value="two"')), "points"),
]


# Classroom 50

CLASSROOM50_ENVIRONMENT = {
    "CLASSROOM": "spring", "ASSIGNMENT": "hw2", "OWNER": "nneka-dev", "SUBMISSION_TAG": "submit/1",
}  # fmt: skip
CLASSROOM50_TEST = {"test-name": "The gradient is u", "passed": False, "score": 2, "max-score": 5, "verdict": "failed"}
CLASSROOM50 = {
    "schema": "classroom50/result/v1",
    "classroom": "spring",
    "assignment": "hw2",
    "assignment_type": "individual",
    "owner": "Nneka-Dev",
    "submission": "submit/1",
    "commit": "https://a/1",
    "release": "https://a/2",
    "review": "https://a/1",
    "datetime": "2026-02-03T23:58:10Z",
    "score": 2,
    "max-score": 5,
    "tests": [CLASSROOM50_TEST],
}


def as_classroom50(exit_status: int = 0, outputs: bytes = b"", **changes: object) -> Seen:
    """The runner's view of the right result after some changes."""
    raw = encoded(changed(CLASSROOM50, **changes))
    return classroom50.read(raw, CLASSROOM50_ENVIRONMENT, exit_status=exit_status, outputs=outputs)


def without_key(key: str) -> Seen:
    """The same without one key."""
    raw = encoded({name: value for name, value in CLASSROOM50.items() if name != key})
    return classroom50.read(raw, CLASSROOM50_ENVIRONMENT)


def classroom50_test(**changes: object) -> Seen:
    """The same with one test that has changes."""
    return as_classroom50(tests=[changed(CLASSROOM50_TEST, **changes)])


def bundle(*members: tarfile.TarInfo) -> Seen:
    """The rules of a bundle with these members, all of them empty."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        for member in members:
            archive.addfile(member)
    return packaged(classroom50.refusals_of_bundle(held.getvalue()))


def link(name: str) -> tarfile.TarInfo:
    """A symbolic link."""
    member = tarfile.TarInfo(name)
    member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return member


def test_classroom50_takes_a_result() -> None:
    """The totals are the result's, and the status follows from the tests."""
    seen = as_classroom50()
    assert not seen.refusals
    assert (seen.status, seen.points, seen.max_points) == ("failure", 2, 5)
    assert seen.tests == (SeenTest(name="The gradient is u", points=2, max_points=5, passed=False),)
    assert classroom50_test(passed=True).status == "success"


@pytest.mark.parametrize("kind", ["individual", "group", "team"])
def test_classroom50_knows_three_types(kind: str) -> None:
    """The newest of them is `team`."""
    assert not as_classroom50(assignment_type=kind).refusals


def test_classroom50_uses_a_status_that_is_told() -> None:
    """A `status=` line is used as it is."""
    assert as_classroom50(outputs=b"status=failure\n").status == "failure"
    assert as_classroom50(outputs=b"status=success\n").status == "success"


def test_classroom50_makes_up_a_result_for_our_fault() -> None:
    """An entry point that fails gives 0 of 0, no tests, and says why."""
    seen = as_classroom50(exit_status=3)
    assert (seen.status, seen.points, seen.max_points, seen.tests) == ("error", 0, 0, ())
    assert seen.ours == ("exit-status: the entry point ended with 3",)


def test_classroom50_keeps_our_verdict() -> None:
    """A check that could not be graded is there with no points, and says so beside them."""
    ours = changed(CLASSROOM50_TEST, score=0, verdict="ungraded")
    assert as_classroom50(score=0, tests=[ours]).ours == ("The gradient is u",)


def test_classroom50_unpacks_files_and_folders() -> None:
    """A bundle of plain files is taken."""
    assert not bundle(tarfile.TarInfo("checks/a.py"), tarfile.TarInfo("autograder.py")).refusals


CLASSROOM50_BAD: list[tuple[Callable[[], Seen], str]] = [
    (lambda: as_classroom50(exit_status=1), "exit-status"),
    (lambda: classroom50.read(None, CLASSROOM50_ENVIRONMENT), "result"),
    (lambda: classroom50.read(b"{", CLASSROOM50_ENVIRONMENT), "json"),
    (lambda: classroom50.read(b"[]", CLASSROOM50_ENVIRONMENT), "object"),
    *[(partial(without_key, key), "missing-key") for key in CLASSROOM50],
    (lambda: as_classroom50(summary="a"), "other-key"),
    (lambda: as_classroom50(submitted_by={"username": "a"}), "other-key"),
    (lambda: as_classroom50(schema="classroom50/result/v2"), "schema"),
    (lambda: as_classroom50(classroom="autumn"), "classroom"),
    (lambda: as_classroom50(assignment="hw3"), "assignment"),
    (lambda: as_classroom50(assignment_type="pair"), "assignment_type"),
    (lambda: as_classroom50(owner="somebody"), "owner"),
    (lambda: as_classroom50(owner=""), "owner"),
    (lambda: as_classroom50(submission="submit/2"), "submission"),
    (lambda: as_classroom50(commit=""), "commit"),
    (lambda: as_classroom50(release=None), "release"),
    (lambda: as_classroom50(review=3), "review"),
    (lambda: as_classroom50(datetime="2026-02-03T23:58:10+00:00"), "datetime"),
    (lambda: as_classroom50(datetime="2026-02-30T23:58:10Z"), "datetime"),
    (lambda: as_classroom50(graded_at="now"), "graded_at"),
    (lambda: as_classroom50(score=2.0), "result.score"),
    (lambda: as_classroom50(score=True), "result.score"),
    (lambda: as_classroom50(score=-1), "result.score"),
    (lambda: as_classroom50(score=6), "result.score-at-most"),
    (lambda: as_classroom50(score=3), "sum"),
    (lambda: as_classroom50(max__score=6), "sum"),
    (lambda: as_classroom50(tests={}), "tests"),
    (lambda: as_classroom50(tests=["a"]), "tests"),
    (lambda: classroom50_test(test__name=""), "test-name"),
    (lambda: classroom50_test(test__name="two\nlines"), "plain-name"),
    (lambda: classroom50_test(test__name="a `code`"), "plain-name"),
    (lambda: classroom50_test(test__name="[a](https://b)"), "plain-name"),
    (lambda: classroom50_test(test__name="<b>a"), "plain-name"),
    (lambda: classroom50_test(passed=1), "passed"),
    (lambda: classroom50_test(score="2"), "test.score"),
    (lambda: classroom50_test(max__score=1), "test.score-at-most"),
    (lambda: packaged(classroom50.refusals_of_bundle(b"no archive")), "tar"),
    (lambda: packaged(classroom50.refusals_of_bundle(b" " * (10 * 1024 * 1024 + 1))), "bundle-size"),
    (lambda: bundle(tarfile.TarInfo("../a")), "bundle-paths"),
    (lambda: bundle(link("a")), "bundle-links"),
]

BAD = {
    "gradescope": GRADESCOPE_BAD,
    "prairielearn": PRAIRIELEARN_BAD,
    "exercism": EXERCISM_BAD,
    "legacy_reporter": LEGACY_BAD,
    "actions": ACTIONS_BAD,
    "gitlab": GITLAB_BAD,
    "classroom50": CLASSROOM50_BAD,
}


@pytest.mark.parametrize(
    ("read", "rule"),
    [
        pytest.param(read, rule, id=f"{client}-{number}-{rule}")
        for client, bad in BAD.items()
        for number, (read, rule) in enumerate(bad)
    ],
)
def test_bad_input_is_refused_by_its_rule(read: Callable[[], Seen], rule: str) -> None:
    """Each wrong result is refused, and the refusal has the name of the rule that it breaks."""
    assert rule in read().refused_by


@pytest.mark.parametrize("client", BAD)
def test_every_rule_has_its_bad_input(client: str) -> None:
    """A rule that no bad input here breaks could be one that refuses nothing."""
    reader = ast.parse(Path(__file__).with_name(f"{client}.py").read_text(encoding="utf-8"))
    rules = {
        call.args[0].value
        for call in ast.walk(reader)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        if call.func.attr in ("hold", "refuse", "objects") and isinstance(call.args[0], ast.Constant)
    }
    assert rules
    assert rules <= {rule for _, rule in BAD[client]}
