"""How much the archives of a submission may unpack to, counted while they unpack."""

from grader.inside.said import say
from grader.submission.member import Unreadable

MAX_PACKED_BYTES = 32 << 20
MAX_MEMBERS = 10_000
MAX_UNPACKED_BYTES = 64 << 20
MAX_RATIO = 100
# What is smaller than this harms nobody, and a few tiny files of zeros may well be packed better than the limit.
_RATIO_HOLDS_FROM = 256 << 10


class Budget:
    """Counts what comes out of all archives of a submission, also what is thrown away again.

    Its limits hold for the submission, however many archives that has and wherever they are. Each method raises
    `Unreadable` when it is too much.
    """

    def __init__(self) -> None:
        self._packed = 0
        self._unpacked = 0
        self._members = 0

    def take_in(self, packed: int) -> None:
        """Count an archive of so many bytes that came from outside, not out of another one."""
        self._packed += packed
        for size, what in ((packed, "refused.large"), (self._packed, "refused.large_together")):
            if size > MAX_PACKED_BYTES:
                raise Unreadable(say(what, mib=MAX_PACKED_BYTES >> 20))

    def hold(self, members: int) -> None:
        """Count what an archive holds."""
        self._members += members
        if self._members > MAX_MEMBERS:
            raise Unreadable(say("refused.many_files", limit=MAX_MEMBERS))

    def spend(self, count: int) -> None:
        """Count some bytes more."""
        self._unpacked += count
        if self._unpacked > MAX_UNPACKED_BYTES:
            raise Unreadable(say("refused.unpacks", mib=MAX_UNPACKED_BYTES >> 20))
        if self._unpacked > max(_RATIO_HOLDS_FROM, MAX_RATIO * self._packed):
            raise Unreadable(say("refused.unpacks_times", times=MAX_RATIO))
