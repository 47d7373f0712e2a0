"""A program that runs another one as a container does which refuses system calls (Linux).

    python as_container.py [--refuse CALL]... [--kill CALL]... COMMAND...

It always refuses namespaces, as docker's own filter does. A seccomp filter needs no privilege, so this shows on any
machine what the grader does where bubblewrap gets EPERM.
"""

import argparse
import errno
import os

from pyseccomp import ALLOW, ERRNO, KILL_PROCESS, MASKED_EQ, NE, Arch, Arg, SyscallFilter, resolve_syscall

# CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET, from <linux/sched.h>.
_NEW_NAMESPACES = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)
_REFUSED = (
    *("unshare", "setns", "mount", "umount2", "pivot_root", "move_mount", "fsopen", "fsmount", "open_tree"),
    *("bpf", "perf_event_open", "userfaultfd", "add_key", "request_key", "keyctl", "open_by_handle_at"),
)
# The same on every processor; an old libseccomp does not know the name.
_LANDLOCK = {"landlock_create_ruleset": 444}

# To ask for a limit stays allowed: every C library does.
_ARGUMENTS = {"prlimit64": (Arg(2, NE, 0),)}


def filter_calls(refused: list[str], killing: list[str]) -> None:
    """Load the filter into this process; it stays with all that this process starts."""
    calls = SyscallFilter(ALLOW)
    denied = ERRNO(errno.EPERM)
    for action, names in ((denied, (*_REFUSED, *refused)), (KILL_PROCESS, killing)):
        for name in names:
            calls.add_rule(action, _number(name), *_ARGUMENTS.get(name, ()))
    for flag in _NEW_NAMESPACES:
        calls.add_rule(denied, "clone", Arg(0, MASKED_EQ, flag, flag))
    # Its flags lie where a filter cannot look; a libc goes on with clone where it is absent.
    calls.add_rule(ERRNO(errno.ENOSYS), "clone3")
    calls.load()


def _number(name: str) -> int:
    return _LANDLOCK.get(name) or int(resolve_syscall(Arch.NATIVE, name))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--refuse", action="append", default=[])
    parser.add_argument("--kill", action="append", default=[])
    parser.add_argument("command", nargs=argparse.REMAINDER)
    asked = parser.parse_args()
    filter_calls(asked.refuse, asked.kill)
    os.execv(asked.command[0], asked.command)
