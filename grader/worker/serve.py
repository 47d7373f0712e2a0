"""The worker's loop: load one submission, then answer questions until the grader hangs up."""

import contextlib
import functools
import importlib
import os
import pkgutil
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO

from msgspec.structs import replace

import grader.probes
from grader.functions.other import other_numbers
from grader.model import Answered, NotStarted, OutOfMemory, Raised, Value
from grader.probes import find_probe, record
from grader.probes.witness import WITNESS
from grader.room import fitted, room_for
from grader.tensors import build_inputs
from grader.wire import (
    MAX_NOTES,
    MAX_ORDER_BYTES,
    Ask,
    Entered,
    Load,
    Loaded,
    Reply,
    WireError,
    decode_order,
    read_frame,
    write_frame,
)
from grader.worker.describe import describe, is_out_of_memory, stub_of
from grader.worker.loader import Library
from grader.worker.switches import reset_switches, usual_modes


def prepare() -> None:
    """Prepare all that a worker needs before it meets a submission; done once where workers are forked."""
    import torch  # noqa: PLC0415  # a worker that cannot be prepared must fail here, not while its modules load

    torch.set_num_threads(1)
    # Parts of torch that are imported late ask for these folders, and would look for them by writing.
    tempfile.tempdir = os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(Path.cwd())
    WITNESS.install()
    for probes in pkgutil.iter_modules(grader.probes.__path__, "grader.probes."):
        importlib.import_module(probes.name)
    _ = torch.ones(2, 2) @ torch.ones(2, 2)  # reads facts about the processor, which later may be out of reach


def serve(orders: BinaryIO, reports: BinaryIO) -> None:
    """Answer orders until the stream ends."""
    library: Library | None = None
    while (body := read_frame(orders, MAX_ORDER_BYTES)) is not None:
        match decode_order(body):
            case Load() as order:
                library = _load(order, reports)
            case Ask() as order if library is not None:
                reply = _answer(order, library)
                _end_output(order.mark)
                write_frame(reports, Reply(number=order.number, observation=reply))
            case Ask():
                raise WireError("a question came before the submission")


def _load(order: Load, reports: BinaryIO) -> Library:
    def entered(file: str, line: int) -> None:
        # First, so that a hang in it is put down to the statement before, which has done something to the streams.
        _flush()
        write_frame(reports, Entered(file=file, line=line))

    library = Library(order, entered)
    reset_switches()
    library.run()
    loaded = Loaded(definitions=tuple(library.definitions()), notes=tuple(library.notes[:MAX_NOTES]))
    _end_output(order.mark)
    _send(reports, loaded)
    return library


def _send(reports: BinaryIO, loaded: Loaded) -> None:
    """Send what was found; where it is too much for a frame, the first half of it, which holds what is wanted."""
    while True:
        try:
            write_frame(reports, loaded)
        except WireError:
            definitions, notes = loaded.definitions, loaded.notes
            loaded = Loaded(definitions=definitions[: len(definitions) // 2], notes=notes[: len(notes) // 2])
        else:
            return


def _answer(order: Ask, library: Library) -> Answered | Raised | NotStarted | OutOfMemory:
    def built(inputs: tuple[tuple[str, Value], ...]) -> dict[str, object]:
        reset_switches()
        return build_inputs(inputs)

    others = functools.partial(built, other_numbers(order.inputs)) if order.again else None
    probe = find_probe(order.chapter, order.exercise)
    try:
        function = library.function(order.file, order.function)
        with usual_modes():
            facts = record(
                probe,
                function,  # type: ignore[arg-type]  # callable, says Loaded
                lambda error: describe(error, library.places),
                functools.partial(built, order.inputs),
                others,
            )
    except BaseException as error:  # SystemExit and KeyboardInterrupt are a submission's mistakes like any other
        if is_out_of_memory(error):
            return OutOfMemory()
        raised = describe(error, library.places)
        if not (stub := stub_of(error, order.function, library.places)):
            return raised
        return NotStarted() if library.is_untouched(stub) else replace(raised, leftover=True)
    return Answered(facts=fitted(tuple(facts.items()), room_for(order.inputs, 1 + order.again)))


def _flush() -> None:
    """Push out what was printed."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(BaseException):  # a submission may have put anything in their place
            stream.flush()


def _end_output(mark: str) -> None:
    """Push out what was printed and say where it ends."""
    _flush()
    with contextlib.suppress(OSError):
        os.write(1, mark.encode())
