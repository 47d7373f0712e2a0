"""The members of folders and archives, before any of them is read."""

from collections.abc import Callable
from dataclasses import dataclass

from grader.errors import SubmissionError
from grader.inside.said import Said


class Unreadable(SubmissionError):
    """A submission cannot be read as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file that a submission holds, or what is there in place of one.

    `name` is as it was found: nobody has looked at it yet. `read` takes a limit, returns at most one byte more, and
    raises `SubmissionError`. `refusal` is known before reading; `opaque` says that a refused member may hold anything,
    as a folder may. `renamed` is what it was called before.
    """

    name: str
    read: Callable[[int], bytes]
    refusal: Said | None = None
    opaque: bool = False
    renamed: str | None = None


def refused(name: str, reason: Said, *, opaque: bool = False) -> Member:
    """A member that is not to be read."""

    def read(limit: int) -> bytes:  # noqa: ARG001  # like every member's
        raise SubmissionError(reason)

    return Member(name=name, read=read, refusal=reason, opaque=opaque)
