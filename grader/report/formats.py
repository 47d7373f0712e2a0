"""The formats in which a report is a document: each a function from a report to a text."""

from collections.abc import Callable, Mapping

from grader.report.html import render_html
from grader.report.json import render_json
from grader.report.junit import render_junit
from grader.report.markdown import render_markdown
from grader.report.record import Report

DOCUMENTS: Mapping[str, Callable[[Report], str]] = {
    "html": render_html,
    "json": render_json,
    "junit": render_junit,
    "markdown": render_markdown,
}
"""By the name that `--format` takes; `text` is for a terminal, and made for its width."""
