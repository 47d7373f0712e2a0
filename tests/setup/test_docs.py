"""Paths that the docs name."""

import re
from pathlib import Path

import pytest

from tests.support import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
_FOLDERS = "audit|benchmarks|checks|docs|examples|exercises|grader|probes|schema|scripts|solutions|tests"
# Written as a path of the repository: not a pattern, and not with a place to be filled in.
_PATH = re.compile(rf"`((?:{_FOLDERS})/[\w./-]*)`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_that_a_page_names_is_there(page: Path) -> None:
    """A reader who looks for it finds it, here or in the small course: files and folders move."""
    places = (ROOT, ROOT / "tests" / "courses" / "texts")
    named = _PATH.findall(page.read_text(encoding="utf-8"))
    assert [path for path in named if not any((place / path).exists() for place in places)] == []
