"""Reports as the clients of classrooms read them: the same points everywhere, and each client's own rules."""

import base64
import functools
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from grader.errors import UsageError
from grader.inside.said import Listed, Said, say
from grader.records import Verdict, Visibility
from grader.report import CapturedOutput, CheckReport, Coverage, EvidenceReport, ExerciseReport, NoteReport, Report
from grader.report.classroom import nothing_was_graded
from grader.report.exercism import MAX_MESSAGE_BYTES, MAX_OUTPUT_CHARACTERS
from grader.report.formats import CLASSROOMS, FORMATS, renderer
from grader.report.github import MAX_ANNOTATIONS
from grader.report.legacy_reporter import MAX_JSON_BYTES, runner_ids
from grader.report.texts import with_texts
from grader.words.plain import printable
from tests.support import CLASSROOM50, ROOT, Json
from tests.unit.records import CANARY, check_report, report_of

ENVIRONMENT = {**CLASSROOM50, "COMMIT_TIME": "2026-02-03T23:58:10+01:00", "SUBMISSION_FOLDER": "exercises"}
HOSTILE = "|`*_[a](b)\r\n::error::no\n  ::add-mask::1\n##[error]no\n<script>%0A,:\x1b[31m\x00\u202e\u2028\ud800]]>"


# ---------------------------------------------------------------- reports


def paid(check: CheckReport, points: int | None, max_points: int = 2) -> CheckReport:
    """A check that pays so much."""
    return replace(check, points=points, max_points=max_points)


def report_with(*checks: CheckReport, like: Report | None = None) -> Report:
    """A report of one exercise with these checks, put together as a report is."""
    exercise = report_of(Verdict.PASSED).exercises[0]
    return report_on(with_checks(exercise, *checks), like=like)


def with_checks(exercise: ExerciseReport, *checks: CheckReport) -> ExerciseReport:
    """An exercise with these checks and their sums."""
    verdict = checks[0].verdict if checks else Verdict.UNGRADED
    points, max_points = sum(one.points or 0 for one in checks), sum(one.max_points for one in checks)
    return replace(exercise, checks=checks, verdict=verdict, points=points, max_points=max_points)


def report_on(*exercises: ExerciseReport, like: Report | None = None) -> Report:
    """A report of these exercises with their sums."""
    verdicts = Counter(check.verdict for exercise in exercises for check in exercise.checks)
    return replace(
        like or report_of(Verdict.PASSED),
        exercises=exercises,
        points=sum(one.points for one in exercises),
        max_points=sum(one.max_points for one in exercises),
        needs_review=verdicts[Verdict.UNGRADED] > 0,
        verdicts={one.value: verdicts[one] for one in Verdict},
    )


def longest() -> Report:
    """A report in which every text is hostile and as long as it may be."""
    text = (HOSTILE * 60)[:2000]
    evidence = EvidenceReport(call=text, actual=text, expected=text, detail=text)
    checks = [
        replace(
            check_report(verdict, visibility),
            title=text[:300],
            rationale=text[:1000],
            hint=text[:300],
            evidence=evidence,
            said=(say("judged.raised_at", exception="E", file=text[:200], line=3),),
        )
        for verdict, visibility in zip(Verdict, [*Visibility] * len(Verdict), strict=False)
    ]
    checks.append(replace(paid(checks[0], 0), witnessed=True))
    exercise = replace(
        report_of(Verdict.FAILED).exercises[0],
        title=text[:300],
        source=text[:200],
        notes=(text[:500],) * 3,
        output=(CapturedOutput(visibility=Visibility.VISIBLE, text=text * 2),),
    )
    exercises = [
        with_checks(
            replace(exercise, id=f"e{number}"),
            *(replace(check, id=f"e{number}.{place}") for place, check in enumerate(checks)),
        )
        for number in range(300)
    ]
    note = NoteReport(file=text[:240], line=3, text=text, failed=True, said=say("text", text=text))
    report = report_on(*exercises)
    submission = replace(report.submission, name=text[:240], notes=(note,) * 8, output=text * 2, unread=(text,))
    return replace(report, submission=submission)


_PASSED, _FAILED = check_report(Verdict.PASSED), check_report(Verdict.FAILED)
_UNPAID = replace(paid(_PASSED, 0), witnessed=True, rationale="This holds, and is not paid.")
_UNKNOWN = replace(paid(_PASSED, None), witnessed=True, rationale="This holds, and nobody knows.")
_DEFERRED = replace(check_report(Verdict.DEFERRED), hint=None)
_NOT_STARTED = check_report(Verdict.NOT_STARTED, Visibility.VISIBLE)
REPORTS = {
    "every verdict": report_with(*map(check_report, Verdict)),
    "every verdict of visible questions": report_with(*(check_report(one, Visibility.VISIBLE) for one in Verdict)),
    "full marks": report_with(paid(_PASSED, 3, 3), _PASSED),
    "a claim that holds and is not paid": report_with(_FAILED, _UNPAID),
    "a claim that holds, of unknown points": report_with(_UNKNOWN, check_report(Verdict.UNGRADED)),
    "all that is asked": replace(report_with(_PASSED, _UNKNOWN, _DEFERRED), coverage=Coverage(asked=2, later=4)),
    "some of what is asked": replace(report_with(_FAILED, _UNPAID, _DEFERRED), coverage=Coverage(asked=2, later=4)),
    "nothing asked": replace(report_with(_DEFERRED), coverage=Coverage(asked=0, later=4)),
    "points in part": report_with(paid(_FAILED, 5, 8), paid(_PASSED, 7, 7)),
    "checks without points": report_with(paid(_PASSED, 0, 0), paid(_FAILED, 0, 0)),
    "nothing begun": report_with(_NOT_STARTED, _NOT_STARTED),
    "our own fault alone": report_with(check_report(Verdict.UNGRADED), _NOT_STARTED),
    "no exercise": report_on(),
    "an exercise without checks": report_on(with_checks(report_of(Verdict.PASSED).exercises[0])),
    "hostile texts": report_with(
        *(replace(check_report(one), title=HOSTILE, rationale=HOSTILE, hint=HOSTILE) for one in Verdict)
    ),
    "the longest": longest(),
}
# What is without checks never comes of a course, and the longest takes its time.
SHORT = [name for name in REPORTS if name != "the longest"]
each_report = pytest.mark.parametrize("name", REPORTS)
each_classroom = pytest.mark.parametrize("form", sorted(CLASSROOMS))


_LONGEST = functools.cache(lambda form: renderer(form, ENVIRONMENT)(REPORTS["the longest"]))


def rendered(form: str, report: Report) -> str:
    """A document; that of the longest report is made once."""
    return _LONGEST(form) if report is REPORTS["the longest"] else renderer(form, ENVIRONMENT)(report)


def parsed(form: str, report: Report) -> Json:
    """A document of JSON."""
    document: Json = json.loads(rendered(form, report))
    return document


def checks_of(report: Report) -> list[CheckReport]:
    """All checks, in their order."""
    return [check for exercise in report.exercises for check in exercise.checks]


def is_known(check: CheckReport) -> bool:
    """Has it points, be they none?"""
    return check.points is not None


def is_earned(check: CheckReport) -> bool:
    """Does it hold, and is it paid?"""
    return check.verdict is Verdict.PASSED and check.points == check.max_points


# ---------------------------------------------------------------- every format


Points = tuple[Fraction, Fraction]


def _told_by_json(document: str) -> Iterator[Points]:
    report = json.loads(document)
    yield Fraction(report["points"]), Fraction(report["max_points"])


def _told_by_words(document: str) -> Iterator[Points]:
    found = re.search(r"(\d+) of (\d+) points", document)
    assert found
    yield Fraction(found[1]), Fraction(found[2])


def _told_by_html(document: str) -> Iterator[Points]:
    """In the title, and at the head of the page."""
    title, _, page = document.partition("<header>")
    yield from _told_by_words(title)
    yield from _told_by_words(page)


def _told_by_junit(document: str) -> Iterator[Points]:
    sums = Counter[str]()
    for one in ET.fromstring(document).iter("property"):
        if "points" in (name := one.attrib["name"]):
            sums[name] += int(one.attrib["value"])
    yield Fraction(sums["points"]), Fraction(sums["max_points"])


def _told_by_classroom50(document: str) -> Iterator[Points]:
    result = json.loads(document)
    yield Fraction(result["score"]), Fraction(result["max-score"])
    yield _sums(result["tests"], "score", "max-score")


def _told_by_gradescope(document: str) -> Iterator[Points]:
    tests = json.loads(document)["tests"]
    (score, maximum) = _sums(tests, "score", "max_score")
    yield score, maximum + sum(test["extra_data"]["max_points"] for test in tests if "score" not in test)
    yield from _told_by_words(json.loads(document)["output"])


def _told_by_prairielearn(document: str) -> Iterator[Points]:
    results = json.loads(document)
    score, _ = _sums(results["tests"], "points", "max_points")
    ((points, maximum),) = _told_by_words(results["message"])
    assert results["score"] == (float(points / maximum) if maximum else 0.0)
    yield score, maximum


def _told_by_legacy_reporter(document: str) -> Iterator[Points]:
    runners = list(runners_in(document).values())
    paid = [runner for runner in runners if runner["max_score"] > 0]
    maximum = Fraction(sum(runner["max_score"] for runner in paid))
    yield Fraction(sum(test["score"] for runner in paid for test in runner["tests"])), maximum
    yield sum((_share(runner) for runner in runners), Fraction()), maximum


def _share(runner: Json) -> Fraction:
    """The points of a runner as the table logs them."""
    passes = sum(test["status"] == "pass" for test in runner["tests"])
    return Fraction(passes, len(runner["tests"])) * int(runner["max_score"])


def _sums(tests: list[Json], *keys: str) -> Points:
    score, maximum = (Fraction(sum(test.get(key, 0) for test in tests)) for key in keys)
    return score, maximum


def _told_by_none(document: str) -> Iterator[Points]:
    """Exercism knows no points."""
    yield from ()


TOLD: dict[str, Callable[[str], Iterator[Points]]] = {
    "classroom50": _told_by_classroom50,
    "exercism": _told_by_none,
    "github": _told_by_words,
    "gradescope": _told_by_gradescope,
    "html": _told_by_html,
    "json": _told_by_json,
    "junit": _told_by_junit,
    "legacy-reporter": _told_by_legacy_reporter,
    "markdown": _told_by_words,
    "prairielearn": _told_by_prairielearn,
    "text": _told_by_words,
}
"""The totals that a reader finds in a document, all of them."""


@each_report
@pytest.mark.parametrize("form", FORMATS)
def test_the_totals_agree(form: str, name: str) -> None:
    """Whatever format a report is read in, and by whichever of its totals, the points are the report's to the digit."""
    report = REPORTS[name]
    if form not in CLASSROOMS:  # what `build_report` would not let through is not for these
        report = with_texts(report, printable)
    for points in TOLD[form](rendered(form, report)):
        assert points == (Fraction(report.points), Fraction(report.max_points))


@pytest.mark.parametrize("form", ["github", "gradescope", "markdown", "prairielearn"])
def test_a_total_says_how_much_was_asked(form: str) -> None:
    """Wherever people read it: nobody may be surprised after full marks for the visible questions."""
    document = rendered(form, REPORTS["all that is asked"])
    assert "2 of 6 points" in document
    assert "2 of 6 questions" in document
    assert "2 of the points are given only then" in document
    assert "hand in" not in rendered(form, REPORTS["full marks"])


@each_classroom
def test_nothing_hidden_is_shown_whatever_view_is_given(form: str) -> None:
    """Of an instructor's report, a classroom has no evidence, output or seed of hidden questions."""
    report = REPORTS["every verdict"]
    assert CANARY in rendered("json", report)
    assert CANARY not in legible(form, report)


@each_classroom
def test_a_check_without_evidence_is_written_as_well(form: str) -> None:
    """With its claim."""
    bare = replace(check_report(Verdict.FAILED), evidence=None, hint=None)
    assert "The claim that failed" in legible(form, report_with(bare))


def legible(form: str, report: Report) -> str:
    """A document, as whoever reads it sees it."""
    document = rendered(form, report)
    if form != "legacy-reporter":
        return document
    return "".join(base64.b64decode(line.split("=", 1)[1]).decode() for line in document.splitlines())


@each_classroom
def test_a_text_is_never_a_command_of_a_terminal(form: str) -> None:
    """No document has control characters, marks of direction or half characters, also inside of its texts."""
    whole = legible(form, REPORTS["the longest"])
    assert whole.replace("\n", "").isprintable()
    assert not re.search(r"\\u00[01]|\\ud8|\\u20", whole)


def test_nothing_was_graded_where_all_that_is_begun_is_our_fault() -> None:
    """Not where something could be graded, and not where nothing was begun."""
    expected = {"our own fault alone", "a claim that holds, of unknown points"}
    assert {name for name, report in REPORTS.items() if nothing_was_graded(report)} == expected


# ---------------------------------------------------------------- Classroom 50


OWN_SCHEMA = ROOT / "schema" / "clients" / "classroom50-result-v1.schema.json"
PUBLISHED_SCHEMA = ROOT.parent / "shared" / "clients" / "classroom50-result-v1.schema.json"


@each_report
@pytest.mark.parametrize("schema", [OWN_SCHEMA, PUBLISHED_SCHEMA], ids=["own", "published"])
def test_a_result_satisfies_the_schema(schema: Path, name: str) -> None:
    """That which we have written from the documentation, and the published one where it is at hand."""
    if not schema.is_file() and schema is PUBLISHED_SCHEMA:
        pytest.skip(f"Classroom 50's own schema is not at hand: there is no {schema}")
    validator = Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))
    validator.validate(parsed("classroom50", REPORTS[name]))


def test_a_result_says_whose_it_is() -> None:
    """As the environment says, in the forms that Classroom 50 takes."""
    result = parsed("classroom50", REPORTS["every verdict"])
    assert {key: value for key, value in result.items() if isinstance(value, str)} == {
        "schema": "classroom50/result/v1",
        "classroom": "spring",
        "assignment": "hw2",
        "assignment_type": "individual",
        "owner": "nneka-dev",
        "submission": "submit/2026-02-03-1a2b3c4",
        "commit": "https://example.org/commit",
        "release": "https://example.org/release",
        "review": "https://example.org/review",
        "datetime": "2026-02-03T22:58:10Z",
        "graded_at": "2026-01-01T00:00:00Z",
    }


@pytest.mark.parametrize("lacking", ["REVIEW_URL", "COMMIT_TIME"])
def test_what_may_lack_has_a_substitute(lacking: str) -> None:
    """The review is at the commit; the time is that of grading, until Classroom 50 writes its own."""
    environment = {name: value for name, value in ENVIRONMENT.items() if name != lacking}
    result = json.loads(renderer("classroom50", environment)(REPORTS["every verdict"]))
    key, value = {
        "REVIEW_URL": ("review", ENVIRONMENT["COMMIT_URL"]),
        "COMMIT_TIME": ("datetime", "2026-01-01T00:00:00Z"),
    }[lacking]
    assert result[key] == value


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"OWNER": "", "ASSIGNMENT": ""}, "ASSIGNMENT, OWNER in its environment"),
        ({"ASSIGNMENT_TYPE": "pair"}, "ASSIGNMENT_TYPE is pair"),
        ({"SUBMISSION_TAG": "v1"}, "SUBMISSION_TAG is v1"),
        ({"COMMIT_TIME": "yesterday"}, "the time yesterday is none"),
        ({"COMMIT_TIME": "0001-01-01T00:00:00+02:00"}, "is none that Classroom 50 takes"),
    ],
)
def test_what_classroom50_would_refuse_is_said_before_anything_is_graded(changes: dict[str, str], said: str) -> None:
    """In a sentence that names the variable."""
    with pytest.raises(UsageError, match=said):
        renderer("classroom50", {**ENVIRONMENT, **changes})


@pytest.mark.parametrize("kind", ["individual", "group", "team"])
def test_every_type_of_assignment_is_taken(kind: str) -> None:
    """`team` is in newer code of Classroom 50 only; its runner writes the type again."""
    result = json.loads(renderer("classroom50", {**ENVIRONMENT, "ASSIGNMENT_TYPE": kind})(REPORTS["full marks"]))
    assert result["assignment_type"] == kind


@each_report
def test_a_row_passes_where_all_points_are_earned_or_not_known(name: str) -> None:
    """And nowhere else. Scores are integers up to the maximum, names have no Markdown, words of ours have own keys."""
    report = REPORTS[name]
    tests = parsed("classroom50", report)["tests"]
    passed = [is_earned(one) or (one.verdict is Verdict.PASSED and not is_known(one)) for one in checks_of(report)]
    assert [test["passed"] for test in tests] == passed
    later = [test["verdict"] == "deferred" for test in tests]
    assert [test["test-name"].endswith(" (graded when you hand in)") for test in tests] == later
    assert all(type(test[key]) is int for test in tests for key in ("score", "max-score"))
    assert all(test["score"] <= test["max-score"] for test in tests)
    assert all(re.fullmatch(r"[\w. ()]+", test["test-name"]) for test in tests)
    assert [test["verdict"] for test in tests] == [check.verdict for check in checks_of(report)]


# ---------------------------------------------------------------- Gradescope


@each_report
def test_unknown_points_are_neither_a_zero_nor_part_of_the_maximum(name: str) -> None:
    """Gradescope and Codio add up what has points. Codio would take a `score` at the top for a percentage."""
    report = REPORTS[name]
    results = parsed("gradescope", report)
    assert "score" not in results
    for test, check in zip(results["tests"], checks_of(report), strict=True):
        assert ("score" in test, "max_score" in test) == (is_known(check), is_known(check))
        passed = check.verdict is Verdict.PASSED and (not is_known(check) or is_earned(check))
        expected = None if check.verdict is Verdict.DEFERRED else "passed" if passed else "failed"
        assert test.get("status") == expected
    assert ("need review" in results["output"]) is report.needs_review


@pytest.mark.parametrize("verdict", [one for one in Verdict if one is not Verdict.PASSED])
def test_students_see_hidden_checks_without_values(verdict: Verdict) -> None:
    """Title, points, what happened and a question; a hidden test would hide the total."""
    (test,) = parsed("gradescope", report_with(check_report(verdict)))["tests"]
    assert test["name"] == f"gradient: The claim that {verdict}."
    assert test["output"] == f"Why it {verdict} [not markup].\nhint: What about it?"
    assert "visibility" not in test


def test_visible_values_are_shown() -> None:
    """With the words of a page."""
    (test,) = parsed("gradescope", report_with(check_report(Verdict.FAILED, Visibility.VISIBLE)))["tests"]
    assert f"expected: {CANARY}" in test["output"]


@pytest.mark.parametrize("form", ["classroom50", "gradescope", "prairielearn"])
def test_a_document_has_at_most_a_mebibyte(form: str) -> None:
    """In bytes: texts are cut before a check is left out."""
    report = REPORTS["the longest"]
    document = rendered(form, report)
    assert len(document.encode()) <= 1 << 20
    assert len(json.loads(document)["tests"]) == len(checks_of(report))
    assert "cut]" in document


# ---------------------------------------------------------------- PrairieLearn


@each_report
def test_our_fault_costs_no_attempt(name: str) -> None:
    """A job is gradable unless the report needs review; then the reason is where PrairieLearn shows it."""
    report = REPORTS[name]
    results = parsed("prairielearn", report)
    assert type(results["score"]) is float
    assert 0 <= results["score"] <= 1
    assert results["gradable"] is not report.needs_review
    assert ("need review" in "".join(results.get("format_errors", []))) is report.needs_review
    for test, check in zip(results["tests"], checks_of(report), strict=True):
        expected = (check.points, check.max_points)
        if not is_known(check):  # none at all where the fault is ours, and else what is shown in grey
            expected = (None, check.max_points) if check.verdict is Verdict.UNGRADED else (0, 0)
        assert (test.get("points"), test["max_points"]) == expected


def test_what_could_not_be_read_is_a_format_error() -> None:
    """The student can hand it in again."""
    report = REPORTS["points in part"]
    unread = replace(report, needs_review=True, submission=replace(report.submission, unread=("a.rar was not read",)))
    results = parsed("prairielearn", unread)
    assert (results["gradable"], results["format_errors"][1:]) == (False, ["a.rar was not read"])


# ---------------------------------------------------------------- Exercism


EXERCISM = {
    Verdict.PASSED: "pass",
    Verdict.FAILED: "fail",
    Verdict.NOT_STARTED: "fail",
    Verdict.ERRORED: "error",
    Verdict.TIMED_OUT: "error",
    Verdict.CRASHED: "error",
    Verdict.UNGRADED: "error",
    Verdict.DEFERRED: None,
}


def test_every_verdict_has_its_status() -> None:
    """In the order of the checks; code that stopped is told from a wrong answer, and our fault is an error."""
    results = parsed("exercism", REPORTS["every verdict"])
    told = [status for verdict in Verdict if (status := EXERCISM[verdict])]
    assert [test["status"] for test in results["tests"]] == told
    assert (results["version"], results["status"]) == (3, "fail")


@each_report
def test_exercism_keeps_to_its_interface(name: str) -> None:
    """A message wherever it did not pass, within its limit; output within its limit; an error only without tests."""
    results = parsed("exercism", REPORTS[name])
    tests = results["tests"]
    for test in tests:
        assert test["status"] in {"pass", "fail", "error"}
        assert (test["status"] == "pass") is ("message" not in test)
        assert type(test["task_id"]) is int
    assert (results["status"] == "error") is (not tests) is ("message" in results)
    assert (results["status"] == "pass") is (bool(tests) and all(test["status"] == "pass" for test in tests))
    assert all(0 < len(test.get("message", "x").encode()) <= MAX_MESSAGE_BYTES for test in [*tests, results])
    assert all(len(test.get("output", "")) <= MAX_OUTPUT_CHARACTERS for test in tests)


@pytest.mark.parametrize(
    ("name", "said"), [("our own fault alone", "the grader's fault, not yours"), ("nothing asked", "when you hand in")]
)
def test_what_was_not_graded_at_all_is_an_error(name: str, said: str) -> None:
    """With the reason and without a test."""
    results = parsed("exercism", REPORTS[name])
    assert (results["status"], results["tests"]) == ("error", [])
    assert said in results["message"]


def test_a_long_message_is_cut_in_bytes() -> None:
    """The website would cut it, perhaps within a character."""
    check = replace(check_report(Verdict.FAILED), rationale="ü" * MAX_MESSAGE_BYTES)
    (test,) = parsed("exercism", report_with(check))["tests"]
    assert MAX_MESSAGE_BYTES - 20 < len(test["message"].encode()) <= MAX_MESSAGE_BYTES


@pytest.mark.parametrize("count", [MAX_OUTPUT_CHARACTERS, MAX_OUTPUT_CHARACTERS + 1])
def test_a_long_output_is_cut_in_characters(count: int) -> None:
    """With a remark. It stands once, and of hidden questions none is shown."""
    (exercise,) = REPORTS["every verdict"].exercises
    output = (
        CapturedOutput(visibility=Visibility.HIDDEN, text=CANARY),
        CapturedOutput(visibility=Visibility.VISIBLE, text="ü" * count),
    )
    first, *others = parsed("exercism", report_on(replace(exercise, output=output)))["tests"]
    assert len(first["output"]) == MAX_OUTPUT_CHARACTERS
    assert first["output"].endswith("[cut at 500 characters]") is (count > MAX_OUTPUT_CHARACTERS)
    assert not any("output" in test for test in others)


# ---------------------------------------------------------------- GitHub Actions


@dataclass(frozen=True, slots=True)
class Command:
    """A workflow command."""

    name: str
    properties: dict[str, str]
    text: str


def commands_in(document: str) -> list[Command]:
    """The commands of a log, read as the runner does; every line has to be one of them.

    It takes a command behind spaces, and one of the old kind anywhere in a line that is no new one. So each line has to
    be one command of the new kind, which is the whole of the line.
    """
    found = []
    for line in re.split("\r\n|\r|\n", document.removesuffix("\n")):
        command = re.fullmatch(r"::(error|warning|notice)(?: ((?:\w+=[^,:]*)(?:,\w+=[^,:]*)*))?::([^\r\n]*)", line)
        assert command, line
        pairs = [pair.split("=", 1) for pair in (command[2] or "").split(",") if pair]
        properties = {key: _unescaped(value.replace("%3A", ":").replace("%2C", ",")) for key, value in pairs}
        found.append(Command(command[1], properties, _unescaped(command[3])))
    return found


def _unescaped(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


@each_report
def test_nothing_of_a_submission_is_a_command(name: str) -> None:
    """Every line is one of our annotations, and they are at most ten; the last one tells the total."""
    commands = commands_in(rendered("github", REPORTS[name]))
    assert 1 <= len(commands) <= MAX_ANNOTATIONS == 10
    *others, total = commands
    assert {command.name for command in others} <= {"error", "warning"}
    assert total.name == "notice"


def test_percent_signs_come_back_as_they_were() -> None:
    """A text that looks escaped is shown as it is."""
    title = "a%0Ab,c:d=e"
    check = replace(check_report(Verdict.FAILED), title=title, rationale=f"{title}\n::error::x", hint=None)
    error, _ = commands_in(rendered("github", report_with(check)))
    assert (error.properties["title"], error.text) == (f"gradient: {title}", f"{title}\n::error::x")


def test_the_first_failing_check_of_each_exercise_is_annotated() -> None:
    """The exercise is named; what is passed or not begun is not annotated, and what has no room is counted."""
    (exercise,) = report_with(_PASSED, _UNPAID, _FAILED).exercises
    exercises = [replace(exercise, id=f"e{number}") for number in range(12)]
    done, untouched = with_checks(exercise, _PASSED), with_checks(exercise, _NOT_STARTED)
    *errors, total = commands_in(rendered("github", report_on(untouched, done, *exercises)))
    assert [error.properties["title"].split(":")[0] for error in errors] == [f"e{number}" for number in range(9)]
    assert {error.text for error in errors} == {_UNPAID.rationale}
    assert "3 more exercises" in total.text


def test_our_own_fault_is_a_warning_without_a_place() -> None:
    """The student's line is not to blame; and what the student missed goes first."""
    warning, _ = commands_in(rendered("github", REPORTS["our own fault alone"]))
    assert (warning.name, set(warning.properties)) == ("warning", {"title"})
    error, _ = commands_in(rendered("github", report_with(check_report(Verdict.UNGRADED), _FAILED)))
    assert (error.name, error.text) == ("error", "Why it failed [not markup].\nhint: What about it?")


_RAISED = say("judged.raised_at", exception="E", file="helpers.py", line=7)
_RAISED_IN_CELL = say("judged.raised_at", exception="E", file="a.ipynb[cell 4]", line=2)


@pytest.mark.parametrize(
    ("said", "source", "line", "place"),
    [
        ((say("judged.raised", exception="E"), _RAISED), "mine.py", 3, ("exercises/helpers.py", "7")),
        ((say("note.more", count=Listed(things=(1, _RAISED))),), "mine.py", 3, ("exercises/helpers.py", "7")),
        ((), "mine.py", 3, ("exercises/mine.py", "3")),
        ((), "mine.py", None, ("exercises/mine.py", None)),
        ((), "mine.py", -1, ("exercises/mine.py", None)),
        ((), "mine.ipynb", 3, ("exercises/mine.ipynb", None)),
        ((_RAISED_IN_CELL,), None, None, ("exercises/a.ipynb", None)),
        ((), None, None, ("exercises/sub/ch02_first_backward.py", "5")),
    ],
)
def test_an_annotation_is_at_the_students_line(
    said: tuple[Said, ...], source: str | None, line: int | None, place: tuple[str, str | None]
) -> None:
    """Where it raised, else where the function begins, else in the chapter's own file, where that failed."""
    report = report_with(replace(_FAILED, said=said))
    own = "sub/ch02_first_backward.py"
    note = NoteReport(file=own, line=5, text="SyntaxError", failed=True, said=say("text", text=""))
    submission = replace(report.submission, files=("mine.py", own), notes=(note,))
    exercises = (replace(report.exercises[0], source=source, line=line),)
    error, _ = commands_in(rendered("github", replace(report, submission=submission, exercises=exercises)))
    assert (error.properties["file"], error.properties.get("line")) == place


def test_what_is_given_later_is_no_annotation() -> None:
    """Nobody missed it; the total tells of it."""
    assert [one.name for one in commands_in(rendered("github", REPORTS["all that is asked"]))] == ["notice"]


def test_a_check_that_is_nowhere_names_no_file() -> None:
    """GitHub shows it with the run."""
    report = report_with(_FAILED)
    error, _ = commands_in(rendered("github", replace(report, exercises=(replace(report.exercises[0], source=None),))))
    assert set(error.properties) == {"title"}


# ---------------------------------------------------------------- the legacy reporter


# Any: JSON.
def runners_in(document: str) -> dict[str, dict[str, Any]]:
    """The result of each runner, as a workflow hands it on by its id."""
    lines = [line.split("=", 1) for line in document.splitlines()]
    return {name: json.loads(base64.b64decode(value, validate=True)) for name, value in lines}


@each_report
def test_a_runner_is_as_the_reporter_reads_it(name: str) -> None:
    """Every key is there, some test is in it, `line_no` is 0, and a message is there where it is printed."""
    document = rendered("legacy-reporter", REPORTS[name])
    for line in document.splitlines():
        identity, _, value = line.partition("=")
        assert re.fullmatch("[a-zA-Z][a-zA-Z0-9]*", identity)
        assert len(f"{identity.upper()}_RESULTS={value}") < 131_072
    runners = runners_in(document)
    assert len(runners) == len(REPORTS[name].exercises)
    for runner in runners.values():
        assert runner["tests"]
        assert all(type(test["score"]) is int and test["line_no"] == 0 and test["name"] for test in runner["tests"])
        assert all({"status", "message", "test_code"} <= test.keys() for test in runner["tests"])
        assert all(test["message"] == "" or test["status"] == "error" for test in runner["tests"])
        printed = [test[key] for test in runner["tests"] for key in ("name", "message")]
        assert not any("\n" in text or "##[" in text for text in printed)  # the reporter prints it into the log


@pytest.mark.parametrize(
    ("checks", "status"),
    [
        ((_PASSED,), "pass"),
        ((_PASSED, _UNKNOWN, _DEFERRED), "pass"),
        ((_PASSED, check_report(Verdict.UNGRADED)), "error"),
        ((_PASSED, check_report(Verdict.CRASHED)), "error"),
        ((check_report(Verdict.ERRORED), _FAILED), "fail"),
        ((_UNPAID, _PASSED), "fail"),
        ((_NOT_STARTED,), "fail"),
    ],
)
def test_a_run_is_red_where_something_asked_is_missed(checks: tuple[CheckReport, ...], status: str) -> None:
    """The reporter looks at the status of each runner; what is given later makes none red, and has its reason."""
    (runner,) = runners_in(rendered("legacy-reporter", report_with(*checks))).values()
    assert runner["status"] == status
    told = [one.rationale for one in checks if not is_known(one) or EXERCISM[one.verdict] == "error"]
    assert [test["message"] for test in runner["tests"] if test["message"]] == told


def test_our_own_fault_is_an_error_that_says_so() -> None:
    """Of no points, with its reason once."""
    check = check_report(Verdict.UNGRADED)
    (runner,) = runners_in(rendered("legacy-reporter", report_with(check))).values()
    assert runner["status"] == "error"
    assert [(test["status"], test["score"], test["message"]) for test in runner["tests"]] == [
        ("error", 0, check.rationale),
        ("error", 0, ""),
    ]


def test_a_claim_that_holds_and_is_not_paid_fails() -> None:
    """A pass without its points would be in the one total and not in the other."""
    (runner,) = runners_in(rendered("legacy-reporter", report_with(_UNPAID))).values()
    assert {(test["status"], test["score"]) for test in runner["tests"]} == {("fail", 0)}


def test_all_runners_together_fit_into_an_environment() -> None:
    """Linux takes 2 MiB of it; each is as large as its share allows."""
    document = rendered("legacy-reporter", REPORTS["the longest"])
    assert (1 << 19) < len(document) < (1 << 20) + 300 * 20


def test_more_points_than_there_is_room_for_are_refused() -> None:
    """In a sentence; no total would be right."""
    with pytest.raises(UsageError, match="gradient has 5000 points"):
        rendered("legacy-reporter", report_with(paid(_FAILED, 0, 5000)))
    document = rendered("legacy-reporter", report_with(replace(paid(_FAILED, 3, 900), title="T" * 900)))
    assert len(base64.b64decode(document.partition("=")[2])) <= MAX_JSON_BYTES


def test_the_ids_of_runners_differ_whatever_their_case() -> None:
    """The reporter makes a name in capitals of each, and takes no other characters."""
    assert runner_ids(["jacobian_2xtx", "a_b", "ab", "A__B", "_1", "ü", "ab2"]) == (
        "jacobian2xtx",
        "ab",
        "abn2",
        "abn3",
        "e1",
        "e",
        "ab2",
    )
