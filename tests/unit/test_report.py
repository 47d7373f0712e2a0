"""Reports: the schema, the views, the text, the table of a class."""

import csv
import io
import json

import pytest
from jsonschema import Draft202012Validator, ValidationError
from msgspec.structs import replace

from grader.batch.summary import Line, render_summary
from grader.errors import GraderError
from grader.model import Evidence, Verdict, Visibility
from grader.report import (
    SCHEMA,
    Audience,
    CapturedOutput,
    CheckReport,
    ExerciseReport,
    Report,
    SubmissionReport,
    Versions,
    for_audience,
)
from grader.report.json import json_schema, parse_json, render_json
from grader.report.text import render_text
from grader.wire import Note

CANARY = "canary"


def check(verdict: Verdict, visibility: Visibility = Visibility.HIDDEN) -> CheckReport:
    """A check whose evidence must not be shown where its question is hidden."""
    passed = verdict is Verdict.PASSED
    return CheckReport(
        id=f"gradient.{verdict}",
        title=f"The claim that {verdict}.",
        verdict=verdict,
        points=None if verdict is Verdict.UNGRADED else 2 * passed,
        max_points=2,
        visibility=visibility,
        witnessed=False,
        rationale="" if passed else f"Why it {verdict} [not markup].",
        hint=None if passed else "What about it?",
        misconception=None if passed else "an_id",
        evidence=Evidence(call=f"{CANARY} call", actual=CANARY, expected=CANARY, detail=CANARY),
    )


def report(*verdicts: Verdict, visibility: Visibility = Visibility.HIDDEN) -> Report:
    """A report of one exercise with a check of each verdict."""
    checks = tuple(check(verdict, visibility) for verdict in verdicts)
    exercise = ExerciseReport(
        id="gradient",
        chapter="ch02_first_backward",
        title="The gradient",
        verdict=verdicts[0],
        points=sum(one.points or 0 for one in checks),
        max_points=2 * len(checks),
        source="mine.py",
        notes=("also defined in old.py",),
        output=(
            CapturedOutput(visibility=Visibility.HIDDEN, text=CANARY),
            CapturedOutput(visibility=Visibility.VISIBLE, text="seen"),
        ),
        checks=checks,
    )
    return Report(
        schema=SCHEMA,
        audience="instructor",
        seed=f"{CANARY} seed",
        created="2026-01-01T00:00:00+00:00",
        duration_seconds=1.5,
        versions=Versions(kit="0", torch="0", python="0"),
        isolation=("process",),
        submission=SubmissionReport(
            name="mine.py",
            digest="0",
            files=("mine.py",),
            notes=(Note(file="mine.py", line=3, text="SyntaxError: [no]", failed=True),),
            output="",
        ),
        points=exercise.points,
        max_points=exercise.max_points,
        needs_review=Verdict.UNGRADED in verdicts,
        verdicts={verdict.value: verdicts.count(verdict) for verdict in Verdict},
        exercises=(exercise,),
    )


ALL = report(*Verdict)


def test_the_schema_is_one_and_holds_for_every_verdict() -> None:
    """A valid JSON Schema 2020-12, which a report with every verdict satisfies, in both views."""
    Draft202012Validator.check_schema(json_schema())
    for audience in Audience:
        Draft202012Validator(json_schema()).validate(json.loads(render_json(for_audience(ALL, audience))))


@pytest.mark.parametrize("change", [{"points": -1}, {"schema": "other"}, {"seed": 3}, {"exercises": None}])
def test_the_schema_refuses_what_is_no_report(change: dict[str, object]) -> None:
    """Negative points, another schema and wrong types; a field of a later release is no reason."""
    Draft202012Validator(json_schema()).validate({**json.loads(render_json(ALL)), "later": 1})
    document = {**json.loads(render_json(ALL)), **change}
    with pytest.raises(ValidationError):
        Draft202012Validator(json_schema()).validate(document)


def test_a_report_is_read_back() -> None:
    """JSON loses nothing."""
    assert parse_json(render_json(ALL)) == ALL


def test_the_students_view_holds_nothing_hidden() -> None:
    """No seed; of hidden questions no evidence and no output. Everything else stays."""
    seen = for_audience(ALL, Audience.STUDENT)
    assert CANARY not in render_json(seen)
    assert CANARY not in render_text(seen)
    [exercise] = seen.exercises
    assert [one.text for one in exercise.output] == ["seen"]
    for one, whole in zip(exercise.checks, ALL.exercises[0].checks, strict=True):
        assert one == replace(whole, evidence=None)


def test_visible_evidence_stays_for_students() -> None:
    """What happened with a visible question may be shown with its values."""
    seen = for_audience(report(Verdict.FAILED, visibility=Visibility.VISIBLE), Audience.STUDENT)
    assert seen.exercises[0].checks[0].evidence == ALL.exercises[0].checks[0].evidence


def test_the_owners_view_is_everything() -> None:
    """Nothing is left out for the instructor."""
    assert for_audience(ALL, Audience.INSTRUCTOR) is ALL


@pytest.mark.parametrize("verdict", [one for one in Verdict if one not in (Verdict.PASSED, Verdict.NOT_STARTED)])
def test_the_summary_shows_the_first_check_that_did_not_pass(verdict: Verdict) -> None:
    """Verdict, title, rationale, evidence and hint of one check, and how many more there are; text is not markup."""
    text = render_text(report(verdict, Verdict.PASSED, Verdict.FAILED))
    shown = f"The claim that {verdict}.", f"Why it {verdict} [not markup].", "What about it?", "canary call"
    for part in (*shown, "and 1 more of its 3 checks", "2/6", "SyntaxError: [no]", "also defined in old.py"):
        assert part in text
    assert "The claim that failed." not in text or verdict is Verdict.FAILED
    assert not any(line != line.rstrip() for line in text.splitlines())


@pytest.mark.parametrize("verdict", [Verdict.PASSED, Verdict.NOT_STARTED])
def test_the_summary_is_short_where_nothing_went_wrong(verdict: Verdict) -> None:
    """A passed and an untouched exercise are one line each."""
    text = render_text(report(verdict))
    assert "Why" not in text
    assert ("next: gradient in mine.py" in text) is (verdict is Verdict.NOT_STARTED)


def test_the_summary_says_what_needs_review() -> None:
    """Our own fault is not to be overlooked."""
    assert "review" in render_text(report(Verdict.UNGRADED))
    assert "review" not in render_text(report(Verdict.FAILED))


def test_colour_is_only_for_terminals() -> None:
    """Plain text has no escapes."""
    assert "\x1b" not in render_text(ALL)
    assert "\x1b" in render_text(ALL, colour=True)


def rows(*lines: Line) -> list[dict[str, str]]:
    """The table, read as a spreadsheet would."""
    return list(csv.DictReader(io.StringIO(render_summary(lines))))


def test_a_class_is_a_line_each() -> None:
    """Points, a column an exercise, counts by verdict, and whom a person has to look at."""
    [ana, ben] = rows(Line(identity="ana", outcome=ALL), Line(identity="ben", outcome=GraderError("no space")))
    assert (ana["points"], ana["max_points"], ana["gradient"], ana["needs_review"]) == ("2", "14", "2", "yes")
    assert [ana[verdict] for verdict in Verdict] == ["1"] * 7
    assert (ben["points"], ben["needs_review"], ben["error"]) == ("", "yes", "no space")


@pytest.mark.parametrize("identity", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_is_a_formula(identity: str) -> None:
    """A spreadsheet must not compute what a submission is called."""
    [line] = rows(Line(identity=identity, outcome=ALL))
    assert line["identity"] == f"'{identity}"


def test_every_field_is_quoted() -> None:
    """A comma, a quote or a newline in an identity stays in its field."""
    [line] = rows(Line(identity='a,"b"\nc', outcome=ALL))
    assert line["identity"] == 'a,"b"\nc'
