"""Which files a worker may see: Python, its packages and the system's libraries. Never a folder that holds the kit."""

import os
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from grader.catalog import ROOT

# What a worker imports of the kit, and nothing else: a test compares it with the imports.
_PUBLIC = (
    *("__init__.py", "bindings.py", "control.py", "magics.py", "model.py", "newer.py", "room.py"),
    *("statements.py", "tensors.py", "wire.py"),
    *("functions", "probes", "worker"),
)
_SYSTEM = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/etc/localtime"),
    *("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"),
)
# ctypes finds libraries by running ldconfig.
_PROGRAMS = ("/bin", "/sbin", "/usr/bin", "/usr/sbin")


def readable() -> tuple[str, ...]:
    """The paths that a worker may read after it has started."""
    installed = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    libraries = [str(Path(prefix, name)) for prefix in (sys.prefix, sys.base_prefix) for name in ("lib", "lib64")]
    # Not sys.path: the folder of a script that was started is on it, or whatever PYTHONPATH says.
    return _without_kit([*libraries, *installed, *_SYSTEM])


def visible() -> tuple[str, ...]:
    """The paths that a forking process needs at its start: more programs, and the public part of the kit."""
    programs = [str(Path(prefix, name)) for prefix in (sys.prefix, sys.base_prefix) for name in ("bin", "pyvenv.cfg")]
    public = [str(ROOT / "grader" / name) for name in _PUBLIC]
    return (*readable(), *_without_kit([*programs, *_PROGRAMS]), *public)


def _without_kit(paths: Iterable[str]) -> tuple[str, ...]:
    """The paths that exist, as written and as resolved; none that is part of another, or holds the kit."""
    both = sorted({one for path in paths for one in (path, os.path.realpath(path)) if Path(one).exists()})
    found: list[str] = []
    for path in both:
        if not ROOT.is_relative_to(path) and not any(Path(path).is_relative_to(other) for other in found):
            found.append(path)
    return tuple(found)
