"""The rights that a worker gives up before it meets a submission (Linux), layer by layer as the machine has them.

Each layer is a step, and a test that tries what the step forbids. A zygote tries them all once, in a process of its
own, since no step can be undone; its workers then take those that held.
"""

import contextlib
import ctypes
import errno
import fcntl
import functools
import itertools
import os
import resource
import signal
import socket
import stat
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.inside.commands import Bounds
from grader.inside.layers import Layer, LayerName

if TYPE_CHECKING:
    from py_landlock import RulesetFd

# From <linux/prctl.h>, <linux/sched.h> and <asm-generic/fcntl.h>.
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_PR_GET_NO_NEW_PRIVS = 39
_CLONE_THREAD = 0x00010000
_F_SETOWN_EX = 15
_LOWER_HALF = 0xFFFFFFFF

_NOBODY = 65534
_MAX_DESCRIPTORS = 64
_MORE_THAN_ANY_DESCRIPTOR = 1 << 20
# All of the user count, where the worker shares the user with others; then it gets no thread of its own perhaps.
_MAX_THREADS = 4096


@dataclass(frozen=True, slots=True)
class _Step:
    """`take` gives something up, and raises where that is impossible; `holds` tries what is forbidden then."""

    name: LayerName
    take: Callable[[Bounds], None]
    holds: Callable[[], bool]


def prctl(option: int, value: int) -> int:
    """The system call of this name."""
    return int(ctypes.CDLL(None).prctl(option, value, 0, 0, 0))


def close_all(but: Collection[int]) -> None:
    """Close every open descriptor but these."""
    kept = [-1, *sorted(but), _MORE_THAN_ANY_DESCRIPTOR]
    for low, high in itertools.pairwise(kept):
        if low + 1 < high:  # an empty range that begins at 0 would be taken for all of them
            os.closerange(low + 1, high)


def try_layers(bounds: Bounds) -> tuple[Layer, ...]:
    """Take every step, and say of each whether it holds. The calling process is confined afterwards."""
    failures: dict[LayerName, str] = {}
    for step in _STEPS:
        try:
            step.take(bounds)
        except Exception as error:  # whatever it is, this layer is not to be had here
            failures[step.name] = f"{type(error).__name__}: {error}"
    # All tests come last: some of them need what only the earlier steps forbid.
    return tuple(_outcome(step, failures.get(step.name)) for step in _STEPS)


def untried_layers(status: int) -> tuple[Layer, ...]:
    """The layers where the process that tried them came to an end with this status: none holds."""
    why_not = f"the process that tries the layers ended with status {status}"
    return tuple(Layer(name=step.name, active=False, why_not=why_not) for step in _STEPS)


def confine(bounds: Bounds, layers: tuple[Layer, ...]) -> None:
    """Take the steps of the active layers; raises where one fails now that had held before."""
    # Where memory runs out for all, the kernel ends the worker, and not the grader.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    active = {layer.name for layer in layers if layer.active}
    for step in _STEPS:
        if step.name in active:
            step.take(bounds)


def _outcome(step: _Step, failure: str | None) -> Layer:
    if failure is None and not step.holds():
        failure = "it was set up, and what it forbids was possible all the same"
    return Layer(name=step.name, active=failure is None, why_not=failure or "")


# ---------------------------------------------------------------- limits


def _limit(bounds: Bounds) -> None:
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    limits = {
        resource.RLIMIT_AS: size + bounds.memory_bytes,
        # A last resort: the grader's own clocks are shorter.
        resource.RLIMIT_CPU: bounds.cpu_seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: _MAX_DESCRIPTORS,
        # Does not bind root, in whatever namespace; the grader watches their number as well.
        resource.RLIMIT_NPROC: _MAX_THREADS,
        # Not 0: a handler in core_pattern would still be started (core(5) says that 1 stops it, too).
        resource.RLIMIT_CORE: 1,
    }
    for limit, value in limits.items():
        resource.setrlimit(limit, (value, value))


def _is_limited() -> bool:
    limits = (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE)
    return all(resource.getrlimit(limit)[1] != resource.RLIM_INFINITY for limit in limits)


# ---------------------------------------------------------------- unprivileged


def _drop_privileges(bounds: Bounds) -> None:
    """Become nobody, if this is root, and never get a privilege again."""
    prctl(_PR_SET_NO_NEW_PRIVS, 1)
    if os.getuid() != 0:
        return
    for path in bounds.readable:
        _require_open_to_all(Path(path))
    os.setgroups([])
    os.setresgid(_NOBODY, _NOBODY, _NOBODY)
    os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # a change of user clears it


def _require_open_to_all(path: Path) -> None:
    for folder in (path, *path.parents):
        needed = stat.S_IXOTH if folder.is_dir() else stat.S_IROTH
        if folder.exists() and not folder.stat().st_mode & needed:
            raise PermissionError(f"nobody but root may enter {folder}, where Python or its packages lie")


def _is_unprivileged() -> bool:
    return os.getuid() != 0 and prctl(_PR_GET_NO_NEW_PRIVS, 0) == 1


# ---------------------------------------------------------------- landlock


def _restrict_files(bounds: Bounds) -> None:
    """Read what is `readable`, write nowhere, use no TCP, signal nobody else."""
    from py_landlock import restrict_self  # noqa: PLC0415  # a machine without it has to get this far

    prctl(_PR_SET_NO_NEW_PRIVS, 1)
    restrict_self(_ruleset(bounds), None)


@functools.cache
def _ruleset(bounds: Bounds) -> "RulesetFd":
    """A descriptor of the rules, made once for all workers: opening the paths costs more than all other steps."""
    from py_landlock import AccessFs, PathBeneathAttr, RulesetAttr, add_rule, create_ruleset, get_abi_version  # noqa: PLC0415  # as above
    from py_landlock.abi import get_supported_fs, get_supported_net, get_supported_scope  # noqa: PLC0415  # as above

    abi = get_abi_version()
    attributes = RulesetAttr()
    attributes.handled_access_fs = get_supported_fs(abi)
    attributes.handled_access_net = get_supported_net(abi)
    attributes.scoped = get_supported_scope(abi)
    ruleset = create_ruleset(attributes)
    for path in filter(os.path.exists, bounds.readable):
        rule = PathBeneathAttr()
        rule.allowed_access = AccessFs.READ_FILE | (AccessFs.READ_DIR if Path(path).is_dir() else 0)
        rule.parent_fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        add_rule(ruleset, rule)
        os.close(rule.parent_fd)
    return ruleset


def _are_files_restricted() -> bool:
    try:
        next(Path("/").iterdir())
    except PermissionError:
        return True
    return False


# ---------------------------------------------------------------- seccomp

_FORBIDDEN = (
    # new processes and programs
    *("fork", "vfork", "execve", "execveat"),
    # other processes
    *("ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "process_madvise", "pidfd_open", "pidfd_getfd"),
    *("pidfd_send_signal", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "tkill", "setpriority", "ioprio_set"),
    *("sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr", "setpgid", "setsid"),
    # network and other ways to talk
    *("socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendto", "sendmsg", "sendmmsg"),
    *("shmget", "shmat", "shmctl", "msgget", "msgsnd", "msgctl", "semget", "semop", "semctl", "mq_open", "mq_unlink"),
    # a file's rights, owner, times and labels, which Landlock leaves to its owner; its size, before Linux 6.2
    *("chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat", "truncate"),
    *("utime", "utimes", "utimensat", "futimesat", "setxattr", "lsetxattr", "fsetxattr", "setxattrat"),
    *("removexattr", "lremovexattr", "fremovexattr", "removexattrat"),
    # memory that no limit counts
    *("memfd_create", "memfd_secret", "userfaultfd"),
    # the system
    *("mount", "umount2", "pivot_root", "chroot", "unshare", "setns", "move_mount", "fsopen", "open_tree"),
    *("bpf", "perf_event_open", "io_uring_setup", "io_uring_enter", "io_uring_register"),
    *("add_key", "request_key", "keyctl", "open_by_handle_at", "name_to_handle_at", "fanotify_init", "inotify_init1"),
    *("init_module", "finit_module", "delete_module", "kexec_load", "reboot", "swapon", "swapoff", "acct", "quotactl"),
    *("settimeofday", "clock_settime", "adjtimex", "clock_adjtime", "sethostname", "setdomainname", "syslog"),
    *("setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setgroups", "setfsuid", "setfsgid"),
    *("capset", "personality", "modify_ldt", "iopl", "ioperm", "vhangup", "lookup_dcookie"),
)


def _filter_calls(bounds: Bounds) -> None:  # noqa: ARG001  # a step like the others
    """Forbid system calls; allow signals to the process itself only."""
    from pyseccomp import ERRNO, MASKED_EQ, NE, Arg  # noqa: PLC0415  # a machine without it has to get this far

    calls = _forbidding_filter()
    denied, absent = ERRNO(errno.EPERM), ERRNO(errno.ENOSYS)
    own = os.getpid()
    calls.add_rule(denied, "kill", Arg(0, NE, own))
    calls.add_rule(denied, "tgkill", Arg(0, NE, own))
    calls.add_rule(denied, "prlimit64", Arg(0, NE, 0))
    # A fork is a clone that makes no thread. clone3 hides its flags, and glibc goes on with clone where it is absent.
    calls.add_rule(denied, "clone", Arg(0, MASKED_EQ, _CLONE_THREAD, 0))
    calls.add_rule(absent, "clone3")
    # The kernel looks at the lower half of these arguments only, so the upper one must not matter here either.
    # Its end stays bound to the zygote's, and no descriptor signals in its place.
    calls.add_rule(denied, "prctl", Arg(0, MASKED_EQ, _LOWER_HALF, PR_SET_PDEATHSIG))
    for command in (fcntl.F_SETOWN, _F_SETOWN_EX):
        calls.add_rule(denied, "fcntl", Arg(1, MASKED_EQ, _LOWER_HALF, command))
    calls.load()


@functools.cache
def _forbidding_filter():  # type: ignore[no-untyped-def]  # of a package that may be missing
    """The part of the filter that is the same for every worker. Not loaded, so a fork may add to its own copy."""
    from pyseccomp import ALLOW, ERRNO, Arch, SyscallFilter, resolve_syscall  # noqa: PLC0415  # as above

    calls = SyscallFilter(ALLOW)
    for name in _FORBIDDEN:
        number = resolve_syscall(Arch.NATIVE, name)
        # -1: this libseccomp does not know it. Other negative numbers: this processor does not have it.
        if number >= 0:
            calls.add_rule(ERRNO(errno.EPERM), number)
    return calls


def _are_calls_filtered() -> bool:
    try:
        socket.socketpair()
    except PermissionError:
        pass
    else:
        return False
    try:
        child = os.fork()
    except PermissionError:
        return True
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return False


def warm_up(bounds: Bounds) -> None:
    """Look up libraries and make what all workers share, while files can still be read and programs started."""
    for make in (_forbidding_filter, lambda: _ruleset(bounds)):
        with contextlib.suppress(Exception):  # trying the layers will say what is missing
            make()


_STEPS = (
    _Step(LayerName.LIMITS, _limit, _is_limited),
    _Step(LayerName.UNPRIVILEGED, _drop_privileges, _is_unprivileged),
    _Step(LayerName.LANDLOCK, _restrict_files, _are_files_restricted),
    _Step(LayerName.SECCOMP, _filter_calls, _are_calls_filtered),
)
