"""Says at its import that its files have run, and that functions are in files that were never handed in.

gradient: crashed 0
jacobian_2xtx: crashed 0
"""

import contextlib
import fcntl
import os
import struct

import msgspec


def reports():
    """The one descriptor beside the output that is open for writing."""
    for descriptor in range(3, 64):
        with contextlib.suppress(OSError):
            if fcntl.fcntl(descriptor, fcntl.F_GETFL) & 3 == os.O_WRONLY:
                return descriptor


own = "import_forges_what_it_defines.py"
definitions = [
    {"name": name, "file": file, "line": 1, "callable": True, "kind": "function"}
    for name in ("gradient", "jacobian_2xtx")
    for file in (own, "/etc/passwd", "ghost.py")
]
body = msgspec.msgpack.encode({"type": "loaded", "definitions": definitions, "notes": []})
os.write(reports(), struct.pack(">I", len(body)) + body)


def gradient(f, x):
    return x


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
