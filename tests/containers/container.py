"""Starts the real command as a container would run it."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

AS_CONTAINER = Path(__file__).with_name("as_container.py")


def run_contained(
    *arguments: str | Path,
    cwd: Path,
    options: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Start `grader` where namespaces are refused, and whatever the options of `as_container.py` name."""
    return subprocess.run(
        [sys.executable, AS_CONTAINER, *options, sys.executable, "-m", "grader", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
