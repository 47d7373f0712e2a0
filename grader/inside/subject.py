"""The subject of a course decides what its objects are, and what is recorded about a call.

The catalog names the subject. `python` is about Python's own values, and `torch` adds tensors and autograd.
"""

import contextlib
import importlib
import pkgutil
from collections.abc import Sequence
from typing import Protocol, cast

from grader.inside import subjects
from grader.inside.functions import Families
from grader.inside.recorder import Recorder
from grader.inside.rehearsal import Rehearsal
from grader.inside.values import Value


class Subject(Protocol):
    """A module of `grader.inside.subjects`."""

    RECORDER: type[Recorder]
    REHEARSAL: Rehearsal
    SHORTCUTS: Sequence[str]
    """The full names of functions that some exercises ask to do without."""
    LIBRARIES: Sequence[str]
    """The packages that these functions may be imported from."""

    def prepare(self) -> None:
        """Make ready what every worker needs, before it meets a submission; done once where workers are forked."""

    def reset(self) -> None:
        """Put switches back between questions: a submission may have turned any of them."""

    def modes(self) -> contextlib.AbstractContextManager[object]:
        """In it, a call is made."""

    def build_inputs(self, inputs: tuple[tuple[str, Value], ...], families: Families) -> dict[str, object]:
        """Build a question's inputs, by name, anew."""

    def to_value(self, thing: object) -> Value:
        """Read an object that may be anything."""

    def warm(self) -> None:
        """Do once, before workers are forked, what each would do at its first use."""


def is_subject(name: str) -> bool:
    """Is there a subject of this name? Asking imports none."""
    return name in {module.name for module in pkgutil.iter_modules(subjects.__path__)}


def find_subject(name: str) -> Subject:
    """The subject of this name, of which `is_subject` holds."""
    return cast(Subject, importlib.import_module(f"grader.inside.subjects.{name}"))
