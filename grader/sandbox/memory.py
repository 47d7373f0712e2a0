"""How much memory a worker may take where a control group limits the grader and all that it starts (Linux).

A container's limit is met by the kernel, which ends a process of its own choice: perhaps the grader. So workers are
limited to less, and whatever comes about, they are the first to be chosen (see `confine`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from grader.errors import EnvironmentFault
from grader.inside.said import say
from grader.records import Limits

MIB = 1 << 20
# Measured in a control group over whole batches: all that is not a worker's own, at the most, and some room.
CONFINED_BYTES = 448 * MIB
"""For a grader and a zygote that have imported torch each."""
QUICK_BYTES = 288 * MIB
"""For a grader that forks its zygote."""
JOB_BYTES = 32 * MIB
"""For each grading process, with what its worker shares no longer with the zygote."""
LEAST_BYTES = 64 * MIB
"""A worker with a quarter of it answers all questions of the kit's course."""
# The first version writes the largest number of pages for no limit.
_NO_LIMIT = 1 << 60


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMemory:
    """A control group's limit, and how much of it is used by what cannot be given back, in bytes."""

    limit: int
    used: int

    @property
    def left(self) -> int:
        """The bytes that may still be taken."""
        return self.limit - self.used


def bytes_of_a_worker(memory: GroupMemory, jobs: int, own: int) -> int:
    """The bytes that each job's worker may take beyond its size at the start; it may be below 0."""
    return (memory.left - own) // jobs - JOB_BYTES


def jobs_that_fit(memory: GroupMemory | None, most: int) -> int:
    """How many jobs a batch has room for, at least one and at most these."""
    if memory is None:
        return most
    return max(1, min(most, (memory.left - CONFINED_BYTES) // (JOB_BYTES + LEAST_BYTES)))


def within(memory: GroupMemory | None, limits: Limits, jobs: int, own: int) -> Limits:
    """The limits where all these workers have to fit into the memory.

    Raises `EnvironmentFault` where they do not, since then the kernel would end what it likes.
    """
    if memory is None:
        return limits
    each = bytes_of_a_worker(memory, jobs, own)
    if each < LEAST_BYTES:
        raise EnvironmentFault(
            say(
                "fault.little_memory",
                limit=memory.limit // MIB,
                left=max(0, memory.left) // MIB,
                jobs=jobs,
                needed=(own + jobs * (JOB_BYTES + LEAST_BYTES)) // MIB,
            )
        )
    return replace(limits, memory_bytes=min(limits.memory_bytes, each))


def memory_here(root: Path = Path("/")) -> GroupMemory | None:
    """The tightest of all control groups that this process is in; None where there is no limit.

    `root` is where /proc and the control groups are looked for.
    """
    found = [memory for group in _groups(root) if (memory := _memory(group)) is not None]
    return min(found, key=lambda memory: memory.left, default=None)


@dataclass(frozen=True, slots=True)
class _Files:
    """The names of a version's files, and those lines of its statistics that count what can be given back."""

    limit: str
    used: str
    given_back: frozenset[str]


_VERSIONS = (
    _Files("memory.max", "memory.current", frozenset({"active_file", "inactive_file"})),
    _Files("memory.limit_in_bytes", "memory.usage_in_bytes", frozenset({"total_active_file", "total_inactive_file"})),
)


def _memory(group: Path) -> GroupMemory | None:
    for files in _VERSIONS:
        try:
            limit = int((group / files.limit).read_text())
            used = int((group / files.used).read_text())
            statistics = [line.split() for line in (group / "memory.stat").read_text().splitlines()]
        except (OSError, ValueError):  # no such file here, or `max`
            continue
        cached = sum(int(size) for name, size in statistics if name in files.given_back)
        return GroupMemory(limit=limit, used=max(0, used - cached)) if limit < _NO_LIMIT else None
    return None


def _groups(root: Path) -> Iterator[Path]:
    """The folders of the group that this process is in and of all groups around it, as far as they are shown here."""
    try:
        memberships = (root / "proc/self/cgroup").read_text().splitlines()
        mounts = (root / "proc/self/mountinfo").read_text().splitlines()
    except OSError:
        return
    for line in memberships:
        _, controllers, own = line.split(":", 2)
        if controllers and "memory" not in controllers.split(","):
            continue
        for mount in mounts:
            shown, point, kind, options = _mount(mount)
            if kind == ("cgroup" if controllers else "cgroup2") and (not controllers or "memory" in options):
                yield from _up(root / point.relative_to("/"), shown, PurePosixPath(own))


def _mount(line: str) -> tuple[PurePosixPath, PurePosixPath, str, list[str]]:
    """The folder that a mount shows, the place where, its kind and its options (proc_pid_mountinfo(5))."""
    before, _, after = line.partition(" - ")
    _, _, _, shown, point, *_ = before.split(" ")
    kind, _, options = after.split(" ", 2)
    return PurePosixPath(shown), PurePosixPath(point), kind, options.split(",")


def _up(point: Path, shown: PurePosixPath, own: PurePosixPath) -> Iterator[Path]:
    """The folders from a group up to the one that is mounted. In a container only its own group may be shown."""
    below = own.relative_to(shown) if own.is_relative_to(shown) and ".." not in own.parts else PurePosixPath()
    yield point / below
    for parent in below.parents:
        yield point / parent
