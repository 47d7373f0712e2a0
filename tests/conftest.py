"""Says at the end which layers of confinement this machine has: what it lacks, was not tested."""

import contextlib

import pytest

from grader.records import Limits
from grader.sandbox import confined_launcher
from tests.support import COURSE


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
