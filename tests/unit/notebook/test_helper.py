"""The process that grades for a notebook, as its kernel sees it."""

from pathlib import Path

import pytest

from grader.errors import EnvironmentFault
from grader.notebook.helper import Helper, Refused, Wish
from tests.observe.conftest import source_tree
from tests.support import COURSE

WISH = Wish(tree=source_tree(a="x = 1"), exercises=("gradient",))


def test_a_process_that_refuses_says_why_before_it_ends(tmp_path: Path) -> None:
    """Also where it has ended before anything was wished."""
    helper = Helper(str(tmp_path))
    helper._process = helper._started()
    helper._process.wait()
    answer = helper.grade(WISH)
    assert isinstance(answer, Refused)
    assert answer.said.id == "usage.no_course"


def test_a_process_that_says_nothing_is_told_in_words() -> None:
    """The next wish begins anew."""
    helper = Helper(str(COURSE.folder))
    helper._process = helper._started()
    helper._process.kill()
    helper._process.wait()
    with pytest.raises(EnvironmentFault, match="the process that grades has ended"):
        helper.grade(WISH)
    assert helper._process is None
