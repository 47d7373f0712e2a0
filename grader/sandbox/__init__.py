"""Starts, limits and kills the processes that run submissions."""

from grader.sandbox.choose import launcher
from grader.sandbox.launcher import Launcher, Process
from grader.sandbox.session import Closed, Session

__all__ = ["Closed", "Launcher", "Process", "Session", "launcher"]
