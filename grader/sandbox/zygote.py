"""Workers forked from a zygote that has imported torch already (Linux)."""

import contextlib
import os
import socket
import subprocess
import sys

import psutil

from grader.errors import EnvironmentFault
from grader.sandbox.launcher import Streams, clean_environment


class ForkedProcess:
    """A worker that the zygote forked."""

    def __init__(self, zygote: "ZygoteLauncher", pid: int, streams: Streams) -> None:
        self._zygote = zygote
        self._streams = streams
        self._watched: psutil.Process | None = None
        with contextlib.suppress(psutil.Error):
            self._watched = psutil.Process(pid)
        self._cpu_seconds = 0.0

    @property
    def streams(self) -> Streams:
        """The three streams."""
        return self._streams

    def cpu_seconds(self) -> float:
        """CPU time used so far; the last known figure once it has ended."""
        with contextlib.suppress(psutil.Error):
            if self._watched:
                times = self._watched.cpu_times()
                self._cpu_seconds = times.user + times.system
        return self._cpu_seconds

    def end(self) -> int:
        """Have the zygote kill it and all that it started; return its exit status."""
        return self._zygote.end_worker()


class ZygoteLauncher:
    """Keeps one zygote, and one worker at a time."""

    layers: tuple[str, ...] = ("process", "session", "subreaper", "memory-limit")

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-m", "grader.worker.zygote", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=clean_environment(),
                start_new_session=True,
            )
        self._ready = False

    def start(self) -> ForkedProcess:
        """A new worker, ready for its first order."""
        if not self._ready:
            self._receive(b"ready")
            self._ready = True
        orders_in, orders_out = os.pipe()
        reports_in, reports_out = os.pipe()
        output_in, output_out = os.pipe()
        theirs = [orders_in, reports_out, output_out]
        socket.send_fds(self._control, [b"fork"], theirs)
        for descriptor in theirs:
            os.close(descriptor)
        streams = Streams(
            orders=os.fdopen(orders_out, "wb"),
            reports=os.fdopen(reports_in, "rb"),
            output=os.fdopen(output_in, "rb"),
        )
        return ForkedProcess(self, int(self._receive(b"pid")), streams)

    def end_worker(self) -> int:
        """Kill the worker, if it still runs, and learn how it ended."""
        self._control.send(b"kill")
        return os.waitstatus_to_exitcode(int(self._receive(b"ended")))

    def close(self) -> None:
        """End the zygote, which ends its worker first."""
        self._control.close()
        self._process.wait()

    def _receive(self, kind: bytes) -> bytes:
        """The rest of the next message, which must be of this kind."""
        try:
            message = self._control.recv(64)
        except OSError:
            message = b""
        word, _, rest = message.partition(b" ")
        if word != kind:
            raise EnvironmentFault("the process that starts workers has ended; run the command again")
        return rest
