"""Starts, limits and kills the processes that run submissions."""

from grader.sandbox.launcher import Launcher, Process, launcher
from grader.sandbox.session import Closed, Session

__all__ = ["Closed", "Launcher", "Process", "Session", "launcher"]
