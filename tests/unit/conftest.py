"""What several unit tests share."""

import contextlib
from collections.abc import Iterator

import pytest

from grader.records import Limits
from grader.sandbox import Launcher, confined_launcher
from tests.support import COURSE


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    """Confined workers for all tests of a file."""
    with contextlib.closing(confined_launcher(Limits(), COURSE.equipment, warm=True)) as one:
        yield one
