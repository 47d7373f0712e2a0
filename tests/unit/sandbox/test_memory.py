"""How much memory a worker gets in a control group, and how the group's limit is found."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import EnvironmentFault
from grader.records import Limits
from grader.sandbox.memory import (
    CONFINED_BYTES,
    JOB_BYTES,
    LEAST_BYTES,
    MIB,
    GroupMemory,
    bytes_of_a_worker,
    jobs_that_fit,
    memory_here,
    within,
)

SIZES = st.integers(0, 64 << 30)
MEMORIES = st.builds(lambda limit, used: GroupMemory(limit=limit, used=used), SIZES, SIZES)
JOBS = st.integers(1, 64)


@pytest.mark.parametrize(
    ("limit", "used", "jobs", "each"),
    [(768, 48, 1, 240), (768, 48, 2, 104), (768, 148, 1, 140), (2048, 48, 4, 356)],
)
def test_what_is_left_is_divided(limit: int, used: int, jobs: int, each: int) -> None:
    """The workers share what is below the limit, beside what is used and what the grader itself needs (MiB)."""
    memory = GroupMemory(limit=limit * MIB, used=used * MIB)
    assert bytes_of_a_worker(memory, jobs, CONFINED_BYTES) == each * MIB


@given(MEMORIES, JOBS)
def test_all_workers_fit_together(memory: GroupMemory, jobs: int) -> None:
    """Whatever the workers take, they and the grader stay below the limit; otherwise nothing is graded."""
    try:
        each = within(memory, Limits(), jobs, CONFINED_BYTES).memory_bytes
    except EnvironmentFault:
        assert memory.left < CONFINED_BYTES + (jobs + 1) * (JOB_BYTES + LEAST_BYTES)
    else:
        assert LEAST_BYTES <= each <= Limits().memory_bytes
        assert memory.used + CONFINED_BYTES + jobs * (JOB_BYTES + each) <= memory.limit


@given(MEMORIES, JOBS)
def test_as_many_jobs_as_fit(memory: GroupMemory, most: int) -> None:
    """A batch that chooses for itself never has more jobs than fit, and one at least."""
    jobs = jobs_that_fit(memory, most)
    assert 1 <= jobs <= most
    if jobs > 1:
        within(memory, Limits(), jobs, CONFINED_BYTES)
    if jobs < most:
        with pytest.raises(EnvironmentFault):
            within(memory, Limits(), jobs + 1, CONFINED_BYTES)


def test_without_a_limit_nothing_changes() -> None:
    """A machine without control groups grades as ever."""
    assert within(None, Limits(), 64, CONFINED_BYTES) == Limits()
    assert jobs_that_fit(None, 64) == 64


def test_too_little_is_said_with_numbers() -> None:
    """The error says what there is, what it takes, and what to do."""
    with pytest.raises(EnvironmentFault, match=r"512 MiB.*412 are free.*2 at a time takes 640 MiB.*--jobs"):
        within(GroupMemory(limit=512 * MIB, used=100 * MIB), Limits(), 2, CONFINED_BYTES)


Files = dict[str, str | tuple[str, str]]
SECOND: Files = {"limit": "memory.max", "used": "memory.current", "cache": ("active_file", "inactive_file")}
FIRST: Files = {
    "limit": "memory.limit_in_bytes",
    "used": "memory.usage_in_bytes",
    "cache": ("total_active_file", "total_inactive_file"),
}
# A limit that is none, as each version writes it.
NONE = {"memory.max": "max", "memory.limit_in_bytes": "9223372036854771712"}


def put_group(folder: Path, files: Files, limit: int | None, used: int, cache: int) -> None:
    """Write a control group's files; `cache` is a part of `used`, in two halves."""
    folder.mkdir(parents=True, exist_ok=True)
    name = str(files["limit"])
    (folder / name).write_text(f"{NONE[name] if limit is None else limit}\n")
    (folder / str(files["used"])).write_text(f"{used}\n")
    lines = [f"{line} {cache // 2}\n" for line in files["cache"]]
    (folder / "memory.stat").write_text("".join(["anon 5\n", *lines, "shmem 7\n"]))


def put_process(root: Path, membership: str, mounts: str) -> None:
    """Write what the kernel says of this process."""
    (root / "proc" / "self").mkdir(parents=True)
    (root / "proc" / "self" / "cgroup").write_text(membership)
    (root / "proc" / "self" / "mountinfo").write_text(mounts)


MOUNT_2 = "31 23 0:28 / /sys/fs/cgroup rw,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
MOUNT_1 = (
    "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
    "32 31 0:29 {shown} /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
    "35 31 0:32 {shown} /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
)


def test_the_tightest_of_all_groups_counts(tmp_path: Path) -> None:
    """Of a group and those around it, the one with the least left; file pages can be given back, so they are left."""
    put_process(tmp_path, "0::/a/b/c\n", MOUNT_2)
    top = tmp_path / "sys/fs/cgroup"
    put_group(top / "a", SECOND, 1000, 900, 200)
    put_group(top / "a/b", SECOND, 2000, 100, 0)
    put_group(top / "a/b/c", SECOND, None, 50, 0)
    assert memory_here(tmp_path) == GroupMemory(limit=1000, used=700)


@pytest.mark.parametrize("own", ["/", "/../other"])
def test_a_container_shows_its_own_group_at_the_top(tmp_path: Path, own: str) -> None:
    """Version 2 in a container: the path begins at its own group, or leads out of what is shown."""
    put_process(tmp_path, f"0::{own}\n", MOUNT_2)
    put_group(tmp_path / "sys/fs/cgroup", SECOND, 1000, 100, 0)
    assert memory_here(tmp_path) == GroupMemory(limit=1000, used=100)


@pytest.mark.parametrize("shown", ["/", "/docker/4f1c"])
def test_the_first_version(tmp_path: Path, shown: str) -> None:
    """Version 1, with a folder for each controller: on a machine, and in a container that shows its own group."""
    put_process(tmp_path, "9:name=systemd:/x\n5:memory:/docker/4f1c\n1:cpu:/y\n0::/\n", MOUNT_1.format(shown=shown))
    top = tmp_path / "sys/fs/cgroup/memory"
    put_group(top if shown != "/" else top / "docker/4f1c", FIRST, 1000, 300, 100)
    if shown == "/":
        put_group(top, FIRST, None, 9000, 0)
    assert memory_here(tmp_path) == GroupMemory(limit=1000, used=200)


@pytest.mark.parametrize("files", [FIRST, SECOND])
def test_no_limit_is_none(tmp_path: Path, files: Files) -> None:
    """A group without a limit has no say, in either version."""
    put_process(tmp_path, "5:memory:/\n0::/\n", MOUNT_1.format(shown="/") + MOUNT_2)
    put_group(tmp_path / "sys/fs/cgroup" / ("memory" if files is FIRST else ""), files, None, 100, 0)
    assert memory_here(tmp_path) is None


def test_a_machine_without_control_groups(tmp_path: Path) -> None:
    """No /proc, or groups that nothing is mounted for."""
    assert memory_here(tmp_path) is None
    put_process(tmp_path, "5:memory:/a\n0::/a\n", "")
    assert memory_here(tmp_path) is None
