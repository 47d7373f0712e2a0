"""Which files a worker may see: Python, its packages and the system's libraries, and what runs beside a submission.

Never a folder that holds the kit or a course: its solutions are in it.
"""

import os
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from grader.inside.commands import Equipment
from grader.kit import HOME, own_course

# All of the kit that a worker sees. With the course's probes, that is what it may import.
_PACKAGE = ("__init__.py", "inside")
_SYSTEM = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/etc/localtime"),
    *("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"),
)
# ctypes finds libraries by running ldconfig.
_PROGRAMS = ("/bin", "/sbin", "/usr/bin", "/usr/sbin")


def readable(equipment: Equipment) -> tuple[str, ...]:
    """The paths that a worker may read after it has started."""
    installed = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    libraries = [str(Path(prefix, name)) for prefix in (sys.prefix, sys.base_prefix) for name in ("lib", "lib64")]
    # Not sys.path: the folder of a script that was started is on it, or whatever PYTHONPATH says.
    return _without_secrets([*libraries, *installed, *_SYSTEM], equipment)


def visible(equipment: Equipment) -> tuple[str, ...]:
    """The paths that a forking process needs at its start: more programs, the kit's inside, and the course's probes."""
    programs = [str(Path(prefix, name)) for prefix in (sys.prefix, sys.base_prefix) for name in ("bin", "pyvenv.cfg")]
    ours = [str(HOME / "grader" / name) for name in _PACKAGE]
    return (*readable(equipment), *_without_secrets([*programs, *_PROGRAMS], equipment), *ours, equipment.probes)


def _without_secrets(paths: Iterable[str], equipment: Equipment) -> tuple[str, ...]:
    """The paths that exist, as written and as resolved; none that is part of another, or holds a course."""
    courses = [Path(os.path.realpath(course)) for course in (own_course(), Path(equipment.probes).parent)]
    both = sorted({one for path in paths for one in (path, os.path.realpath(path)) if Path(one).exists()})
    found: list[str] = []
    for path in both:
        # A link is shown as what it leads to.
        holds_secrets = any(course.is_relative_to(os.path.realpath(path)) for course in courses)
        if not holds_secrets and not any(Path(path).is_relative_to(other) for other in found):
            found.append(path)
    return tuple(found)
