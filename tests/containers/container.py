"""Starts the real command as a container would run it."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support import run_grader

AS_CONTAINER = Path(__file__).with_name("as_container.py")


def run_contained(
    *arguments: str | Path,
    cwd: Path,
    options: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Start `grader` where namespaces are refused, and whatever the options of `as_container.py` name."""
    return run_grader(*arguments, cwd=cwd, environment=environment, before=(sys.executable, AS_CONTAINER, *options))
