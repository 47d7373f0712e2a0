"""Archives inside a submission: each is opened once, where it stands, within the budget of the whole submission."""

import dataclasses
import functools
from collections.abc import Iterable, Iterator

from grader.errors import SubmissionError
from grader.inside.said import say
from grader.submission.archive import MAX_ARCHIVE_BYTES, archive_members
from grader.submission.budget import Budget
from grader.submission.member import Member, Unreadable, refused
from grader.submission.names import ARCHIVES, is_ignored, parts_of, shown, suffix_of


def opened(members: Iterable[Member], budget: Budget, *, outermost: bool) -> Iterator[Member]:
    """The members, and in the place of each archive what it holds, as if it were a folder of its name.

    An archive in such an archive is refused, and so is one that cannot be read: it costs only itself. `outermost` are
    archives whose own bytes have come out of no other.
    """
    for member in members:
        if member.refusal is None and _is_archive(member.name):
            yield from _opened(member, budget, outermost=outermost)
        else:
            yield member


def _is_archive(name: str) -> bool:
    """By its name. An archive in a tool's folder, or one that leads out, is left to the code that looks at names."""
    try:
        return suffix_of(name) in ARCHIVES and not any(map(is_ignored, parts_of(name)))
    except SubmissionError:
        return False


def _opened(archive: Member, budget: Budget, *, outermost: bool) -> list[Member]:
    try:
        data = archive.read(MAX_ARCHIVE_BYTES)
        if outermost:
            budget.take_in(len(data))
        return [_inside(archive.name, member) for member in archive_members(archive.name, data, budget)]
    except SubmissionError as error:
        return [refused(archive.name, error.said)]


def _inside(archive: str, member: Member) -> Member:
    try:
        name = f"{archive}/{'/'.join(parts_of(member.name))}"
    except SubmissionError as error:
        return refused(f"{archive}/{shown(member.name)}", error.said)
    if suffix_of(name) in ARCHIVES:
        return refused(name, say("refused.archive_inside"))
    return dataclasses.replace(member, name=name, read=functools.partial(_read, member))


def _read(member: Member, limit: int) -> bytes:
    """A broken archive inside costs nothing beside it."""
    try:
        return member.read(limit)
    except Unreadable as error:
        raise SubmissionError(error.said) from error
