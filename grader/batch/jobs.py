"""Grades submissions in several processes at once (Linux), or one after the other.

The processes are forks of this one, when it knows what is right and what every misconception answers: so that is found
out once for all. Each has a pytest session of its own, and workers from the one zygote. One that dies is replaced, and
its submission tried once more.
"""

import collections
import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

import msgspec

from grader.batch.entry import Entry, make_entry
from grader.engine import Began, Engine, Grading
from grader.errors import EnvironmentFault, GraderError
from grader.sandbox import Launcher
from grader.submission import read_submission, unread

Done = Callable[[Entry], None]
"""Called with each entry as soon as it is there, in whatever order."""

_ENTRIES = msgspec.msgpack.Decoder(Entry)


def grade_all(engine: Engine, launcher: Launcher, jobs: int, submissions: Mapping[str, Path], done: Done) -> None:
    """Grade every submission; `submissions` are paths by identity."""
    if sys.platform != "linux":
        engine.session(lambda grading: _one_by_one(grading, submissions, done))
        return
    engine.prepare()
    with contextlib.closing(_Jobs(engine, launcher)) as running:
        running.grade(submissions, min(jobs, len(submissions)), done)


def _one_by_one(grading: Grading, submissions: Mapping[str, Path], done: Done) -> None:
    for identity, path in submissions.items():
        done(grade_one(grading, identity, path))


def grade_one(grading: Grading, identity: str, path: Path) -> Entry:
    """One submission's entry; what cannot be read is a submission without content, with the reason."""
    try:
        tree = read_submission(path)
    except GraderError as error:
        tree = unread(path, str(error))
    return make_entry(identity, grading.grade(tree))


class _Job:
    """A grading process, seen from here. `task` is what it is grading now."""

    def __init__(self, pid: int, pipe: Connection) -> None:
        self.pid = pid
        self.pipe = pipe
        self.task: str | None = None

    def give(self, identity: str) -> None:
        """Have it grade a submission. One that is gone shows when it is listened to."""
        self.task = identity
        with contextlib.suppress(OSError):
            self.pipe.send_bytes(identity.encode(errors="surrogateescape"))


class _Jobs:
    """The grading processes."""

    def __init__(self, engine: Engine, launcher: Launcher) -> None:
        self._engine = engine
        self._launcher = launcher
        self._jobs: list[_Job] = []

    def grade(self, submissions: Mapping[str, Path], jobs: int, done: Done) -> None:
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
                    done(_ENTRIES.decode(job.pipe.recv_bytes()))
                except (EOFError, OSError):
                    self._replace(job, submissions)
                    tries[identity] += 1
                    if tries[identity] == 1:
                        waiting.appendleft(identity)
                    else:
                        done(self._given_up(identity, submissions[identity]))

    def close(self) -> None:
        """End all processes."""
        for job in self._jobs:
            job.pipe.close()
            with contextlib.suppress(ProcessLookupError):
                os.kill(job.pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(job.pid, 0)

    def _answering(self) -> Iterable[_Job]:
        ready = multiprocessing.connection.wait([job.pipe for job in self._jobs if job.task])
        return [job for job in self._jobs if job.pipe in ready]

    def _replace(self, job: _Job, submissions: Mapping[str, Path]) -> None:
        self._jobs.remove(job)
        job.pipe.close()
        os.waitpid(job.pid, 0)
        self._start(submissions)

    def _given_up(self, identity: str, path: Path) -> Entry:
        """The entry of a submission at which a grading process died twice: our fault, whatever it was."""
        fault = EnvironmentFault("the grading process ended twice at this submission")
        return make_entry(identity, self._engine.failed(unread(path, str(fault)), fault, Began.now()))

    def _start(self, submissions: Mapping[str, Path]) -> None:
        ours, theirs = multiprocessing.Pipe()
        launcher = self._launcher.shared()
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                # Ctrl-C reaches the whole group; the parent ends its processes in order.
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                ours.close()
                for other in self._jobs:
                    other.pipe.close()
                engine = self._engine.with_launcher(launcher)
                engine.session(lambda grading: _serve(grading, theirs, submissions))
                status = 0
            except BaseException:  # nothing above this frame may run in a fork
                traceback.print_exc()
            finally:
                os._exit(status)
        theirs.close()
        launcher.close()
        self._jobs.append(_Job(pid, ours))


def _serve(grading: Grading, pipe: Connection, submissions: Mapping[str, Path]) -> None:
    """Grade what is asked for, until there is nobody who asks."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            identity = pipe.recv_bytes().decode(errors="surrogateescape")
            entry = grade_one(grading, identity, submissions[identity])
            pipe.send_bytes(msgspec.msgpack.encode(entry))
