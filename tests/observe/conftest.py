"""Launchers, and submissions from source."""

import sys
from collections.abc import Callable, Iterator

import pytest

from grader.inside.wire import Cell, SourceFile
from grader.records import Limits
from grader.sandbox import Launcher, confined_launcher
from grader.sandbox.spawn import SpawnLauncher
from grader.submission import SourceTree
from tests.support import COURSE

LAUNCHERS: dict[str, Callable[[Limits], Launcher]] = {"spawn": lambda _: SpawnLauncher(COURSE.equipment)}
if sys.platform == "linux":
    LAUNCHERS["confined"] = lambda limits: confined_launcher(limits, COURSE.equipment)


@pytest.fixture(scope="module", params=LAUNCHERS)
def launcher(request: pytest.FixtureRequest) -> Iterator[Launcher]:
    """Each way to start workers that this system has and a process with threads may use."""
    one = LAUNCHERS[request.param](Limits())
    yield one
    one.close()


def source_file(path: str, source: str) -> SourceFile:
    """A submission's file."""
    return SourceFile(path=path, stem=path.removesuffix(".py"), cells=(Cell(file=path, source=source),))


def source_tree(**sources: str) -> SourceTree:
    """A submission of these modules."""
    files = tuple(source_file(f"{name}.py", source) for name, source in sources.items())
    return SourceTree(name="test", digest="0", files=files, notes=())
