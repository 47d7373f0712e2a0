"""Workers forked from a zygote that has imported torch already (Linux)."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile

import psutil

from grader.errors import EnvironmentFault
from grader.sandbox.launcher import Streams, clean_environment


class ForkedProcess:
    """A worker that the zygote forked."""

    def __init__(self, zygote: "_Zygote", pid: int, streams: Streams) -> None:
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
    """Keeps one zygote, and one worker at a time. A zygote that has died is replaced."""

    layers: tuple[str, ...] = ("process", "session", "subreaper", "memory-limit")

    def __init__(self) -> None:
        self._zygote = _Zygote()

    def start(self) -> ForkedProcess:
        """A new worker, ready for its first order."""
        try:
            return self._zygote.fork()
        except _ZygoteDied:
            self._zygote.close()
            self._zygote = _Zygote()
        try:
            return self._zygote.fork()
        except _ZygoteDied as error:
            raise EnvironmentFault(
                "the process that starts workers ends at once; run `python -m grader.worker` to see why"
            ) from error

    def close(self) -> None:
        """End the zygote, which ends its worker first."""
        self._zygote.close()


class _ZygoteDied(Exception):
    """The zygote does not answer any more."""


class _Zygote:
    """The process that forks, and the protocol of its control socket."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # Ours, so that it is deleted even where the zygote was killed.
        self._folder = tempfile.TemporaryDirectory(prefix="gradlings-", ignore_cleanup_errors=True)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-m", "grader.worker.zygote", str(theirs.fileno()), self._folder.name],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=clean_environment(),
                start_new_session=True,
            )
        self._ready = False

    def fork(self) -> ForkedProcess:
        """Have a worker forked. The first call waits until torch is imported."""
        if not self._ready:
            self._receive(b"ready")
            self._ready = True
        orders_in, orders_out = os.pipe()
        reports_in, reports_out = os.pipe()
        output_in, output_out = os.pipe()
        streams = Streams(
            orders=os.fdopen(orders_out, "wb"),
            reports=os.fdopen(reports_in, "rb"),
            output=os.fdopen(output_in, "rb"),
        )
        theirs = [orders_in, reports_out, output_out]
        try:
            socket.send_fds(self._control, [b"fork"], theirs)
            return ForkedProcess(self, int(self._receive(b"pid")), streams)
        except (_ZygoteDied, OSError) as error:
            streams.close()
            raise _ZygoteDied from error
        finally:
            for descriptor in theirs:
                os.close(descriptor)

    def end_worker(self) -> int:
        """Kill the worker, if it still runs, and learn how it ended; a zygote that is gone has taken it along."""
        try:
            self._control.send(b"kill")
            return os.waitstatus_to_exitcode(int(self._receive(b"ended")))
        except (_ZygoteDied, OSError):
            return -signal.SIGKILL

    def close(self) -> None:
        """End the zygote."""
        self._control.close()
        self._process.wait()
        self._folder.cleanup()

    def _receive(self, kind: bytes) -> bytes:
        """The rest of the next message, which must be of this kind."""
        try:
            message = self._control.recv(64)
        except OSError as error:
            raise _ZygoteDied from error
        word, _, rest = message.partition(b" ")
        if word != kind:
            raise _ZygoteDied
        return rest
