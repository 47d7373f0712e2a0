"""Something to rehearse a worker with: a submission of our own, and questions about its functions."""

from dataclasses import dataclass

from grader.inside.functions import Families
from grader.inside.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """The source of a submission, the families of functions that its questions name, and the questions.

    A question is the name of the function that it calls, and the inputs by name.
    """

    source: str
    families: Families
    questions: tuple[tuple[str, tuple[tuple[str, Value], ...]], ...]
