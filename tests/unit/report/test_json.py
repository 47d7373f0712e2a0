"""A report as JSON, and the schema of all reports."""

import json

import msgspec
import pytest
from jsonschema import Draft202012Validator, ValidationError
from msgspec.structs import replace

from grader.report import Audience, for_audience
from grader.report.json import json_schema, parse_json, render_json
from tests.clients.actions import would_inject
from tests.support import ROOT
from tests.unit.records import ALL_VERDICTS


def test_the_schema_is_one() -> None:
    """It is a valid JSON Schema 2020-12."""
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("audience", Audience)
def test_the_schema_holds_for_every_verdict(audience: Audience) -> None:
    """A report with every verdict satisfies it, in both views."""
    Draft202012Validator(json_schema()).validate(json.loads(render_json(for_audience(ALL_VERDICTS, audience, ROOT))))


def test_the_schema_allows_what_later_releases_add() -> None:
    """A field that it does not know is no reason to refuse a report, at any depth."""
    document = json.loads(render_json(ALL_VERDICTS))
    for part in (document, document["submission"], document["exercises"][0], document["exercises"][0]["checks"][0]):
        part["later"] = 1
    Draft202012Validator(json_schema()).validate(document)


@pytest.mark.parametrize("change", [{"points": -1}, {"schema": "other"}, {"seed": 3}, {"exercises": None}])
def test_the_schema_refuses_what_is_no_report(change: dict[str, object]) -> None:
    """Negative points, another schema and wrong types; neither is it read back."""
    document = {**json.loads(render_json(ALL_VERDICTS)), **change}
    with pytest.raises(ValidationError):
        Draft202012Validator(json_schema()).validate(document)
    with pytest.raises(msgspec.ValidationError):
        parse_json(json.dumps(document))


def test_a_report_is_read_back() -> None:
    """JSON loses nothing."""
    assert parse_json(render_json(ALL_VERDICTS)) == ALL_VERDICTS


def test_a_document_ends_its_line() -> None:
    """It is indented for people, and a file of it ends with a newline."""
    text = render_json(ALL_VERDICTS)
    assert text.startswith('{\n  "schema"')
    assert text.endswith("}\n")


def test_a_report_in_a_log_is_no_command() -> None:
    """The runner of GitHub Actions finds none in it, and a program reads the same texts."""
    hostile = "see ##[error]no ###[add-mask]x\n::error::no"
    report = replace(ALL_VERDICTS, submission=replace(ALL_VERDICTS.submission, output=hostile))
    assert would_inject(f'  "output": "{hostile}"')
    assert would_inject(render_json(report)) == ()
    assert parse_json(render_json(report)) == report
