"""Sends tensors of a negative shape, of a huge one, of too few bytes, and of a dtype outside the list.

gradient: crashed 0
jacobian_2xtx: passed 7
"""

import contextlib
import fcntl
import os
import struct
import sys

import msgspec


def reports():
    """The one descriptor beside the output that is open for writing."""
    for descriptor in range(3, 64):
        with contextlib.suppress(OSError):
            if fcntl.fcntl(descriptor, fcntl.F_GETFL) & 3 == os.O_WRONLY:
                return descriptor


def order():
    """What was asked, found by walking up the stack."""
    frame = sys._getframe()
    while "order" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["order"]


tensors = [
    {"dtype": "float32", "shape": [-4], "data": b"\0" * 16},
    {"dtype": "float32", "shape": [1 << 62, 1 << 62], "data": b""},
    {"dtype": "float32", "shape": [4], "data": b""},
    {"dtype": "object", "shape": [4], "data": b"\0" * 32},
    {"dtype": "float32", "shape": [1] * 17, "data": b"\0" * 4},
]


def gradient(f, x):
    fact = {"type": "tensor", **tensors[order().number % len(tensors)]}
    observation = {"type": "answered", "facts": [["returned", fact]]}
    body = msgspec.msgpack.encode({"type": "reply", "number": order().number, "observation": observation})
    os.write(reports(), struct.pack(">I", len(body)) + body)
    os._exit(0)


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
