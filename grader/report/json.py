"""A report as JSON, and the JSON Schema of all reports."""

from typing import Any

import msgspec

from grader.report.record import SCHEMA, Report


def render_json(report: Report) -> str:
    """The report as an indented JSON document with a newline at its end, in which a CI service finds no command."""
    text = msgspec.json.format(msgspec.json.encode(report), indent=2).decode()
    # GitHub's runner takes `##[name]` anywhere in a line for one. Only texts hold it, and there it may be written so.
    return text.replace("##[", "#\\u0023[") + "\n"


def parse_json(text: str | bytes) -> Report:
    """A report from its JSON; raises `msgspec.ValidationError` where it is none."""
    return msgspec.json.decode(text, type=Report)


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) that every report of this version satisfies, those of later releases included.

    So it allows fields that it does not know: a version of the schema only ever gains some.
    """
    # Any: JSON.
    (reference,), components = msgspec.json.schema_components([Report], ref_template="#/$defs/{name}")
    for component in components.values():
        component.pop("additionalProperties", None)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        **reference,
        "$defs": dict(sorted(components.items())),
    }
