"""A control group of our own with a limit of memory, where the machine lets us make one."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

_TOP = Path("/sys/fs/cgroup")


@contextlib.contextmanager
def limited(memory_bytes: int) -> Iterator[tuple[str, ...]]:
    """The beginning of a command line that runs the rest of it in such a group; skips the test where there is none."""
    first = _TOP / "memory"
    folder, limit = (first, "memory.limit_in_bytes") if first.is_dir() else (_TOP, "memory.max")
    group = folder / f"gradlings-test-{os.getpid()}"
    try:
        group.mkdir()
    except OSError as error:
        pytest.skip(f"no control group can be made here: {error}")
    try:
        try:
            (group / limit).write_text(str(memory_bytes))
        except OSError as error:
            pytest.skip(f"no memory can be limited here: {error}")
        join = f'echo $$ > "{group}/cgroup.procs" && exec "$@"'
        yield ("/bin/sh", "-c", join, "sh")
    finally:
        group.rmdir()
