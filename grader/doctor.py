"""What `grader doctor` says: which layers of confinement work here, why one does not, how to get it. Pure."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from grader.model import Layer


@dataclass(frozen=True, slots=True)
class _About:
    does: str
    get: str


_LINUX = "It is there on Linux; on other systems grade in a Linux container or virtual machine."
_ABOUT = {
    "process": _About("a process of its own, which the grader's clocks end", _LINUX),
    "subreaper": _About("whatever a submission starts is found and ended with it", _LINUX),
    "namespaces": _About(
        "sees only Python, its packages and the public part of the kit; no network, no other process",
        "It needs user namespaces. In Docker: --security-opt seccomp=unconfined --security-opt apparmor=unconfined. On"
        " Ubuntu: an AppArmor profile for bwrap, or sysctl kernel.apparmor_restrict_unprivileged_userns=0. Elsewhere:"
        " sysctl user.max_user_namespaces above 0, and the package bubblewrap.",
    ),
    "limits": _About("limits of memory, CPU time, open files and written bytes; no core dumps", _LINUX),
    "unprivileged": _About(
        "is not root, and cannot become it",
        "Run the grader as an ordinary user, or with a Python that every user may read (not below /root).",
    ),
    "landlock": _About(
        "reads only Python and its packages, writes nowhere, signals no other process",
        "It needs Linux 5.13 or newer with landlock in /sys/kernel/security/lsm (for signals 6.12), and the package"
        " py-landlock, which has wheels for x86_64 and aarch64.",
    ),
    "seccomp": _About(
        "starts no process, opens no socket, traces nothing",
        "It needs the packages pyseccomp (from PyPI) and libseccomp (from the distribution: libseccomp2).",
    ),
}


def render_doctor(layers: Sequence[Layer], missing: Sequence[Layer], *, width: int, colour: bool) -> str:
    """Every layer with what it does; of one that is not active, why, and how to get it. `missing` stop a batch."""
    buffer = io.StringIO()
    console = Console(file=buffer, width=width, force_terminal=colour, highlight=False)
    console.print("What confines a submission of `grader batch` on this machine:\n")
    for layer in layers:
        about = _ABOUT[layer.name]
        mark = "[green]✓[/]" if layer.active else "[red]✗[/]"
        console.print(f"  {mark} [bold]{layer.name:<13}[/] {about.does}")
        if not layer.active:
            console.print(Padding(f"why not:    {escape(layer.why_not)}", (0, 0, 0, 18)))
            console.print(Padding(f"to get it:  {escape(about.get)}", (0, 0, 0, 18)))
    console.print()
    if missing:
        names = ", ".join(layer.name for layer in missing)
        console.print(f"`grader batch` refuses to start without: {names} (but with --allow-unconfined).")
    else:
        console.print("`grader batch` can grade the work of strangers here.")
    return "".join(line.rstrip() + "\n" for line in buffer.getvalue().splitlines())
