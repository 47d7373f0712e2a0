"""Grades submissions in several processes at once (Linux), or one after the other.

The processes are forks of this process. It forks when it knows all expected facts, so these are found out once for all.
The answers of an exercise's misconceptions are found out here, too, when one of the processes first asks for them. Each
process has a judging session of its own, and workers from the one zygote. A process that dies is replaced, and its
submission is tried once more. A process that takes too long over a submission is ended and replaced, too. That
submission needs review, and is not tried again. All of them end with this process, however it ends.
"""

import collections
import contextlib
import ctypes
import functools
import gc
import multiprocessing
import multiprocessing.connection
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import NoReturn, cast

import msgspec
import psutil

from grader.batch.entry import Entry, kit_digest, make_entry
from grader.batch.find import Handed, left_unread, read
from grader.errors import EnvironmentFault, GraderError
from grader.exam import Exam, Narrowed, questions_of
from grader.exam.recorded import Idea, ideas_of, suspects_of
from grader.grading import Began, Grader, not_graded
from grader.inside.said import Said, say
from grader.inside.values import Record
from grader.judging.diagnosis import Suspect
from grader.observing.vocabulary import vocabulary
from grader.records import Limits
from grader.sandbox import Launcher

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


class _Need(Record, tag="need"):
    """A process asks for the misconceptions of an exercise."""

    exercise: str


_ANSWERS: msgspec.msgpack.Decoder[Entry | _Need] = msgspec.msgpack.Decoder(Entry | _Need)


class _Failed(Record, tag="failed"):
    """Misconceptions could not be found out, and why. The process that has asked fails as if it had tried itself."""

    why: Said


class _Found(Record, tag="found"):
    """The misconceptions of the exercise that a process has asked for."""

    ideas: tuple[Idea, ...]


_IDEAS: msgspec.msgpack.Decoder[_Found | _Failed] = msgspec.msgpack.Decoder(_Found | _Failed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grading:
    """The means to grade a class: an exam, a launcher, and the limits of a submission."""

    exam: Exam
    launcher: Launcher
    limits: Limits


def graded(grading: Grading, jobs: int, submissions: Mapping[str, Handed]) -> Generator[Entry]:
    """The entry of every submission as soon as it is there, in whatever order. Close the generator, or exhaust it."""
    if sys.platform != "linux":
        with Grader(grading.exam, grading.launcher, grading.limits) as grader:
            yield from _one_by_one(grading.exam, grader, submissions)
        return
    _find_out(grading.exam)
    kit_digest(grading.exam.course)  # once for all processes
    gc.freeze()  # what is known lives as long as they do: none of them has to look through it, and copy its pages
    with _signals_wait() as woken, contextlib.closing(_Jobs(grading, submissions, woken)) as running:
        yield from running.graded(min(jobs, len(submissions)))


def _find_out(exam: Exam) -> None:
    """Compute now what every process would compute on first need."""
    for question in questions_of(exam):
        vocabulary(exam.course, question)
        with contextlib.suppress(Exception):  # an oracle that fails does so again where its check is judged
            exam.expected(question)


def _one_by_one(exam: Exam, grader: Grader, submissions: Mapping[str, Handed]) -> Generator[Entry]:
    for identity, path in submissions.items():
        try:
            entry = make_entry(exam.course, identity, grader.grade(read(path)))
        except Exception as error:  # the other submissions are graded all the same
            traceback.print_exc()
            entry = _given_up(exam, identity, path, say("text", text=f"{type(error).__name__}: {error}"))
        yield entry


def _given_up(exam: Exam, identity: str, path: Handed, why: Said) -> Entry:
    """The entry of a submission that could not be graded, which counts as our fault."""
    fault = EnvironmentFault(why)
    return make_entry(exam.course, identity, not_graded(exam, left_unread(path, why), fault, Began.now()))


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

    def over(self, allowed: Allowed) -> Said | None:
        """The limit that it has passed over its submission; None while it may go on."""
        cpu, wall = (now - then for now, then in zip(self._clocks(), self._begin, strict=True))
        if cpu > allowed.cpu_seconds:
            return say("stopped.computing", seconds=allowed.cpu_seconds)
        return say("stopped.wall", seconds=allowed.wall_seconds) if wall > allowed.wall_seconds else None

    def _clocks(self) -> tuple[float, float]:
        """Its own CPU time so far, and the time on the wall."""
        with contextlib.suppress(psutil.Error):
            used = psutil.Process(self.pid).cpu_times()
            return used.user + used.system, time.monotonic()
        return self._begin[0], time.monotonic()


class _Jobs:
    """The grading processes. `woken` is readable when a signal has come."""

    def __init__(self, grading: Grading, submissions: Mapping[str, Handed], woken: socket.socket) -> None:
        self._grading = grading
        self._exam = grading.exam
        self._submissions = submissions
        self._woken = woken
        self._waiting = collections.deque(submissions)
        self._tries: collections.Counter[str] = collections.Counter()
        self._jobs: list[_Job] = []

    def graded(self, jobs: int) -> Generator[Entry]:
        """Hand out the submissions one at a time to whoever is free."""
        for _ in range(jobs):
            self._start()
        while self._waiting or any(job.task for job in self._jobs):
            for job in self._jobs:
                if job.task is None and self._waiting:
                    job.give(self._waiting.popleft())
            for job in self._answering():
                if (entry := self._answer(job)) is not None:
                    yield entry
            yield from self._overdue()

    def _answer(self, job: _Job) -> Entry | None:
        """The entry that a process has sent, if it was one; a process that asks is answered."""
        try:
            message = _ANSWERS.decode(job.pipe.recv_bytes())
        except (EOFError, OSError):
            return self._died(job)
        if isinstance(message, _Need):
            with contextlib.suppress(OSError):  # a process that is gone shows when somebody listens to it
                job.pipe.send_bytes(msgspec.msgpack.encode(self._found(message.exercise)))
            return None
        job.task = None
        return message

    def _found(self, exercise: str) -> _Found | _Failed:
        """The misconceptions of an exercise. An error costs the one who has asked, and no other."""
        try:
            with _signals_are_heard():  # it may take seconds
                return _Found(ideas=ideas_of(self._exam, exercise))
        except Exception as error:
            if not isinstance(error, GraderError):
                traceback.print_exc()
            return _Failed(why=say("fault.ideas", exercise=exercise, why=str(error)))

    def _died(self, job: _Job) -> Entry | None:
        """Replace a process that has ended over its submission, which is tried once more."""
        identity = cast(str, job.task)
        how = self._replace(job)
        self._tries[identity] += 1
        if self._tries[identity] == 1:
            self._waiting.appendleft(identity)
            return None
        return _given_up(self._exam, identity, self._submissions[identity], how)

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

    def _overdue(self) -> Generator[Entry]:
        """End the processes that have spent too much on their submission and have not answered."""
        for job in [job for job in self._jobs if job.task is not None and not job.pipe.poll()]:
            if why := job.over(ALLOWED):
                identity = cast(str, job.task)
                os.kill(job.pid, signal.SIGKILL)  # its workers end with it
                self._replace(job)
                yield _given_up(self._exam, identity, self._submissions[identity], why)

    def _replace(self, job: _Job) -> Said:
        """Start another in the place of one that has ended; the sentence about how it has."""
        self._jobs.remove(job)
        job.pipe.close()
        code = os.waitstatus_to_exitcode(os.waitpid(job.pid, 0)[1])
        self._start()
        if code < 0:
            return say("stopped.twice_by_signal", signal=signal.Signals(-code).name)
        return say("stopped.twice_exited", number=code)

    def _start(self) -> None:
        launcher = self._shared_launcher()
        ours, theirs = multiprocessing.Pipe()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            ours.close()
            self._become_job(parent, launcher, theirs)
        self._jobs.append(_Job(pid, ours))
        theirs.close()
        launcher.close()

    def _shared_launcher(self) -> Launcher:
        try:
            return self._grading.launcher.shared()
        except OSError:  # the zygote has died, and starting a worker replaces it
            worker = self._grading.launcher.start()
            worker.end()
            worker.streams.close()
            return self._grading.launcher.shared()

    def _become_job(self, parent: int, launcher: Launcher, pipe: Connection) -> NoReturn:
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
            _serve(replace(self._grading, exam=_Asking(self._exam, pipe), launcher=launcher), pipe, self._submissions)
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


class _Asking(Narrowed):
    """The exam in a grading process, which asks for misconceptions where they are found out once for all."""

    def __init__(self, exam: Exam, pipe: Connection) -> None:
        super().__init__(exam, exam.catalog.exercise_ids)
        self._pipe = pipe
        self.suspects = functools.cache(self._asked)

    def _asked(self, exercise: str) -> Sequence[Suspect]:
        self._pipe.send_bytes(msgspec.msgpack.encode(_Need(exercise=exercise)))
        answer = _IDEAS.decode(self._pipe.recv_bytes())
        if isinstance(answer, _Failed):
            raise EnvironmentFault(answer.why)
        return suspects_of(self, exercise, answer.ideas)


def _serve(grading: Grading, pipe: Connection, submissions: Mapping[str, Handed]) -> None:
    """Grade what is asked for, until there is nobody who asks."""
    with Grader(grading.exam, grading.launcher, grading.limits) as grader, contextlib.suppress(EOFError, OSError):
        while True:
            identity = pipe.recv_bytes().decode(errors="surrogateescape")
            entry = make_entry(grading.exam.course, identity, grader.grade(read(submissions[identity])))
            pipe.send_bytes(msgspec.msgpack.encode(entry))
