"""Workers forked from a zygote that has imported torch already (Linux). `grader.inside.commands` has the protocol."""

import contextlib
import copy
import math
import os
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import psutil

from grader.errors import EnvironmentFault
from grader.inside.commands import (
    MAX_MESSAGE_BYTES,
    Answer,
    Bounds,
    Command,
    Connect,
    Equipment,
    Fork,
    Forked,
    Prepared,
    Reap,
    Reaped,
    decode_answer,
    encode,
)
from grader.inside.layers import Layer, LayerName
from grader.inside.said import Listed, say
from grader.inside.wire import read_frame
from grader.records import Limits
from grader.sandbox.busy import Busy
from grader.sandbox.launcher import Streams
from grader.sandbox.paths import readable
from grader.words import own_language

# Given one end of the control socket, starts a zygote on it, and returns how to wait for its end.
StartZygote = Callable[[socket.socket], Callable[[], None]]


class ForkedProcess:
    """A worker that the zygote forked."""

    def __init__(self, zygote: "_Zygote", pid: int, watch: int, streams: Streams) -> None:
        self._zygote = zygote
        self._pid = pid
        self._watch = watch
        self._streams = streams
        self._watched: psutil.Process | None = None
        self._busy: Busy | None = None
        with contextlib.suppress(psutil.Error, ValueError):
            here = _pid_here(watch)
            self._watched, self._busy = psutil.Process(here), Busy(here)
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

    def busy_seconds(self) -> float | None:
        """Time so far on a core or in the queue for one; None where that is not to be had at this moment."""
        return self._busy.seconds() if self._busy else None

    def tells_waiting(self) -> bool:
        """Are these seconds to be had at all, by the last look at them?"""
        return self._busy is not None and self._busy.is_told()

    def threads(self) -> int:
        """How many threads it has now; none once it has ended."""
        with contextlib.suppress(psutil.Error):
            return self._watched.num_threads() if self._watched else 0
        return 0

    def end(self) -> int:
        """Kill it, and have the zygote end all that it started; return its exit status."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._watch, signal.SIGKILL)
        os.close(self._watch)
        return self._zygote.reap(self._pid)


class ZygoteLauncher:
    """Keeps one zygote. A zygote that has died is replaced; its workers have died with it."""

    def __init__(
        self, start: StartZygote, limits: Limits, equipment: Equipment, layers: tuple[Layer, ...], *, warm: bool
    ) -> None:
        """`layers` are those that the start itself brings, tried already; `warm` is for many workers."""
        self._start = start
        self._bounds = Bounds(
            equipment=equipment,
            readable=readable(equipment),
            memory_bytes=limits.memory_bytes,
            cpu_seconds=math.ceil(limits.submission_seconds) + 10,
            warm=warm,
        )
        self._lock = threading.Lock()
        self._outer = layers
        self._zygote = _Zygote.started(start, self._bounds)

    def shared(self) -> "ZygoteLauncher":
        """A launcher for another grading process, with workers from the same zygote; close it there."""
        other = copy.copy(self)
        other._lock = threading.Lock()  # noqa: SLF001  # of the same class
        other._zygote = self._zygote.connected()  # noqa: SLF001  # of the same class
        return other

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers that confine its workers. Waits until torch is imported."""
        try:
            return _layers(self._outer, self._zygote.prepared())
        except _ZygoteDied as error:
            raise EnvironmentFault(say("fault.zygote")) from error

    def start(self) -> ForkedProcess:
        """A new worker, ready for its first order."""
        with self._lock:
            try:
                return self._zygote.fork()
            except _ZygoteDied:
                self._zygote.close()
                self._zygote = _Zygote.started(self._start, self._bounds)
            try:
                return self._zygote.fork()
            except _ZygoteDied as error:
                raise EnvironmentFault(say("fault.zygote")) from error

    def close(self) -> None:
        """End the zygote, which ends its workers first."""
        self._zygote.close()


class _ZygoteDied(Exception):
    """The zygote does not answer any more."""


class _Zygote:
    """The process that forks, and the protocol of its control socket: one command, one answer."""

    def __init__(self, control: socket.socket, wait: Callable[[], None], prepared: Prepared | None) -> None:
        self._lock = threading.Lock()
        self._control = control
        self._wait = wait
        self._prepared = prepared

    @classmethod
    def started(cls, start: StartZygote, bounds: Bounds) -> "_Zygote":
        """A new one."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            wait = start(theirs)
        ours.send(encode(bounds))
        return cls(ours, wait, None)

    def connected(self) -> "_Zygote":
        """The same process, by another control socket."""
        prepared = self.prepared()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, self._lock:
            socket.send_fds(self._control, [encode(Connect())], [theirs.fileno()])
        return _Zygote(ours, lambda: None, prepared)

    def prepared(self) -> Prepared:
        """The message that it sent when it was ready; the first call waits for it."""
        with self._lock:
            if self._prepared is None:
                answer, _ = self._receive()
                if not isinstance(answer, Prepared):
                    raise _ZygoteDied
                self._prepared = answer
            return self._prepared

    def fork(self) -> ForkedProcess:
        """Have a worker forked, and wait until it is confined."""
        self.prepared()
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
            answer, descriptors = self._ask(Fork(), theirs)
        except BaseException:
            streams.close()
            raise
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        if not isinstance(answer, Forked) or len(descriptors) != 1:
            raise _ZygoteDied
        process = ForkedProcess(self, answer.pid, descriptors[0], streams)
        # Nothing of a submission has run yet, so its end now is no submission's fault.
        ready = None
        try:
            ready = read_frame(streams.reports)
        finally:
            if ready is None:
                process.end()
                streams.close()
        if ready is None:
            raise _ZygoteDied
        return process

    def reap(self, pid: int) -> int:
        """How a worker ended, as `subprocess` counts; a zygote that is gone has taken it along."""
        try:
            answer, _ = self._ask(Reap(pid=pid))
        except _ZygoteDied:
            return -signal.SIGKILL
        return os.waitstatus_to_exitcode(answer.status) if isinstance(answer, Reaped) else -signal.SIGKILL

    def close(self) -> None:
        """End the zygote."""
        self._control.close()
        self._wait()

    def _ask(self, command: Command, descriptors: Sequence[int] = ()) -> tuple[Answer, list[int]]:
        with self._lock:
            try:
                socket.send_fds(self._control, [encode(command)], descriptors)
                return self._receive()
            except OSError as error:
                raise _ZygoteDied from error
            except _ZygoteDied:
                raise
            except BaseException:
                # Nobody waits for this answer any more, and it would be taken for that of the next command. Without
                # this socket, the zygote ends all workers that were asked for on it.
                self._control.close()
                raise

    def _receive(self) -> tuple[Answer, list[int]]:
        try:
            datagram, descriptors, _, _ = socket.recv_fds(self._control, MAX_MESSAGE_BYTES, 1)
            return decode_answer(datagram), descriptors
        except (OSError, msgspec.MsgspecError) as error:
            raise _ZygoteDied from error


def _pid_here(watch: int) -> int:
    """The process's number as this side counts; the zygote may live in a namespace of its own (pidfd_open(2))."""
    for line in Path(f"/proc/self/fdinfo/{watch}").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == "Pid":
            return int(value)
    raise ValueError("no process")


def _layers(outer: tuple[Layer, ...], prepared: Prepared) -> tuple[Layer, ...]:
    """All layers in their order; `namespaces` hold only if they really are others than the grader's."""
    own = {kind: Path("/proc/self/ns", kind).stat().st_ino for kind in prepared.namespaces}
    shared = [
        kind for kind in ("ipc", "mnt", "net", "pid", "user", "uts") if own.get(kind) == prepared.namespaces.get(kind)
    ]
    why_not = own_language().say(say("doctor.still_shared", namespaces=Listed(things=tuple(shared))))
    checked = [
        Layer(name=layer.name, active=False, why_not=why_not)
        if layer.name is LayerName.NAMESPACES and layer.active and shared
        else layer
        for layer in outer
    ]
    return (*checked, *prepared.layers)
