"""The worker's loop: load one submission, then answer questions until the grader hangs up."""

import contextlib
import functools
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from msgspec.structs import replace

from grader.inside.answers import Answered, NotStarted, OutOfMemory
from grader.inside.commands import Equipment
from grader.inside.functions import Families
from grader.inside.probes import Probes
from grader.inside.recorder import Probe, record
from grader.inside.second_call import other_numbers
from grader.inside.sizes import fitted, room_for
from grader.inside.subject import Subject, find_subject
from grader.inside.values import Items, Raised, Value
from grader.inside.wire import (
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
from grader.inside.worker.describe import describe, is_out_of_memory, stub_of
from grader.inside.worker.loader import Library
from grader.inside.worker.warned import Listening


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A worker answers with these: a subject, probes by chapter and exercise, and families of functions."""

    subject: Subject
    find_probe: Callable[[str, str], Probe]
    families: Families


def prepare(equipment: Equipment) -> Setting:
    """Prepare all that a worker needs before it meets a submission; done once where workers are forked."""
    subject = find_subject(equipment.subject)
    subject.prepare()
    probes = Probes(Path(equipment.probes))
    probes.load_all()
    return Setting(subject=subject, find_probe=probes.find, families=probes.families)


def serve(orders: BinaryIO, reports: BinaryIO, setting: Setting) -> None:
    """Answer orders until the stream ends."""
    library: Library | None = None
    while (body := read_frame(orders, MAX_ORDER_BYTES)) is not None:
        match decode_order(body):
            case Load() as order:
                library = _load(order, reports, setting.subject)
            case Ask() as order if library is not None:
                reply = _answer(order, library, setting)
                _end_output(order.mark)
                write_frame(reports, Reply(number=order.number, observation=reply))
            case Ask():
                raise WireError("a question came before the submission")


def _load(order: Load, reports: BinaryIO, subject: Subject) -> Library:
    def entered(file: str, line: int) -> None:
        # First, so that a hang in it is put down to the statement before, which has done something to the streams.
        _flush()
        write_frame(reports, Entered(file=file, line=line))

    library = Library(order, entered)
    subject.reset()
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


def _answer(order: Ask, library: Library, setting: Setting) -> Answered | Raised | NotStarted | OutOfMemory:
    subject = setting.subject

    def built(inputs: tuple[tuple[str, Value], ...]) -> dict[str, object]:
        subject.reset()
        return subject.build_inputs(inputs, setting.families)

    others = functools.partial(built, other_numbers(order.inputs)) if order.again else None
    probe = setting.find_probe(order.chapter, order.exercise)
    heard: list[str] = []
    try:
        function = library.function(order.file, order.function)
        with subject.modes(), Listening(heard):
            facts = record(
                probe,
                functools.partial(subject.RECORDER, function, lambda error: describe(error, library.places)),  # type: ignore[arg-type]  # callable, says Loaded
                functools.partial(built, order.inputs),
                others,
            )
    except BaseException as error:  # SystemExit and KeyboardInterrupt are a submission's mistakes like any other
        if is_out_of_memory(error):
            return OutOfMemory()
        raised = replace(describe(error, library.places), warned=tuple(heard))
        if not (stub := stub_of(error, order.function, library.places)):
            return raised
        return NotStarted() if library.is_untouched(stub) else replace(raised, leftover=True)
    if heard:
        facts["warned"] = Items(kind="tuple", items=tuple(heard))
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
