"""Numbers as Python writes them, with as many digits as it takes to get the same number back."""

import math
import struct


def exact(value: float, code: str = "d") -> str:
    """A number in six digits, or in as many more as its `struct` code can tell apart."""
    if math.isnan(value):  # there are many, and all are written alike
        return "nan"
    bits = struct.pack(code, value)
    return next(
        written
        for written in (f"{value:.{digits}g}" for digits in range(6, 18))
        if struct.pack(code, float(written)) == bits
    )
