"""The members of an archive, found and read in memory: nothing of it is ever written anywhere.

Time and memory are bounded by the limits below, whatever the bytes are. No size that an archive states is trusted.
"""

from grader.inside.said import say
from grader.submission.budget import MAX_PACKED_BYTES, Budget
from grader.submission.member import Member, Unreadable
from grader.submission.names import suffix_of
from grader.submission.untar import gunzip, tar_members
from grader.submission.unzip import zip_members

MAX_ARCHIVE_BYTES = MAX_PACKED_BYTES
_GZIP = b"\x1f\x8b"


def archive_members(name: str, data: bytes, budget: Budget) -> list[Member]:
    """The members of an archive of this name; raises `Unreadable`, which reading a member may do, too."""
    if not data:
        raise Unreadable(say("refused.empty"))
    if len(data) > MAX_ARCHIVE_BYTES:
        raise Unreadable(say("refused.large", mib=MAX_ARCHIVE_BYTES >> 20))
    if suffix_of(name) == ".zip":
        members = zip_members(data, budget)
    else:
        # Browsers unpack on the way, or do not, and keep the name.
        members = tar_members(gunzip(data, budget) if data.startswith(_GZIP) else data)
    budget.hold(len(members))
    return members
