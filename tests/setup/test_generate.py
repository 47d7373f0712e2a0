"""Tables that are written into pages."""

import pytest

from scripts.generate import filled

PAGE = "Before.\n\n<!-- generated: one -->\nold\n<!-- end -->\n\n<!-- generated: two -->\n<!-- end -->\nAfter.\n"


def test_a_table_takes_the_place_between_its_marks() -> None:
    """Whatever stood there is gone, all else stays, and to fill a page again changes nothing."""
    page = filled(PAGE, {"two": "| 2 |\n", "one": "| 1 |\n"})
    assert page == PAGE.replace("old\n", "| 1 |\n").replace("two -->\n", "two -->\n| 2 |\n")
    assert filled(page, {"two": "| 2 |\n", "one": "| 1 |\n"}) == page


@pytest.mark.parametrize(
    "page", ["", PAGE.replace("one", "three"), PAGE.replace("<!-- end -->", ""), PAGE.replace("<!-- end -->", "", 1)]
)
def test_a_page_without_the_marks_is_refused(page: str) -> None:
    """A table that nobody finds would never be stale."""
    with pytest.raises(ValueError, match="<!-- generated: one -->"):
        filled(page, {"one": "| 1 |\n"})
