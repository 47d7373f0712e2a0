"""Starts, confines, limits and kills the processes that run submissions."""

from grader.sandbox.choose import confined_launcher, missing_layers, quick_launcher
from grader.sandbox.launcher import Launcher, Process
from grader.sandbox.memory import jobs_that_fit, memory_here
from grader.sandbox.session import Cancelled, Ended, Patience, Session

__all__ = [
    "Cancelled",
    "Ended",
    "Launcher",
    "Patience",
    "Process",
    "Session",
    "confined_launcher",
    "jobs_that_fit",
    "memory_here",
    "missing_layers",
    "quick_launcher",
]
