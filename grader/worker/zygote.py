"""A process that has imported torch and the probes, and forks workers (Linux). `grader.control` has its protocol.

It holds nothing secret, and ends with its grader: the control socket closes, and every worker ends with it.
"""

import contextlib
import gc
import os
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from grader.control import (
    MAX_MESSAGE_BYTES,
    Answer,
    Bounds,
    Fork,
    Forked,
    Prepared,
    Reap,
    Reaped,
    decode_answer,
    decode_command,
    encode,
)
from grader.model import Layer
from grader.wire import Ready, write_frame
from grader.worker.confine import (
    PR_SET_CHILD_SUBREAPER,
    PR_SET_PDEATHSIG,
    close_all,
    confine,
    prctl,
    try_layers,
    warm_up,
)
from grader.worker.serve import prepare, serve
from grader.worker.warm import warm

_NAMESPACES = ("cgroup", "ipc", "mnt", "net", "pid", "user", "uts")


def main() -> None:
    """Serve the control socket whose descriptor is the first argument."""
    serve_forks(socket.socket(fileno=int(sys.argv[1])))


def serve_forks(control: socket.socket) -> None:
    """Fork and reap workers on command, until the grader hangs up."""
    # Orphans of a worker become our children, so that none outlives it.
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    bounds = decode_command(control.recv(MAX_MESSAGE_BYTES))
    if not isinstance(bounds, Bounds):
        raise TypeError("the first message has to be the bounds")
    warm_up(bounds)
    prepare()
    if bounds.warm:
        warm()
    layers = _tried(bounds)
    # What lives now lives as long as the zygote: no collection in a worker has to look through it, and copy its pages.
    gc.collect()
    gc.freeze()
    _send(control, Prepared(layers=layers, namespaces=_namespaces()))
    workers: set[int] = set()
    while True:
        datagram, descriptors, _, _ = socket.recv_fds(control, MAX_MESSAGE_BYTES, 3)
        if not datagram:
            break
        match decode_command(datagram):
            case Fork():
                workers.add(_fork(control, descriptors, bounds, layers))
            case Reap(pid=pid):
                status = os.waitpid(pid, 0)[1]
                workers.discard(pid)
                _end_children(but=workers)
                _send(control, Reaped(status=status))
            case Bounds():
                raise TypeError("the bounds come once")
    _end_children(but=set())


def _send(control: socket.socket, answer: Answer, descriptors: Sequence[int] = ()) -> None:
    """Answer; a grader that is gone shows when it is listened to."""
    with contextlib.suppress(OSError):
        socket.send_fds(control, [encode(answer)], descriptors)


def _namespaces() -> dict[str, int]:
    folder = Path("/proc/self/ns")
    return {kind: (folder / kind).stat().st_ino for kind in _NAMESPACES if (folder / kind).exists()}


def _tried(bounds: Bounds) -> tuple[Layer, ...]:
    """The layers, tried in a process of their own."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.write(writer, encode(Prepared(layers=try_layers(bounds), namespaces={})))
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        said = stream.read()
    os.waitpid(pid, 0)
    answer = decode_answer(said) if said else None
    return answer.layers if isinstance(answer, Prepared) else ()


def _fork(control: socket.socket, descriptors: list[int], bounds: Bounds, layers: tuple[Layer, ...]) -> int:
    """Fork a worker, and hand the grader a descriptor of it."""
    pid = os.fork()
    if pid == 0:
        control.close()
        _become_worker(descriptors, bounds, layers)
    for descriptor in descriptors:
        os.close(descriptor)
    watch = os.pidfd_open(pid)
    _send(control, Forked(pid=pid), [watch])
    os.close(watch)
    return pid


def _become_worker(descriptors: list[int], bounds: Bounds, layers: tuple[Layer, ...]) -> None:
    """Never returns."""
    status = 1
    try:
        orders, reports, output = descriptors
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.setsid()
        os.umask(0o077)
        os.chdir("/")
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        confine(bounds, layers)
        close_all(but={0, 1, 2, orders, reports})
        reports_stream = os.fdopen(reports, "wb")
        write_frame(reports_stream, Ready())
        serve(os.fdopen(orders, "rb"), reports_stream)
        status = 0
    finally:
        os._exit(status)


def _end_children(but: set[int]) -> None:
    """Kill and wait for all children but these: the orphans of workers, and theirs in turn."""
    while orphans := _children() - but:
        for orphan in orphans:
            with contextlib.suppress(ProcessLookupError):
                os.kill(orphan, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(orphan, 0)


def _children() -> set[int]:
    return set(map(int, Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()))


if __name__ == "__main__":
    main()
