"""Sends an answer nested a hundred thousand times, and one nested a little more than is allowed.

gradient: crashed 0
jacobian_2xtx: passed 7
"""

import contextlib
import fcntl
import os
import struct
import sys

import msgspec
import torch


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


def is_first_question(x):
    return x.dtype == torch.float32 and x.tolist() == [0, 1, 2, 3]


def gradient(f, x):
    value = None
    for _ in range(20):
        value = {"type": "items", "kind": "list", "items": [value]}
    observation = {"type": "answered", "facts": [["returned", value]]}
    body = msgspec.msgpack.encode({"type": "reply", "number": order().number, "observation": observation})
    if is_first_question(x):
        body = b"\x91" * 100_000 + b"\xc0"
    os.write(reports(), struct.pack(">I", len(body)) + body)
    return x


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
