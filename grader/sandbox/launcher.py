"""The interface of everything that starts workers. `choose` has the ways behind it."""

import contextlib
import io
import os
import sys
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from grader.inside.layers import Layer
from grader.kit import HOME


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """The grader's ends of a worker's three streams."""

    orders: BinaryIO
    reports: BinaryIO
    output: io.BufferedReader

    def close(self) -> None:
        """Close all three; bytes that could not be sent are of no use any more."""
        for stream in (self.orders, self.reports, self.output):
            with contextlib.suppress(OSError):
                stream.close()


class Process(Protocol):
    """A running worker."""

    @property
    def streams(self) -> Streams:
        """The three streams."""

    def cpu_seconds(self) -> float:
        """CPU time used so far; the last known figure once it has ended."""

    def busy_seconds(self) -> float | None:
        """Time so far on a core or in the queue for one; None where that is not to be had at this moment."""

    def tells_waiting(self) -> bool:
        """Are these seconds to be had at all, by the last look at them?"""

    def threads(self) -> int:
        """How many threads it has now; none once it has ended."""

    def end(self) -> int:
        """Kill it and all that it started; return its exit status as `subprocess` counts (negative: a signal)."""


class Launcher(Protocol):
    """Starts workers."""

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers that confine them, and the layers that this machine lacks."""

    def start(self) -> Process:
        """A new worker, ready for its first order."""

    def shared(self) -> "Launcher":
        """A launcher for another process of the grader, which shares what can be shared."""

    def close(self) -> None:
        """End whatever the launcher keeps running."""


def python_running(module: str, *arguments: str) -> list[str]:
    """A command line that runs the `main` of a module of this very kit, whichever one is installed."""
    program = f"import sys; sys.path.insert(0, {str(HOME)!r}); from {module} import main; main()"
    return [sys.executable, "-I", "-c", program, *arguments]


def clean_environment() -> dict[str, str]:
    """The part of the caller's environment that a worker may know: where the system keeps its things."""
    kept = ("SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    # A fixed hash seed keeps the order of sets, and with it reports, the same from run to run.
    return {
        **environment,
        "PATH": os.defpath,
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": "1",
        "PYTHONUTF8": "1",
    }
