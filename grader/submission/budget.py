"""How much an archive may unpack to, counted while it unpacks."""

from grader.submission.member import Unreadable

MAX_MEMBERS = 10_000
MAX_UNPACKED_BYTES = 64 << 20
MAX_RATIO = 100
# What is smaller than this harms nobody, and a few tiny files of zeros may well be packed better than the limit.
_RATIO_HOLDS_FROM = 256 << 10


class Budget:
    """Counts the bytes that come out of an archive of `packed` bytes, also those that are thrown away again."""

    def __init__(self, packed: int) -> None:
        self._packed = packed
        self._unpacked = 0

    def spend(self, count: int) -> None:
        """Count some more; raises `Unreadable` when it is too much."""
        self._unpacked += count
        if self._unpacked > MAX_UNPACKED_BYTES:
            raise Unreadable(f"it unpacks to more than {MAX_UNPACKED_BYTES >> 20} MiB")
        if self._unpacked > max(_RATIO_HOLDS_FROM, MAX_RATIO * self._packed):
            raise Unreadable(f"it unpacks to more than {MAX_RATIO} times its size")
