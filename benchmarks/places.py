"""Where things are, and what a measured command finds around it."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "benchmarks"
ENVIRONMENTS = HERE / ".peers"
RESULTS = HERE / ".results"
PAGE = ROOT / "docs" / "performance.md"

PYTHON = Path(sys.executable)
GRADER = PYTHON.parent / "grader"

_DROPPED = ("PYTHON", "PYTEST", "VIRTUAL_ENV", "PIP_", "JUPYTER", "IPYTHON", "OMP_", "MKL_")


def clean_environment(python: Path = PYTHON) -> dict[str, str]:
    """The caller's environment without what changes how Python runs or where it looks; `python` comes first on PATH."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_DROPPED)}
    return {**kept, "PATH": f"{python.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}", "NO_COLOR": "1"}


def say(text: str) -> None:
    """Tell who waits."""
    print(text, file=sys.stderr, flush=True)
