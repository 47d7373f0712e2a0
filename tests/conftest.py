"""Says at the end which layers of confinement this machine has: what it lacks, was not tested."""

import contextlib

import pytest

from grader.records import Limits
from grader.sandbox import confined_launcher
from tests.support import COURSE


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
