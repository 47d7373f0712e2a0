"""A process that has loaded subject and probes, and forks workers (Linux). `grader.inside.commands` has its protocol.

It holds nothing secret, and ends with its grader: the control socket closes, and every worker ends with it.
"""

import contextlib
import gc
import os
import selectors
import signal
import socket
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import cast

from grader.inside.commands import (
    MAX_MESSAGE_BYTES,
    Answer,
    Bounds,
    Connect,
    Fork,
    Forked,
    Prepared,
    Reap,
    Reaped,
    decode_answer,
    decode_command,
    encode,
)
from grader.inside.layers import Layer
from grader.inside.wire import Ready, write_frame
from grader.inside.worker.confine import (
    PR_SET_CHILD_SUBREAPER,
    PR_SET_PDEATHSIG,
    close_all,
    confine,
    prctl,
    try_layers,
    untried_layers,
    warm_up,
)
from grader.inside.worker.pages import use_large_pages
from grader.inside.worker.rehearsal import rehearse
from grader.inside.worker.serve import Setting, prepare, serve

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
    setting = prepare(bounds.equipment)
    if bounds.warm:
        setting.subject.warm()
        rehearse(setting)
    layers = _tried(bounds)
    # What lives now lives as long as the zygote: no collection in a worker has to look through it, and copy its pages.
    gc.collect()
    gc.freeze()
    if bounds.warm:
        use_large_pages()
    _send(control, Prepared(layers=layers, namespaces=_namespaces()))
    _Serving(setting, bounds, layers).run(control)


class _Serving:
    """Serves control sockets, one command at a time; a worker ends with the socket that it was asked for on."""

    def __init__(self, setting: Setting, bounds: Bounds, layers: tuple[Layer, ...]) -> None:
        self._setting = setting
        self._bounds = bounds
        self._layers = layers
        self._workers: dict[int, socket.socket] = {}
        self._sockets = selectors.DefaultSelector()

    def run(self, control: socket.socket) -> None:
        """Serve until all sockets have been closed."""
        self._sockets.register(control, selectors.EVENT_READ)
        while self._sockets.get_map():
            for key, _ in self._sockets.select():
                self._serve(cast(socket.socket, key.fileobj))

    def _serve(self, control: socket.socket) -> None:
        datagram, descriptors = b"", list[int]()
        with contextlib.suppress(ConnectionResetError):  # as where the grader has hung up before it had read an answer
            datagram, descriptors, _, _ = socket.recv_fds(control, MAX_MESSAGE_BYTES, 3)
        if not datagram:
            self._sockets.unregister(control)
            control.close()
            for pid in [pid for pid, owner in self._workers.items() if owner is control]:
                os.kill(pid, signal.SIGKILL)
                self._reap(pid)
            return
        match decode_command(datagram):
            case Fork():
                self._fork(control, descriptors)
            case Reap(pid=pid) if pid in self._workers:
                _send(control, Reaped(status=self._reap(pid)))
            case Connect():
                self._sockets.register(socket.socket(fileno=descriptors[0]), selectors.EVENT_READ)
            case Reap() | Bounds():
                raise ValueError("no such worker, or bounds that came twice")

    def _reap(self, pid: int) -> int:
        status = os.waitpid(pid, 0)[1]
        del self._workers[pid]
        _end_children(but=self._workers.keys())
        return status

    def _fork(self, control: socket.socket, descriptors: list[int]) -> None:
        """Fork a worker, and hand the grader a descriptor of it."""
        pid = os.fork()
        if pid == 0:
            _become_worker(descriptors, self._setting, self._bounds, self._layers)
        self._workers[pid] = control
        for descriptor in descriptors:
            os.close(descriptor)
        watch = os.pidfd_open(pid)
        _send(control, Forked(pid=pid), [watch])
        os.close(watch)


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
    status = os.waitpid(pid, 0)[1]
    answer = decode_answer(said) if said else None
    # A container may kill for a call that it forbids. Nothing is known of any layer then.
    return answer.layers if isinstance(answer, Prepared) else untried_layers(os.waitstatus_to_exitcode(status))


def _become_worker(descriptors: list[int], setting: Setting, bounds: Bounds, layers: tuple[Layer, ...]) -> None:
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
        serve(os.fdopen(orders, "rb"), reports_stream, setting)
        status = 0
    finally:
        os._exit(status)


def _end_children(but: Collection[int]) -> None:
    """Kill and wait for all children but these: the orphans of workers, and theirs in turn."""
    while orphans := _children().difference(but):
        for orphan in orphans:
            with contextlib.suppress(ProcessLookupError):
                os.kill(orphan, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(orphan, 0)


def _children() -> set[int]:
    return set(map(int, Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()))


if __name__ == "__main__":
    main()
