"""The classes that are graded: 12 exercises of the kit, as right answers, untouched stubs and wrong answers.

No other 12 exercises of this kit have fewer checks. Each submission differs from the others by a comment at least, so
that nothing can be answered from a cache of whole submissions.
"""

import ast
import functools
import tempfile
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from grader.authoring import Check
from tests.support import COURSE, misconception, right_answer, untouched_stubs

EXERCISES = (
    *("subdifferential_interval", "kink_gradients", "numerator_layout"),
    *("jacobian_2xtx", "gradient"),
    *("zero_then_grad", "two_backwards", "clear_grads", "vector_backward"),
    *("detached_product_grad", "both_gradients"),
    "backward_twice",
)
CATALOG = COURSE.catalog.select(EXERCISES)
ONLY = [part for exercise in EXERCISES for part in ("--only", exercise)]
SEED = "7"

SINGLE = "gradient"
"""The exercise of which a single check is timed."""


class Kind(StrEnum):
    """What a class hands in."""

    RIGHT = "right"
    STUBS = "stubs"
    WRONG = "wrong"


def checks() -> list[Check]:
    """The checks of the exercises."""
    return [check for check in COURSE.checks if check.cases.exercise in EXERCISES]


def count_of_checks() -> int:
    """How many checks the exercises have."""
    return len(checks())


def cells(kind: Kind, number: int) -> list[str]:
    """A submission, as the cells of a notebook: its imports, then a function each."""
    imports: dict[str, None] = {}
    functions = []
    for exercise in EXERCISES:
        for node in ast.parse(_ANSWERS[kind](exercise, number)).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                imports[ast.unparse(node)] = None
            else:
                functions.append(ast.unparse(node))
    return [f"# Submission {number}\n" + "\n".join(imports), *functions]


def source(kind: Kind, number: int) -> str:
    """A submission as a Python file."""
    return "\n\n\n".join(cells(kind, number)) + "\n"


def write_class(folder: Path, kind: Kind, count: int) -> Path:
    """So many submissions, each a file of its own."""
    folder.mkdir(parents=True)
    for number in range(count):
        (folder / f"s{number:05}.py").write_text(source(kind, number), encoding="utf-8")
    return folder


def write_single(file: Path, kind: Kind) -> Path:
    """A submission that answers one exercise."""
    file.write_text(_ANSWERS[kind](SINGLE, 0), encoding="utf-8")
    return file


# ---------------------------------------------------------------- answers


def _right(exercise: str, number: int) -> str:  # noqa: ARG001  # all of a kind are called alike
    return right_answer(exercise)


def _wrong(exercise: str, number: int) -> str:
    """Each submission holds other misconceptions than the one before."""
    chapter = CATALOG.chapter_of(exercise).id
    identities = [one.id for one in COURSE.misconceptions(chapter) if one.exercise == exercise]
    return misconception(exercise, identities[number % len(identities)])


def _stub(exercise: str, number: int) -> str:  # noqa: ARG001  # as above
    return _stubs()[exercise]


@functools.cache
def _stubs() -> dict[str, str]:
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        untouched_stubs(Path(folder))
        for file in sorted(Path(folder).glob("*.py")):
            body = ast.parse(file.read_text(encoding="utf-8")).body
            imports = "\n".join(ast.unparse(node) for node in body if isinstance(node, ast.Import | ast.ImportFrom))
            for node in body:
                if isinstance(node, ast.FunctionDef):
                    found[node.name] = f"{imports}\n\n\n{ast.unparse(node)}\n"
    return found


_ANSWERS: dict[Kind, Callable[[str, int], str]] = {
    Kind.RIGHT: functools.cache(_right),
    Kind.STUBS: _stub,
    Kind.WRONG: functools.cache(_wrong),
}
