"""Says at the end which layers of confinement this machine has: what it lacks, was not tested."""

import contextlib
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling

from grader.records import Limits
from grader.sandbox import confined_launcher
from tests.support import COURSE

# How long anything takes says how busy the machine is, and nothing about a rule.
settings.register_profile("kit", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kit")


class _WholeFiles(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """Sends each file to one worker, so that what its tests share is made once; tests/hostile shares one batch."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return "tests/hostile" if file.startswith("tests/hostile/") else file


@pytest.hookimpl(optionalhook=True)  # without xdist there is nothing to send
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """Whatever `--dist` says: the groups of xdist 3.8 are lost under pytest 9.2, which keeps an item's id elsewhere."""
    return _WholeFiles(config, log)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Refuse a set of parameters: its order differs from process to process, and xdist stops where two disagree."""
    for mark in metafunc.definition.iter_markers("parametrize"):
        if isinstance(mark.args[1], set | frozenset):
            raise pytest.UsageError(f"{metafunc.definition.nodeid}: parametrize over a list, not over a set")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Once, after the tests, and not where only some of them were chosen."""
    if config.args != config.getini("testpaths"):
        return
    with contextlib.closing(confined_launcher(Limits(), COURSE.equipment)) as launcher:
        layers = launcher.layers
    active = ", ".join(layer.name for layer in layers if layer.active)
    terminalreporter.write_line(f"Layers of confinement that were tested: {active or 'none'}")
    for layer in layers:
        if not layer.active:
            terminalreporter.write_line(f"Not tested, since this machine lacks it: {layer.name} ({layer.why_not})")
