"""Frames between the grader and a worker: four bytes of length, then one msgpack message.

Only data crosses: msgspec decodes into the records named here or refuses; nothing is unpickled or evaluated.
"""

import struct
from typing import Annotated, BinaryIO, Literal, TypeVar

import msgspec
from msgspec import Meta

from grader.inside.answers import Answered, NotStarted, OutOfMemory
from grader.inside.said import Said
from grader.inside.values import MAX_PARTS, FunctionSpec, Items, Raised, Record, Table, TensorValue, Text, Value

# An order holds whatever reading a submission lets through: 8 MiB of source and of the names of its cells, counted in
# characters, of which each may take four bytes; and 500 files with two names of their own, of up to 240 characters.
MAX_ORDER_BYTES = 64 << 20
# A report is small: an answer has room for a multiple of its question (see `sizes`), a list of definitions is cut.
MAX_REPORT_BYTES = 1 << 20
MAX_REPLY_BYTES = 64 << 10
MAX_DEFINITIONS = 2000
MAX_NOTES = 200
MAX_RIVALS = 20
# A little more than what the reading side of a worker makes (grader.inside.subjects.torch.tensors).
_MAX_DEPTH = 8
_LENGTH = struct.Struct(">I")
_T = TypeVar("_T")


class WireError(Exception):
    """The other side sent something that is no message."""


# ---------------------------------------------------------------- grader -> worker


class Cell(Record):
    """A piece of Python source; `first_line` is its first line's number in `file`'s own count."""

    file: str
    source: str
    first_line: int = 1


class SourceFile(Record):
    """One file of a submission, decoded: a module's one cell, or a notebook's several. `stem` is its bare name."""

    path: str
    stem: str
    cells: tuple[Cell, ...]

    @property
    def is_notebook(self) -> bool:
        """Is it a notebook, by its name?"""
        return self.path.endswith(".ipynb")

    @property
    def characters(self) -> int:
        """The length of all its source."""
        return sum(len(cell.source) for cell in self.cells)


class Wanted(Record):
    """A function to find: its name, its chapter (the bare name of its own file), and its stub's given lines."""

    name: str
    chapter: str = ""
    given: str = ""


class Load(Record, tag="load"):
    """Run the files of a submission that define what is wanted. `skip` are (file, line) of statements to leave out.

    `mark` ends the output, as for `Ask`.
    """

    files: tuple[SourceFile, ...]
    wanted: tuple[Wanted, ...]
    skip: tuple[tuple[str, int], ...] = ()
    mark: str = ""


class Ask(Record, tag="ask"):
    """Call `function` of `file` through the probe of `exercise`. `mark` ends this call's output on the output pipe.

    With `again` it is called once more, with other numbers.
    """

    number: int
    chapter: str
    exercise: str
    file: str
    function: str
    inputs: tuple[tuple[str, Value], ...]
    mark: str
    again: bool = False


Order = Load | Ask


# ---------------------------------------------------------------- worker -> grader


class Ready(Record, tag="ready"):
    """A worker has imported torch and given up what it may not do, and waits."""


class Entered(Record, tag="entered"):
    """The statement at this place begins to run (so that a hang or death during the import can be named)."""

    file: Text
    line: int


class Note(Record):
    """Something about a submission's file that its reader should know. `failed` marks code that could not run."""

    file: Text
    line: int | None
    said: Said
    failed: bool = False


Reason = Literal["failed", "untouched", "unfinished", "own_file", "fewer_folders", "last"]
"""Why one definition is graded and another is not: that one failed or is a stub, or this one's comes first."""


class Rival(Record):
    """A file that defines the same name otherwise, and why the other one is graded."""

    file: Text
    reason: Reason


class Definition(Record):
    """A name that a submission's file defines. `kind` is the type's name; functions and classes are callable.

    `untouched` marks a function that is still its stub; `rivals` are other files that define the name otherwise.
    """

    name: Text
    file: Text
    line: int | None
    callable: bool
    kind: Text
    untouched: bool = False
    rivals: Annotated[tuple[Rival, ...], Meta(max_length=MAX_RIVALS)] = ()


class Loaded(Record, tag="loaded"):
    """The submission's files have run: their definitions, and the failures on the way."""

    definitions: Annotated[tuple[Definition, ...], Meta(max_length=MAX_DEFINITIONS)]
    notes: Annotated[tuple[Note, ...], Meta(max_length=MAX_NOTES)]


class Reply(Record, tag="reply"):
    """The answer to the `Ask` of this number."""

    number: int
    observation: Answered | Raised | NotStarted | OutOfMemory


WorkerReport = Ready | Entered | Loaded | Reply

_ORDERS: msgspec.msgpack.Decoder[Order] = msgspec.msgpack.Decoder(Order)
_REPORTS: msgspec.msgpack.Decoder[WorkerReport] = msgspec.msgpack.Decoder(WorkerReport)
_ENCODER = msgspec.msgpack.Encoder()


def write_frame(stream: BinaryIO, message: Order | WorkerReport) -> int:
    """Send one message and return its size; raises `WireError` when it is larger than a frame may be."""
    body = _ENCODER.encode(message)
    if len(body) > (limit := _limit_of(message)):
        raise WireError(f"a message of {len(body)} bytes is over the limit of {limit}")
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()
    return len(body)


def _limit_of(message: Order | WorkerReport) -> int:
    match message:
        case Load() | Ask():
            return MAX_ORDER_BYTES
        case Reply():
            return MAX_REPLY_BYTES
        case Ready() | Entered() | Loaded():
            return MAX_REPORT_BYTES


def read_frame(stream: BinaryIO, limit: int = MAX_REPORT_BYTES) -> bytes | None:
    """Read one frame's body; None at a clean end; raises `WireError` for a cut or an oversized frame."""
    header = _read_exactly(stream, _LENGTH.size)
    if not header:
        return None
    if len(header) < _LENGTH.size:
        raise WireError("the stream ended inside a frame")
    (length,) = _LENGTH.unpack(header)
    if length > limit:
        raise WireError(f"a frame announces {length} bytes, over the limit of {limit}")
    body = _read_exactly(stream, length)
    if len(body) < length:
        raise WireError("the stream ended inside a frame")
    return body


def decode_order(body: bytes) -> Order:
    """Decode a message to a worker; raises `WireError`."""
    return _decode(_ORDERS, body)


def decode_report(body: bytes) -> WorkerReport:
    """Decode a message from a worker; raises `WireError`, whatever the bytes are."""
    report = _decode(_REPORTS, body)
    if isinstance(report, Reply) and len(body) > MAX_REPLY_BYTES:
        raise WireError(f"an answer of {len(body)} bytes is over the limit of {MAX_REPLY_BYTES}")
    match report:
        case Reply(observation=Answered(facts=facts)):
            for _, fact in facts:
                _require_plain(fact, _MAX_DEPTH, MAX_PARTS)
        case Reply(observation=Raised() as raised):
            _require_plain(raised, _MAX_DEPTH, MAX_PARTS)
        case _:
            pass
    return report


def _require_plain(value: Value, depth: int, room: int) -> int:
    """Refuse what no worker sends, as a function, and values that would cost too much stack or time to walk through.

    Returns how many more parts there may be.
    """
    if depth == 0 or room < 0:
        raise WireError("a value is nested too deeply, or has too many parts")
    parts: tuple[Value, ...] = ()
    match value:
        case Items(items=items):
            parts = items
        case Table(entries=entries):
            parts = tuple(entry for _, entry in entries)
        case TensorValue(grad=TensorValue() as grad):
            parts = (grad,)
        case FunctionSpec():
            raise WireError("a function is no fact")
        case Raised(phrase=phrase) if phrase:
            raise WireError("no worker knows the phrasebook")
        case _:
            pass
    room -= len(parts)
    for part in parts:
        room = _require_plain(part, depth - 1, room)
    return room


def _decode(decoder: msgspec.msgpack.Decoder[_T], body: bytes) -> _T:
    try:
        message: _T = decoder.decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError, OverflowError) as error:
        # Its text would quote what was sent.
        raise WireError("a frame holds no message") from error
    return message


def _read_exactly(stream: BinaryIO, count: int) -> bytes:
    chunks = []
    while count > 0:
        chunk = stream.read(min(count, 1 << 20))
        if not chunk:
            break
        chunks.append(chunk)
        count -= len(chunk)
    return b"".join(chunks)
