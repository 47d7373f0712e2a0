"""Chooses how workers are started.

On Linux a zygote forks workers in milliseconds and ends everything that they started; elsewhere each worker is a
process of its own.
"""

import sys

from grader.sandbox.launcher import Launcher
from grader.sandbox.spawn import SpawnLauncher
from grader.sandbox.zygote import ZygoteLauncher


def launcher() -> Launcher:
    """The best launcher of this system."""
    return ZygoteLauncher() if sys.platform == "linux" else SpawnLauncher()
