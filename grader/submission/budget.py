"""How much the archives of a submission may unpack to, counted while they unpack."""

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
        for size, what in ((packed, "it is"), (self._packed, "all archives together are")):
            if size > MAX_PACKED_BYTES:
                raise Unreadable(f"{what} over {MAX_PACKED_BYTES >> 20} MiB")

    def hold(self, members: int) -> None:
        """Count what an archive holds."""
        self._members += members
        if self._members > MAX_MEMBERS:
            raise Unreadable(f"it holds more than {MAX_MEMBERS} files")

    def spend(self, count: int) -> None:
        """Count some bytes more."""
        self._unpacked += count
        if self._unpacked > MAX_UNPACKED_BYTES:
            raise Unreadable(f"it unpacks to more than {MAX_UNPACKED_BYTES >> 20} MiB")
        if self._unpacked > max(_RATIO_HOLDS_FROM, MAX_RATIO * self._packed):
            raise Unreadable(f"it unpacks to more than {MAX_RATIO} times its size")
