"""The layers that confine a worker, by name."""

import enum

from grader.inside.values import Record


class LayerName(enum.StrEnum):
    """The ways of confining submissions, outermost first; `grader.sandbox.layers` says what each does."""

    PROCESS = "process"
    SUBREAPER = "subreaper"
    NAMESPACES = "namespaces"
    LIMITS = "limits"
    UNPRIVILEGED = "unprivileged"
    LANDLOCK = "landlock"
    SECCOMP = "seccomp"


class Layer(Record):
    """One way of confining submissions: does it really hold here, and if not, why."""

    name: LayerName
    active: bool
    why_not: str = ""
