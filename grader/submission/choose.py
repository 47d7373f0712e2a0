"""Which members of a submission are read, under which names."""

import dataclasses
import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.errors import SubmissionError
from grader.inside.said import say
from grader.submission.member import Member, refused
from grader.submission.names import (
    IGNORED,
    RENAMED,
    SUFFIXES,
    accepted,
    folded,
    is_closed_archive,
    is_ignored,
    is_litter,
    kind_of,
    parts_of,
    shown,
    suffix_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The members that are read or were refused, in the order of their names, which are fit to be shown now.

    `others` are files that nobody reads, refused. Hidden files are among them only where there are no others.
    """

    members: Sequence[Member]
    others: Sequence[Member]


class _Sort(enum.Enum):
    OURS = enum.auto()
    OTHER = enum.auto()
    HIDDEN = enum.auto()
    LITTER = enum.auto()


def choose(members: Iterable[Member]) -> Chosen:
    """The members of a submission that are read. Of names that a file system may take for one, only the first is."""
    sorts: dict[_Sort, list[Member]] = {sort: [] for sort in _Sort}
    for member in members:
        sort, named = _look_at(member)
        sorts[sort].append(named)
    chosen: list[Member] = []
    seen: set[str] = set()
    # A file of its own name comes before one that was renamed to it.
    for member in sorted(sorts[_Sort.OURS], key=lambda member: (member.name, member.renamed is not None)):
        key = folded(member.name)
        twin = key in seen and member.refusal is None
        chosen.append(refused(member.name, say("refused.twin")) if twin else member)
        seen.add(key)
    others = sorts[_Sort.OTHER] or sorts[_Sort.HIDDEN]
    return Chosen(members=chosen, others=sorted(others, key=lambda member: member.name))


def may_be_code(member: Member) -> bool:
    """Could it hold functions? Links and folders that were refused could, data files could not."""
    return member.opaque or bool(suffix_of(member.name)) or "." not in member.name.rpartition("/")[2]


def as_source(member: Member) -> Member:
    """The member under the name of what is in it: `ana.py` for `ana.py.txt`."""
    suffix = suffix_of(member.name)
    if suffix not in RENAMED:
        return member
    return dataclasses.replace(
        member, name=member.name[: -len(suffix)] + RENAMED[suffix], renamed=member.renamed or member.name
    )


def _look_at(member: Member) -> tuple[_Sort, Member]:
    """The member under its shown name, refused if need be, and its use."""
    try:
        parts = parts_of(member.name)
    except SubmissionError as error:
        return _Sort.OURS, refused(shown(member.name), error.said, opaque=member.opaque)
    name = shown("/".join(parts))
    if any(map(is_litter, parts)):
        return _Sort.LITTER, member
    if any(map(is_ignored, parts)):
        return _Sort.HIDDEN, refused(name, IGNORED, opaque=True)
    suffix = suffix_of(name)
    if member.refusal is not None or suffix in SUFFIXES:
        return _Sort.OURS, dataclasses.replace(member, name=name)
    if suffix in RENAMED:
        return _Sort.OURS, as_source(dataclasses.replace(member, name=name))
    if is_closed_archive(name):
        return _Sort.OURS, refused(
            name, say("refused.not_opened", kind=kind_of(name), accepted=accepted()), opaque=True
        )
    return _Sort.OTHER, refused(name, say("refused.other_kind", kind=kind_of(name), accepted=accepted()), opaque=True)
