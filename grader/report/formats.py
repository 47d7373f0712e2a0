"""The formats in which a report is a document: each a function from a report to a text."""

from collections.abc import Callable, Mapping
from functools import partial

from grader.report.classroom50 import HandedIn, render_classroom50
from grader.report.exercism import render_exercism
from grader.report.github import render_github
from grader.report.gradescope import render_gradescope
from grader.report.html import render_html
from grader.report.json import render_json
from grader.report.junit import render_junit
from grader.report.legacy_reporter import render_legacy_reporter
from grader.report.markdown import render_markdown
from grader.report.prairielearn import render_prairielearn
from grader.report.record import Report

Renderer = Callable[[Report], str]
Environment = Mapping[str, str]


def _text(_: Environment) -> Renderer:
    from grader.report.text import render_text  # noqa: PLC0415  # rich takes its time, and most formats do without

    return render_text


DOCUMENTS: Mapping[str, Renderer] = {
    "exercism": render_exercism,
    "gradescope": render_gradescope,
    "html": render_html,
    "json": render_json,
    "junit": render_junit,
    "legacy-reporter": render_legacy_reporter,
    "markdown": render_markdown,
    "prairielearn": render_prairielearn,
}
"""By the name that `--format` takes."""
_MADE_LATER: Mapping[str, Callable[[Environment], Renderer]] = {
    "classroom50": lambda environment: partial(render_classroom50, handed_in=HandedIn.of(environment)),
    "github": lambda environment: partial(render_github, environment=environment),
    "text": _text,
}
FORMATS = tuple(sorted((*DOCUMENTS, *_MADE_LATER)))
"""The names of all formats."""
CLASSROOMS = frozenset(FORMATS) - {"html", "json", "junit", "markdown", "text"}
"""Formats that a client reads and shows to the student: they have the student's view."""
SUFFIXES: Mapping[str, str] = dict.fromkeys(FORMATS, "json") | {
    "github": "txt",
    "html": "html",
    "junit": "xml",
    "legacy-reporter": "txt",
    "markdown": "md",
    "text": "txt",
}
"""How the name of a document's file ends."""


def renderer(form: str, environment: Environment) -> Renderer:
    """The function that writes a format; raises `UsageError` where the environment lacks what it needs."""
    if form in DOCUMENTS:
        return DOCUMENTS[form]
    return _MADE_LATER[form](environment)
