"""Which members of a submission are read, under which names."""

import dataclasses
import unicodedata
from collections.abc import Iterable

from grader.errors import SubmissionError
from grader.submission.member import Member, refused
from grader.submission.names import ARCHIVES, SOURCES, is_ignored, parts_of, shown, suffix_of


def choose(members: Iterable[Member]) -> list[Member]:
    """The members that are code or were refused, in the order of their names, which are fit to be shown now.

    Of names that a file system may take for one, only the first is read.
    """
    chosen: list[Member] = []
    seen: set[str] = set()
    for member in sorted(filter(None, map(_look_at, members)), key=lambda member: member.name):
        key = unicodedata.normalize("NFC", unicodedata.normalize("NFD", member.name).casefold())
        twin = key in seen and member.refusal is None
        chosen.append(refused(member.name, "another file is named like this, or nearly so") if twin else member)
        seen.add(key)
    return chosen


def may_be_code(member: Member) -> bool:
    """Could it hold functions? Links and folders that were refused could, data files could not."""
    return member.folder or bool(suffix_of(member.name)) or "." not in member.name.rpartition("/")[2]


def _look_at(member: Member) -> Member | None:
    """The member under its shown name, refused if need be; None for what is none of ours."""
    try:
        parts = parts_of(member.name)
    except SubmissionError as error:
        return refused(shown(member.name), str(error), folder=member.folder)
    if any(map(is_ignored, parts)):
        return None
    name = shown("/".join(parts))
    if member.refusal is None and suffix_of(name) in ARCHIVES:
        return refused(name, "it is an archive inside the submission, and not opened; hand in what it holds")
    if member.refusal is not None or suffix_of(name) in SOURCES:
        return dataclasses.replace(member, name=name)
    return None
