"""A process that has imported torch and the probes, and forks one worker at a time (Linux).

Protocol on the control socket, a datagram each: `fork` with three descriptors (orders, reports, output) is answered by
`pid N`; `kill` ends the worker; whenever a worker has ended, with everything that it started, `ended STATUS` is sent.
The zygote holds nothing secret, and ends with its grader.
"""

import contextlib
import ctypes
import os
import select
import signal
import socket
import sys
import tempfile

import psutil

from grader.worker.serve import prepare, serve

# From <linux/prctl.h>.
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def main() -> None:
    """Serve the control socket whose descriptor is the first argument; workers get folders in the second."""
    control = socket.socket(fileno=int(sys.argv[1]))
    # Orphans of a worker become our children, so that none outlives it.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    prepare()
    control.send(b"ready")
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 64, 3)
        if not message:
            return
        if message == b"fork":
            _run_worker(control, descriptors, sys.argv[2])


def _run_worker(control: socket.socket, descriptors: list[int], root: str) -> None:
    """Fork a worker and see it to its end, or to the grader's."""
    with tempfile.TemporaryDirectory(dir=root, ignore_cleanup_errors=True) as folder:
        pid = os.fork()
        if pid == 0:
            control.close()
            _become_worker(descriptors, folder)
        for descriptor in descriptors:
            os.close(descriptor)
        with contextlib.suppress(OSError):
            control.send(b"pid %d" % pid)
        watch = os.pidfd_open(pid)
        try:
            readable, _, _ = select.select([watch, control.fileno()], [], [])
            if watch not in readable:  # `kill`, or the grader is gone
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        finally:
            status = _reap(pid)
            os.close(watch)
    if control.fileno() in readable:
        control.recv(64)
    with contextlib.suppress(OSError):
        control.send(b"ended %d" % status)


def _become_worker(descriptors: list[int], folder: str) -> None:
    """Never returns."""
    status = 1
    try:
        orders, reports, output = descriptors
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(output)
        os.setsid()
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        os.chdir(folder)
        serve(os.fdopen(orders, "rb"), os.fdopen(reports, "wb"))
        status = 0
    finally:
        os._exit(status)


def _reap(pid: int) -> int:
    """Wait for the worker, then kill and wait for whatever it left behind; return the worker's own status."""
    _, status = os.waitpid(pid, 0)
    while orphans := psutil.Process().children(recursive=True):
        for orphan in orphans:
            with contextlib.suppress(psutil.NoSuchProcess):
                orphan.kill()
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
    return status


if __name__ == "__main__":
    main()
