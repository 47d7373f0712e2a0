"""Overwrites the variables that a fork has inherited: whoever reads its memory must not find them (Linux)."""

import ctypes
import os
from collections.abc import Mapping
from pathlib import Path

# Of /proc/self/stat, counted behind the name of the program (proc_pid_stat(5)).
_ENV_START, _ENV_END = 47, 48


def forget_environment(kept: Mapping[str, str]) -> None:
    """Have these variables alone. The others are taken out, and their values overwritten where they were."""
    values = list(os.environb.values())
    os.environ.clear()
    _overwrite_block()
    for value in values:
        _overwrite(value)
    os.environ.update(kept)


def _overwrite_block() -> None:
    """The block that the kernel has filled at the start: it stays when a variable is taken out."""
    fields = Path("/proc/self/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    start, end = int(fields[_ENV_START]), int(fields[_ENV_END])
    ctypes.memset(start, 0, end - start)


def _overwrite(value: bytes) -> None:
    """Python's own copy, which is nobody else's. Of the shortest texts there is one for all of Python."""
    if len(value) > 1:
        ctypes.memset(id(value) + bytes.__basicsize__ - 1, 0, len(value))
