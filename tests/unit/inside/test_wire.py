"""Frames: what is sent comes back; whatever else arrives is a message or a `WireError`, never another exception."""

import contextlib
import io
import json
import struct
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.inside.answers import Answered, NotStarted, OutOfMemory
from grader.inside.said import say
from grader.inside.values import Items, NotRepresentable, Place, Raised, Table, TensorValue, Unfit, object_of
from grader.inside.wire import (
    MAX_REPORT_BYTES,
    Ask,
    Definition,
    Entered,
    Load,
    Loaded,
    Note,
    Ready,
    Reply,
    Wanted,
    WireError,
    decode_order,
    decode_report,
    read_frame,
    write_frame,
)
from grader.submission import SourceTree, read_submission

TENSOR = TensorValue(dtype="float64", shape=(2,), data=struct.pack("<2d", 1.0, 2.0), requires_grad=True)
RAISED = Raised(exception="ValueError", message="no", file="a.py", line=3)
REPORTS = [
    Ready(),
    Entered(file="a.py", line=1),
    Loaded(
        definitions=(Definition(name="f", file="a.py", line=1, callable=True, kind="function"),),
        notes=(Note(file="a.py", line=None, said=say("note.raised", exception="KeyError", message="x"), failed=True),),
    ),
    Reply(number=1, observation=NotStarted()),
    Reply(number=2, observation=OutOfMemory()),
    Reply(number=3, observation=RAISED),
    Reply(
        number=4,
        observation=Answered(
            facts=(
                ("returned", Items(kind="list", items=(TENSOR, None, 1.5, True, "s", RAISED))),
                ("d", Table(entries=())),
                ("changed", Items(kind="tuple", items=(Place(argument="x", path=(1, "k"), part="grad"), Place()))),
                ("odd", Items(kind="tuple", items=(NotRepresentable(reason=Unfit.SPARSE), object_of("set")))),
            )
        ),
    ),
]
ORDERS = [
    Load(files=(), wanted=(Wanted(name="f", chapter="c", given="x = 1"),)),
    Ask(number=1, chapter="c", exercise="f", file="a.py", function="f", inputs=(("x", TENSOR),), mark="m"),
]


def frames(*bodies: bytes) -> io.BytesIO:
    """A stream of frames."""
    return io.BytesIO(b"".join(struct.pack(">I", len(body)) + body for body in bodies))


@pytest.mark.parametrize("message", [*REPORTS, *ORDERS], ids=lambda message: type(message).__name__)
def test_what_is_written_is_read(message: object) -> None:
    """Every kind of message survives the pipe unchanged."""
    stream = io.BytesIO()
    write_frame(stream, message)  # type: ignore[arg-type]  # the union of both directions
    stream.seek(0)
    body = read_frame(stream)
    assert body is not None
    decode = decode_order if isinstance(message, Load | Ask) else decode_report
    assert decode(body) == message
    assert read_frame(stream) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_a_report_or_a_wire_error(body: bytes) -> None:
    """No bytes make the decoder raise anything else."""
    with contextlib.suppress(WireError):
        decode_report(body)


@given(st.binary(max_size=64))
def test_any_stream_is_frames_or_a_wire_error(data: bytes) -> None:
    """Reading any stream ends, with frames that it holds or a `WireError`."""
    stream = io.BytesIO(data)
    try:
        while (body := read_frame(stream)) is not None:
            assert body in data
    except WireError:
        pass


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\0", "ended inside a frame"),
        (b"\0\0\0\5abc", "ended inside a frame"),
        (struct.pack(">I", MAX_REPORT_BYTES + 1), "over the limit"),
    ],
)
def test_a_cut_or_oversized_frame_is_refused(data: bytes, said: str) -> None:
    """A stream may end between frames only, and no frame is read that announces too much."""
    with pytest.raises(WireError, match=said):
        read_frame(io.BytesIO(data))


@pytest.mark.parametrize(("rows", "is_one"), [(9, True), (11, False)])
def test_the_parts_of_a_fact_are_counted(rows: int, is_one: bool) -> None:
    """All together, however they are nested: each may cost as much as it is compared with others."""
    row = Items(kind="list", items=(None,) * 990)
    fact = Items(kind="list", items=(row,) * rows)
    body = msgspec.msgpack.encode(Reply(number=1, observation=Answered(facts=(("one", fact), ("two", fact)))))
    with contextlib.nullcontext() if is_one else pytest.raises(WireError, match="too many parts"):
        decode_report(body)


def test_an_oversized_message_is_not_sent() -> None:
    """What the other side would refuse is not written."""
    stream = io.BytesIO()
    with pytest.raises(WireError):
        write_frame(stream, Entered(file="x" * MAX_REPORT_BYTES, line=1))
    assert stream.getvalue() == b""


def a_tensor(**changes: object) -> bytes:
    """A reply with a tensor whose parts were changed."""
    tensor = {"type": "tensor", "dtype": "float64", "shape": [1], "data": b"\0" * 8, **changes}
    observation = {"type": "answered", "facts": [["returned", tensor]]}
    return msgspec.msgpack.encode({"type": "reply", "number": 1, "observation": observation})


@pytest.mark.parametrize(
    "changes",
    [
        {"shape": [-1]},
        {"shape": [-1, -1]},
        {"shape": [2]},
        {"shape": [1 << 40, 1 << 40]},
        {"shape": "x"},
        {"dtype": "complex64"},
        {"dtype": "object"},
        {"data": b"\0" * 7},
        {"data": "text"},
        {"extra": 1},
    ],
    ids=str,
)
def test_a_tensor_that_contradicts_itself_is_refused(changes: dict[str, object]) -> None:
    """Shape, dtype and bytes have to fit, and nothing else may be there."""
    decode_report(a_tensor())
    with pytest.raises(WireError):
        decode_report(a_tensor(**changes))


@pytest.mark.parametrize("observation", [{"type": "died", "how": "ended"}, {"type": "absent"}, {"type": "passed"}])
def test_a_worker_cannot_say_what_only_the_grader_knows(observation: dict[str, str]) -> None:
    """A reply holds what a call brought; that a process died, or a verdict, is not the worker's to say."""
    body = msgspec.msgpack.encode({"type": "reply", "number": 1, "observation": observation})
    with pytest.raises(WireError):
        decode_report(body)


def a_reply(fact: object) -> bytes:
    """A reply with one fact, as a forger would write it."""
    observation = {"type": "answered", "facts": [["returned", fact]]}
    return msgspec.msgpack.encode({"type": "reply", "number": 1, "observation": observation})


def nested(depth: int, kind: str) -> object:
    """A value in a value in a value."""
    inner: object = 1
    for _ in range(depth):
        if kind == "items":
            inner = {"type": "items", "kind": "list", "items": [inner]}
        elif kind == "table":
            inner = {"type": "table", "entries": [["a", inner]]}
        else:
            grad = inner if isinstance(inner, dict) else None
            inner = {"type": "tensor", "dtype": "float64", "shape": [], "data": b"\0" * 8, "grad": grad}
    return inner


RAISED_BY_A_FORGER: dict[str, object] = {"type": "raised", "exception": "KeyError", "message": ""}


@pytest.mark.parametrize("kind", ["items", "table", "tensor"])
@pytest.mark.parametrize("depth", [9, 100])
def test_deep_nesting_is_refused(kind: str, depth: int) -> None:
    """Who compares or shows a value walks through it, so its depth has a bound."""
    decode_report(a_reply(nested(4, kind)))
    with pytest.raises(WireError):
        decode_report(a_reply(nested(depth, kind)))


@pytest.mark.parametrize(
    "fact",
    [
        {"type": "function", "name": "dot"},
        {"type": "not_representable", "reason": "x is 0.531"},
        {"type": "not_representable", "reason": "other_type", "kind": "x is 0.531"},
        {"type": "not_representable", "reason": "sparse", "kind": "x is 0.531"},
        {"type": "not_representable", "reason": "sparse", "kind": "set"},
        {"type": "not_representable", "reason": "other_type"},
        {"type": "place", "argument": "a" * 2001},
        {"type": "place", "path": [1] * 17},
        {"type": "place", "path": ["k" * 2001]},
        {"type": "place", "path": [1.5]},
        {"type": "place", "part": "x is 0.531"},
        {"type": "raised", "exception": "x is 0.531", "message": ""},
        {"type": "raised", "exception": "KeyError", "message": "m" * 2001},
        {"type": "raised", "exception": "KeyError", "message": "", "phrase": "graph_freed"},
        {"type": "items", "kind": "list", "items": [{**RAISED_BY_A_FORGER, "phrase": "x is 0.531"}]},
        {"type": "raised", "exception": "KeyError", "message": "", "file": "f" * 2001},
        {"type": "items", "kind": "list", "items": [1] * 1001},
        {"type": "items", "kind": "set", "items": [1]},
        {"type": "table", "entries": [["a", 1]] * 1001},
        {"type": "table", "entries": [["k" * 2001, 1]]},
        {"type": "tensor", "dtype": "float64", "shape": [1] * 17, "data": b"\0" * 8},
        {"type": "tensor", "dtype": "bool", "shape": [800_001], "data": b"\0" * 800_001},
        "t" * 2001,
        {"type": "expected"},
        [1],
    ],
    ids=lambda fact: str(fact)[:60],
)
def test_a_forged_fact_is_refused(fact: object) -> None:
    """Words of its own, texts and lists without bound, and kinds that do not exist: none of them is an answer."""
    with pytest.raises(WireError):
        decode_report(a_reply(fact))


def test_a_worker_cannot_choose_a_phrase() -> None:
    """What the phrasebook says of an exception is looked up by the grader."""
    for phrase, refused in (("", False), ("graph_freed", True)):
        observation = {**RAISED_BY_A_FORGER, "phrase": phrase}
        body = msgspec.msgpack.encode({"type": "reply", "number": 1, "observation": observation})
        with pytest.raises(WireError) if refused else contextlib.nullcontext():
            decode_report(body)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
MESSAGES = st.fixed_dictionaries(
    {"type": st.sampled_from(["ready", "entered", "loaded", "reply"])},
    optional=dict.fromkeys(("number", "observation", "file", "line", "definitions", "notes", "facts", "extra"), VALUES),
)


@given(MESSAGES | VALUES)
def test_any_message_is_a_report_or_a_wire_error(message: object) -> None:
    """Well-formed msgpack that is no report is refused in the same way."""
    with contextlib.suppress(WireError, OverflowError):
        body = msgspec.msgpack.encode(message)
        decode_report(body)


def test_whatever_is_read_can_be_sent(tmp_path: Path) -> None:
    """The limits of reading a submission fit into an order: as many cells as are read, under the longest name."""
    folder = tmp_path.joinpath(*["\U0001f600" * 55] * 4)
    folder.mkdir(parents=True)

    def read_with(count: int) -> SourceTree:
        cells = [{"cell_type": "code", "source": ""}] * count
        (folder / "n.ipynb").write_text(json.dumps({"nbformat": 4, "cells": cells}))
        return read_submission(tmp_path)

    tree = next(tree for tree in map(read_with, range(30_000, 0, -1_000)) if all(file.cells for file in tree.files))
    size = write_frame(io.BytesIO(), Load(files=tree.files, wanted=(Wanted(name="x" * 200),) * 50))
    assert size > 900 * sum(len(file.cells) for file in tree.files)


def test_an_answer_is_small() -> None:
    """A whole answer has a limit of its own, far below that of what a submission defines."""
    facts = tuple((f"fact {number}", "t" * 1000) for number in range(100))
    with pytest.raises(WireError):
        write_frame(io.BytesIO(), Reply(number=1, observation=Answered(facts=facts)))
    with pytest.raises(WireError, match="an answer of"):
        decode_report(msgspec.msgpack.encode(Reply(number=1, observation=Answered(facts=facts))))
