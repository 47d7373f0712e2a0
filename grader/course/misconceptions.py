"""Reads what a chapter's misconceptions say of themselves, without running them.

In `solutions/misconceptions/` each is a plain function named `<exercise>__<id>`. Its docstring is the belief, then a
paragraph `Hint: ...`. Where no question can tell it from another misconception of its exercise, a paragraph `Same as:
<id>` follows.
"""

import ast
import functools
import inspect
from pathlib import Path

from grader.errors import ExerciseError
from grader.inside.said import say
from grader.inside.values import Record


class Misconception(Record):
    """A named wrong idea. `same_as` is the id that its class is reported by."""

    exercise: str
    id: str
    belief: str
    hint: str
    same_as: str | None = None

    @property
    def function(self) -> str:
        """The function that acts on the belief."""
        return f"{self.exercise}__{self.id}"

    @property
    def reported_id(self) -> str:
        """The id that a report names: its own, or its class's."""
        return self.same_as or self.id


@functools.cache
def read_misconceptions(path: Path) -> tuple[Misconception, ...]:
    """A file's misconceptions in its order; raises `ExerciseError` where one is incomplete."""
    try:
        body = ast.parse(path.read_bytes()).body
    except (OSError, SyntaxError) as error:
        raise ExerciseError(say("author.unreadable", path=str(path), error=str(error))) from error
    return tuple(
        _read(node, path.name) for node in body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    )


def _read(node: ast.FunctionDef, file: str) -> Misconception:
    exercise, separator, name = node.name.partition("__")
    if not separator:
        raise ExerciseError(say("author.misconception_name", file=str(file), name=node.name))
    belief, *rest = [" ".join(part.split()) for part in inspect.cleandoc(ast.get_docstring(node) or "").split("\n\n")]
    labelled = dict(part.split(": ", 1) for part in rest if ": " in part)
    if not belief or "Hint" not in labelled:
        raise ExerciseError(say("author.misconception", file=str(file), name=node.name))
    return Misconception(
        exercise=exercise, id=name, belief=belief, hint=labelled["Hint"], same_as=labelled.get("Same as")
    )
