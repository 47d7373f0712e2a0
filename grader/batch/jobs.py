"""Grades submissions in several processes at once (Linux), or one after the other.

The processes are forks of this process. It forks when it knows all expected facts and the answers of every
misconception, so these are found out once for all. Each has a pytest session of its own, and workers from the one
zygote. A process that dies is replaced, and its submission is tried once more. A process that takes too long over a
submission is ended and replaced, too. That submission needs review, and is not tried again. All of them end with this
process, however it ends.
"""

import collections
import contextlib
import ctypes
import gc
import multiprocessing
import multiprocessing.connection
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from multiprocessing.connection import Connection
from typing import NoReturn, cast

import msgspec
import psutil

from grader.batch.entry import Entry, kit_digest, make_entry
from grader.batch.find import Handed, not_graded, read
from grader.engine import Began, Engine, Grading
from grader.errors import EnvironmentFault
from grader.model import Record
from grader.sandbox import Launcher

Done = Callable[[Entry], None]
"""Called with each entry as soon as it is there, in whatever order."""

_ENTRIES = msgspec.msgpack.Decoder(Entry)
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if sys.platform != "win32" else ()
_PR_SET_PDEATHSIG = 1
# How often somebody looks at what the processes have spent.
_LOOK_SECONDS = 1.0


class Allowed(Record):
    """The time that a grading process may spend on one submission. The time of its workers is not counted.

    Waiting is for workers, which have limits of their own: the wall clock is for a process that hangs.
    """

    cpu_seconds: float = 30.0
    wall_seconds: float = 1200.0


ALLOWED = Allowed()


def grade_all(engine: Engine, launcher: Launcher, jobs: int, submissions: Mapping[str, Handed], done: Done) -> None:
    """Grade every submission; `submissions` are paths by identity."""
    if sys.platform != "linux":
        engine.session(lambda grading: _one_by_one(engine, grading, submissions, done))
        return
    engine.prepare()
    kit_digest()  # once for all processes
    gc.freeze()  # what is known lives as long as they do: none of them has to look through it, and copy its pages
    with _signals_wait() as woken, contextlib.closing(_Jobs(engine, launcher, woken)) as running:
        running.grade(submissions, min(jobs, len(submissions)), done)


def _one_by_one(engine: Engine, grading: Grading, submissions: Mapping[str, Handed], done: Done) -> None:
    for identity, path in submissions.items():
        try:
            entry = grade_one(grading, identity, path)
        except Exception as error:  # the other submissions are graded all the same
            traceback.print_exc()
            entry = _given_up(engine, identity, path, f"{type(error).__name__}: {error}")
        done(entry)


def grade_one(grading: Grading, identity: str, path: Handed) -> Entry:
    """One submission's entry."""
    return make_entry(identity, grading.grade(read(path)))


def _given_up(engine: Engine, identity: str, path: Handed, why: str) -> Entry:
    """The entry of a submission that could not be graded, which counts as our fault."""
    fault = EnvironmentFault(why)
    return make_entry(identity, engine.failed(not_graded(path, why), fault, Began.now()))


class _Job:
    """A grading process, seen from here. `task` is what it is grading now."""

    def __init__(self, pid: int, pipe: Connection) -> None:
        self.pid = pid
        self.pipe = pipe
        self.task: str | None = None
        self._begin = (0.0, 0.0)

    def give(self, identity: str) -> None:
        """Have it grade a submission. A process that is gone shows when somebody listens to it."""
        self.task = identity
        self._begin = self._clocks()
        with contextlib.suppress(OSError):
            self.pipe.send_bytes(identity.encode(errors="surrogateescape"))

    def over(self, allowed: Allowed) -> str | None:
        """The limit that it has passed over its submission, in words; None while it may go on."""
        cpu, wall = (now - then for now, then in zip(self._clocks(), self._begin, strict=True))
        if cpu > allowed.cpu_seconds:
            return f"the grader itself computed for over {allowed.cpu_seconds:g} s"
        return f"it took over {allowed.wall_seconds:g} s" if wall > allowed.wall_seconds else None

    def _clocks(self) -> tuple[float, float]:
        """Its own CPU time so far, and the time on the wall."""
        with contextlib.suppress(psutil.Error):
            used = psutil.Process(self.pid).cpu_times()
            return used.user + used.system, time.monotonic()
        return self._begin[0], time.monotonic()


class _Jobs:
    """The grading processes. `woken` is readable when a signal has come."""

    def __init__(self, engine: Engine, launcher: Launcher, woken: socket.socket) -> None:
        self._engine = engine
        self._launcher = launcher
        self._woken = woken
        self._jobs: list[_Job] = []

    def grade(self, submissions: Mapping[str, Handed], jobs: int, done: Done) -> None:
        """Hand out the submissions one at a time to whoever is free."""
        waiting = collections.deque(submissions)
        tries: collections.Counter[str] = collections.Counter()
        for _ in range(jobs):
            self._start(submissions)
        while waiting or any(job.task for job in self._jobs):
            for job in self._jobs:
                if job.task is None and waiting:
                    job.give(waiting.popleft())
            for job in self._answering():
                identity, job.task = cast(str, job.task), None
                try:
                    answer = job.pipe.recv_bytes()
                except (EOFError, OSError):
                    how = self._replace(job, submissions)
                    tries[identity] += 1
                    if tries[identity] == 1:
                        waiting.appendleft(identity)
                        continue
                    why = f"the process that graded it ended twice, at last {how}"
                    entry = _given_up(self._engine, identity, submissions[identity], why)
                else:
                    entry = _ENTRIES.decode(answer)
                done(entry)
            self._end_overdue(submissions, done)

    def close(self) -> None:
        """End all processes."""
        for job in self._jobs:
            job.pipe.close()
            with contextlib.suppress(ProcessLookupError):
                os.kill(job.pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(job.pid, 0)

    def _answering(self) -> Iterable[_Job]:
        with _signals_are_heard():
            pipes = [job.pipe for job in self._jobs if job.task]
            ready = multiprocessing.connection.wait([*pipes, self._woken], timeout=_LOOK_SECONDS)
        if self._woken in ready:  # by a signal that ends nothing
            self._woken.recv(1 << 10)
        return [job for job in self._jobs if job.pipe in ready]

    def _end_overdue(self, submissions: Mapping[str, Handed], done: Done) -> None:
        """End the processes that have spent too much on their submission and have not answered."""
        for job in [job for job in self._jobs if job.task is not None and not job.pipe.poll()]:
            if why := job.over(ALLOWED):
                identity = cast(str, job.task)
                os.kill(job.pid, signal.SIGKILL)  # its workers end with it
                self._replace(job, submissions)
                done(_given_up(self._engine, identity, submissions[identity], f"{why}, and was stopped"))

    def _replace(self, job: _Job, submissions: Mapping[str, Handed]) -> str:
        """Start another in the place of one that has ended; say how it has."""
        self._jobs.remove(job)
        job.pipe.close()
        code = os.waitstatus_to_exitcode(os.waitpid(job.pid, 0)[1])
        self._start(submissions)
        return f"by {signal.Signals(-code).name}" if code < 0 else f"with exit status {code}"

    def _start(self, submissions: Mapping[str, Handed]) -> None:
        launcher = self._shared_launcher()
        ours, theirs = multiprocessing.Pipe()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            ours.close()
            self._become_job(parent, launcher, theirs, submissions)
        self._jobs.append(_Job(pid, ours))
        theirs.close()
        launcher.close()

    def _shared_launcher(self) -> Launcher:
        try:
            return self._launcher.shared()
        except OSError:  # the zygote has died, and starting a worker replaces it
            worker = self._launcher.start()
            worker.end()
            worker.streams.close()
            return self._launcher.shared()

    def _become_job(
        self, parent: int, launcher: Launcher, pipe: Connection, submissions: Mapping[str, Handed]
    ) -> NoReturn:
        status = 1
        try:
            # Ctrl-C reaches the whole group, and some send SIGTERM to all: the parent ends its processes in order.
            for number in _ENDING:
                signal.signal(number, signal.SIG_IGN)
            signal.set_wakeup_fd(-1)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:  # it has died before that
                os._exit(status)
            for other in self._jobs:
                other.pipe.close()
            engine = self._engine.with_launcher(launcher)
            engine.session(lambda grading: _serve(grading, pipe, submissions))
            status = 0
        except BaseException:  # nothing above this frame may run in a fork
            traceback.print_exc()
        finally:
            os._exit(status)


@contextlib.contextmanager
def _signals_wait() -> Iterator[socket.socket]:
    """Ctrl-C and SIGTERM wait until this is over, but for the places where they are heard: no process is forgotten.

    A signal that comes in the moment before this process sleeps would not wake it: hence the socket.
    """
    woken, wake = socket.socketpair()
    with woken, wake:
        wake.setblocking(False)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
        try:
            yield woken
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            signal.set_wakeup_fd(-1)


@contextlib.contextmanager
def _signals_are_heard() -> Iterator[None]:
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)


def _serve(grading: Grading, pipe: Connection, submissions: Mapping[str, Handed]) -> None:
    """Grade what is asked for, until there is nobody who asks."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            identity = pipe.recv_bytes().decode(errors="surrogateescape")
            entry = grade_one(grading, identity, submissions[identity])
            pipe.send_bytes(msgspec.msgpack.encode(entry))
