"""The messages between the grader and a zygote: one msgpack message a datagram, on a socket that no worker holds.

The zygote has run no submission's code, so this side is trusted; `grader.inside.wire` is the one that is not.
"""

import msgspec

from grader.inside.layers import Layer
from grader.inside.values import Record

MAX_MESSAGE_BYTES = 1 << 16


# ---------------------------------------------------------------- grader -> zygote


class Equipment(Record):
    """A course's part in its workers: the name of the subject it is about, and the folder of its probes."""

    subject: str
    probes: str


class Bounds(Record, tag="bounds"):
    """The first message: the bounds of every worker.

    `readable` are the paths that a worker may read; `memory_bytes` is beyond a worker's size at its start. For many
    workers it pays to be `warm`: to do once what each would do at its first use of parts of a library.
    """

    equipment: Equipment
    readable: tuple[str, ...]
    memory_bytes: int
    cpu_seconds: int
    warm: bool


class Fork(Record, tag="fork"):
    """Fork a worker around the three descriptors that come with this: orders, reports, output."""


class Reap(Record, tag="reap"):
    """Wait for a worker that has been killed or has ended, and end what it left behind."""

    pid: int


class Connect(Record, tag="connect"):
    """Take the socket that comes with this as one more control socket, of another grading process."""


Command = Bounds | Fork | Reap | Connect


# ---------------------------------------------------------------- zygote -> grader


class Prepared(Record, tag="prepared"):
    """torch is imported; these layers were tried, and these are the inodes of the zygote's namespaces by kind."""

    layers: tuple[Layer, ...]
    namespaces: dict[str, int]


class Forked(Record, tag="forked"):
    """A worker runs; with this comes a descriptor of it (a pidfd). `pid` counts in the zygote's namespace."""

    pid: int


class Reaped(Record, tag="reaped"):
    """The worker is gone; `status` as `os.waitpid` says it."""

    status: int


Answer = Prepared | Forked | Reaped

_COMMANDS: msgspec.msgpack.Decoder[Command] = msgspec.msgpack.Decoder(Command)
_ANSWERS: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)


def encode(message: Command | Answer) -> bytes:
    """A message as a datagram."""
    return msgspec.msgpack.encode(message)


def decode_command(datagram: bytes) -> Command:
    """A message to a zygote."""
    return _COMMANDS.decode(datagram)


def decode_answer(datagram: bytes) -> Answer:
    """A message from a zygote."""
    return _ANSWERS.decode(datagram)
