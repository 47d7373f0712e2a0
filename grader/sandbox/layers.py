"""The layers of confinement, outermost first: what each layer does, what is open without it, and how a machine gets it.

This is the only table of them. `grader doctor` prints it, and scripts/generate.py writes it into docs/security.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from grader.inside.layers import LayerName

_LINUX = "It is there on Linux; on other systems grade in a Linux container or virtual machine."


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """One layer in words; a batch refuses to start without the layers that are `required`."""

    does: str
    without: str
    get: str
    required: bool = True


LAYERS: Mapping[LayerName, About] = {
    LayerName.PROCESS: About(
        does="a process, group and session of its own; clocks outside of it end it; its output is cut, and limited in"
        " all",
        without="nothing is graded",
        get=_LINUX,
    ),
    LayerName.SUBREAPER: About(
        does="whatever it starts is found and ended with it, double forks too",
        without="its children may outlive it",
        get=_LINUX,
    ),
    LayerName.NAMESPACES: About(
        does="a view of Python, its packages and the public part of the kit, read-only (bubblewrap); no network, no"
        " other process, a cleared environment",
        without="it can ask for paths by name",
        get="It needs user namespaces. In Docker: --security-opt seccomp=unconfined --security-opt apparmor=unconfined."
        " On Ubuntu: an AppArmor profile for bwrap, or sysctl kernel.apparmor_restrict_unprivileged_userns=0."
        " Elsewhere: sysctl user.max_user_namespaces above 0, and the package bubblewrap.",
        required=False,
    ),
    LayerName.LIMITS: About(
        does="memory over what it had at its start, CPU time, open files; no written byte, no core dump",
        without="it can use up the machine's memory",
        get=_LINUX,
    ),
    LayerName.UNPRIVILEGED: About(
        does="not root, and no new privileges",
        without="it is root where the grader is",
        get="Run the grader as an ordinary user, or with a Python that every user may read (not below /root).",
        required=False,
    ),
    LayerName.LANDLOCK: About(
        does="reads only Python and its packages, writes nowhere, signals no other process",
        without="the files of the grader's user are open to it",
        get="It needs Linux 5.13 or newer with landlock in /sys/kernel/security/lsm (for signals 6.12), and the package"
        " py-landlock, which has wheels for x86_64 and aarch64.",
    ),
    LayerName.SECCOMP: About(
        does="no new process, socket, trace, shared memory, or call that administers the system; signals to itself"
        " only",
        without="it can start processes and open sockets",
        get="It needs the packages pyseccomp (from PyPI) and libseccomp (from the distribution: libseccomp2).",
    ),
}

MINIMUM_LAYERS = frozenset(name for name, about in LAYERS.items() if about.required)
"""What the code of strangers is confined by at least: without these a batch refuses to start."""
