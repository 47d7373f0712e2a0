"""Courses about Python's own values."""

import contextlib
import random
from collections.abc import Sequence
from typing import NoReturn

from grader.inside import building, recorder
from grader.inside.functions import Families
from grader.inside.reading import read
from grader.inside.rehearsal import Rehearsal
from grader.inside.switches import reset as reset_python
from grader.inside.values import Items, TensorValue, Value

SHORTCUTS: Sequence[str] = ()
LIBRARIES: Sequence[str] = ()
REHEARSAL = Rehearsal(
    source="def total(numbers):\n    return sum(numbers)\n",
    families={},
    questions=(("total", (("numbers", Items(kind="list", items=(1, 2.0))),)),),
)


def prepare() -> None:
    """There is nothing that only this subject needs."""


def reset() -> None:
    """Put the interpreter's switches back."""
    reset_python()


def modes() -> contextlib.AbstractContextManager[object]:
    """There are none."""
    return contextlib.nullcontext()


def warm() -> None:
    """Use once what submissions use."""
    random.random()  # noqa: S311  # whatever it is


def build_inputs(inputs: tuple[tuple[str, Value], ...], families: Families) -> dict[str, object]:
    """Build a question's inputs, by name, anew."""
    return building.build_inputs(inputs, families, _no_tensor)


def to_value(thing: object) -> Value:
    """Read an object that may be anything."""
    return read(thing, lambda _: None)


class PythonRecorder(recorder.Recorder):
    """Records the standard facts."""

    def read(self, thing: object) -> Value:
        """An object as a value."""
        return to_value(thing)


def _no_tensor(_: TensorValue) -> NoReturn:
    raise TypeError("a course about Python has no tensors")


RECORDER = PythonRecorder
