"""Puts the memory of a process that forks a lot onto large pages (Linux 6.1): a fork copies a list of all pages.

On pages of 2 MiB that list is short, which halves what a worker costs from its start to its end. A worker that writes
still copies 4 KiB at a time: the kernel splits a large page then.
"""

import contextlib
import ctypes
import re
from collections.abc import Iterator
from pathlib import Path

# From <asm-generic/mman-common.h>.
_MADV_COLLAPSE = 25
_LARGE = 2 << 20
_WRITABLE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw")


def use_large_pages() -> None:
    """Ask for it; where the kernel cannot, nothing changes."""
    madvise = ctypes.CDLL(None).madvise
    madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    for start, end in _regions():
        madvise(start, end - start, _MADV_COLLAPSE)


def _regions() -> Iterator[tuple[int, int]]:
    """The writable parts of memory that whole large pages fit into."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/maps").read_text().splitlines():
            if found := _WRITABLE.match(line):
                start, end = (int(number, 16) for number in found.groups())
                start, end = -(-start // _LARGE) * _LARGE, end // _LARGE * _LARGE
                if start < end:
                    yield start, end
