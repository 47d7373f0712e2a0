"""Says at its import that its files have run, with notes in sentences of its own, and rivals of its own invention.

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


own = "import_says_sentences_of_its_own.py"
definitions = [
    {
        "name": name,
        "file": own,
        "line": 1,
        "callable": True,
        "kind": "function",
        "rivals": [{"file": "/etc/passwd says 1234", "reason": "last"}],
    }
    for name in ("gradient", "jacobian_2xtx")
]
nested = {"type": "said", "id": "text", "arguments": [["text", "/etc/passwd"]]}
sentences = [
    nested,
    {"type": "said", "id": "judged.unpaid", "arguments": []},
    {"type": "said", "id": "no.such.sentence", "arguments": []},
    {"type": "said", "id": "note.more", "arguments": [["count", 5]]},
    {"type": "said", "id": "note.raised_bare", "arguments": [["exception", nested]]},
    {"type": "said", "id": "note.raised_bare", "arguments": [["exception", "A"], ["more", "B"]]},
    {"type": "said", "id": "note.raised", "arguments": []},
    {"type": "said", "id": "note.left_out", "arguments": [["", {"type": "place", "argument": "/etc/passwd"}]]},
]
notes = [{"file": own, "line": 1, "said": said, "failed": True} for said in sentences]
body = msgspec.msgpack.encode({"type": "loaded", "definitions": definitions, "notes": notes})
os.write(reports(), struct.pack(">I", len(body)) + body)


def gradient(f, x):
    return x


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
