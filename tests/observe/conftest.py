"""Launchers, and submissions from source."""

import sys
from collections.abc import Callable, Iterator

import pytest

from grader.inside.commands import Equipment
from grader.inside.wire import Cell, SourceFile
from grader.records import Limits
from grader.sandbox import Launcher, confined_launcher
from grader.sandbox.spawn import SpawnLauncher
from grader.submission import SourceTree
from tests.support import COURSE

LAUNCHERS: dict[str, Callable[[Limits, Equipment], Launcher]] = {"spawn": lambda _, equipment: SpawnLauncher(equipment)}
if sys.platform == "linux":
    LAUNCHERS["confined"] = confined_launcher


@pytest.fixture(scope="module", params=LAUNCHERS)
def launcher(request: pytest.FixtureRequest) -> Iterator[Launcher]:
    """Each way to start workers that this system has and a process with threads may use."""
    one = LAUNCHERS[request.param](Limits(), COURSE.equipment)
    yield one
    one.close()


@pytest.fixture(scope="module", params=LAUNCHERS)
def plain_launcher(request: pytest.FixtureRequest, plain: Equipment) -> Iterator[Launcher]:
    """The same for what does not depend on a course's library."""
    one = LAUNCHERS[request.param](Limits(), plain)
    yield one
    one.close()


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Equipment:
    """A course about plain Python, whose workers start at once; it has one exercise."""
    probes = tmp_path_factory.mktemp("plain")
    (probes / "functions.py").write_text("FAMILIES = {}\n", encoding="utf-8")
    (probes / "chapter.py").write_text("from grader.inside.recorder import call\n\nexercise = call\n", encoding="utf-8")
    return Equipment(subject="python", probes=str(probes))


def source_file(path: str, source: str) -> SourceFile:
    """A submission's file."""
    return SourceFile(path=path, stem=path.removesuffix(".py"), cells=(Cell(file=path, source=source),))


def source_tree(**sources: str) -> SourceTree:
    """A submission of these modules."""
    files = tuple(source_file(f"{name}.py", source) for name, source in sources.items())
    return SourceTree(name="test", digest="0", files=files, notes=())
