"""What a command costs: the wall clock, and the CPU of its whole process tree, whoever killed or reaped its members.

A cgroup (Linux, version 2) counts all of it by itself. Where none may be made, this process becomes the subreaper: it
inherits what the command leaves behind, ends and reaps it, and the kernel adds up what reaped children have used.
`verify` tells, with a burner that is killed where it is hard to see, whether the chosen way counts everything here.
"""

import contextlib
import ctypes
import itertools
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_NUMBERS = itertools.count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one run of a command took, and what it said."""

    wall: float
    cpu: float
    code: int
    stdout: str
    stderr: str


class CommandFailed(Exception):
    """A command that had to succeed did not; the text is the end of what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """A way to count CPU time. `counting` yields how to enter the count (in the child) and how to read it (after)."""

    name: str
    counting: Callable[[], contextlib.AbstractContextManager[tuple[Callable[[], None], Callable[[], float]]]]

    def run(
        self, command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str], allowed: Sequence[int] = (0,)
    ) -> Cost:
        """Run a command to its end; raises `CommandFailed` for an exit code that is not allowed."""
        with self.counting() as (enter, read):
            begin = time.perf_counter()
            process = subprocess.Popen(
                list(map(str, command)),
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
                preexec_fn=enter,  # noqa: PLW1509  # this program has one thread
            )
            stdout, stderr = process.communicate()
            wall = time.perf_counter() - begin
            cpu = read()
        if process.returncode not in allowed:
            said = (stderr.strip() or stdout.strip())[-2000:]
            raise CommandFailed(f"exit code {process.returncode} of {_named(command)}: {said}")
        return Cost(wall=wall, cpu=cpu, code=process.returncode, stdout=stdout, stderr=stderr)


def best_meter() -> Meter:
    """The first way that counts everything on this machine."""
    tried = []
    for meter in (Meter(name="cgroup v2", counting=_in_cgroup), Meter(name="subreaper", counting=_as_subreaper)):
        try:
            burned, counted = verify(meter)
        except OSError as error:
            tried.append(f"{meter.name}: {error}")
            continue
        if abs(counted - burned) < 0.15 * burned + 0.1:
            return meter
        tried.append(f"{meter.name}: counted {counted:.2f} s of {burned:.2f} s")
    raise RuntimeError(f"CPU time cannot be counted here ({'; '.join(tried)})")


# ---------------------------------------------------------------- the two ways


@contextlib.contextmanager
def _in_cgroup() -> Iterator[tuple[Callable[[], None], Callable[[], float]]]:
    folder = _cgroup_root() / f"bench-{os.getpid()}-{next(_NUMBERS)}"
    folder.mkdir()
    members = folder / "cgroup.procs"

    def enter() -> None:
        members.write_text("0")

    def read() -> float:
        _end_all(lambda: list(map(int, members.read_text().split())))
        lines = dict(line.split() for line in (folder / "cpu.stat").read_text().splitlines())
        return int(lines["usage_usec"]) / 1e6

    try:
        yield enter, read
    finally:
        _end_all(lambda: list(map(int, members.read_text().split())))
        folder.rmdir()


def _cgroup_root() -> Path:
    """This process's own group in the hierarchy of version 2, wherever that is mounted."""
    own = next(
        (line.split(":", 2)[2] for line in Path("/proc/self/cgroup").read_text().splitlines() if line.startswith("0:")),
        None,
    )
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _, place, kind, *_ = line.split()
        if kind == "cgroup2" and own is not None:
            return Path(place) / own.lstrip("/")
    raise FileNotFoundError("no cgroup v2 is mounted")


@contextlib.contextmanager
def _as_subreaper() -> Iterator[tuple[Callable[[], None], Callable[[], float]]]:
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    begin = _reaped()

    def read() -> float:
        own = Path(f"/proc/self/task/{os.getpid()}/children")
        _end_all(lambda: list(map(int, own.read_text().split())))
        return _reaped() - begin

    yield lambda: None, read


def _reaped() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _end_all(members: Callable[[], list[int]]) -> None:
    """Kill what a command has left behind, and reap what of it is ours, until nothing is left."""
    while found := members():
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
        time.sleep(0.005)


# ---------------------------------------------------------------- does it count everything?

# A grandchild in a session of its own burns for a while after its parent has gone, then is killed.
_BURNER = """
import os, signal, sys, time
reader, writer = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while time.process_time() < 1.0:
            pass
        os.write(writer, b"%d" % os.getpid())
        while True:
            time.sleep(1)
    os._exit(0)
os.wait()
os.kill(int(os.read(reader, 20)), signal.SIGKILL)
"""


def verify(meter: Meter) -> tuple[float, float]:
    """How much CPU time a burner used, and how much of it was counted."""
    program = [sys.executable, "-I", "-S", "-c"]
    alone = meter.run([*program, "pass"], cwd=Path("/"), env={})
    burner = meter.run([*program, _BURNER], cwd=Path("/"), env={})
    return 1.0, burner.cpu - alone.cpu


def _named(command: Sequence[str | Path]) -> str:
    return " ".join(Path(part).name if Path(str(part)).is_absolute() else str(part) for part in command)[:200]
