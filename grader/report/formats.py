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
"""By the name that `--format` takes; `text` is for a terminal, and made for its width."""
_IN_ENVIRONMENT: Mapping[str, Callable[[Environment], Renderer]] = {
    "classroom50": lambda environment: partial(render_classroom50, handed_in=HandedIn.of(environment)),
    "github": lambda environment: partial(render_github, environment=environment),
}
FORMATS = tuple(sorted((*DOCUMENTS, *_IN_ENVIRONMENT)))
"""The names of all documents."""
CLASSROOMS = frozenset(FORMATS) - {"html", "json", "junit", "markdown"}
"""Formats that a client reads and shows to the student: they have the student's view."""


def renderer(form: str, environment: Environment) -> Renderer:
    """The function that writes a format; raises `UsageError` where the environment lacks what it needs."""
    if form in DOCUMENTS:
        return DOCUMENTS[form]
    return _IN_ENVIRONMENT[form](environment)
