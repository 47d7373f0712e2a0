"""All that stands in a report is written in one room."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import ROOT

# What a student or an instructor reads in a report comes from these, and from the course.
FOLDERS = ("authoring", "inside", "judging", "observing", "report", "submission")
FILES = [
    *(path for folder in FOLDERS for path in sorted((ROOT / "grader" / folder).rglob("*.py"))),
    *(ROOT / "grader" / name for name in ("grading.py", "retrial.py")),
]
_SENTENCE = re.compile(r"[a-z']+ [a-z']+ [a-z']+", re.IGNORECASE)
# Whom these tell is not the reader of a report: who runs the grader, or who writes a course or the grader.
_FOR_OTHERS = {
    *("UsageError", "EnvironmentFault", "ExerciseError", "RuntimeError", "TypeError", "ValueError", "ImportError"),
    *("AssertionError", "FileNotFoundError", "WireError"),
}
# A pattern is read by a machine, and a description stands in the schema.
_NO_TEXT = {"compile", "Meta"}
# What the operating system or Python itself says, and our own submission.
ALLOWED = {
    "can't allocate memory",
    "nobody but root may enter ",
    ", where Python or its packages lie",
    "it was set up, and what it forbids was possible all the same",  # this and the two before: told by `grader doctor`
}


def texts(tree: ast.Module) -> Iterator[str]:
    """The texts of a module that may be shown: docstrings, patterns and what others are told left out."""
    left_out: set[int] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant() as constant):
                left_out.add(id(constant))
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _FOR_OTHERS | _NO_TEXT:
                left_out |= {id(part) for part in ast.walk(node)}
            case ast.Assign(targets=[ast.Name(id="_SOURCE")]):
                left_out |= {id(part) for part in ast.walk(node)}
            case _:
                pass
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out:
            yield node.value


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_sentence_is_written_elsewhere(path: Path) -> None:
    """Three words in a row are a sentence: it belongs into grader/words, where another language can say it."""
    found = {text for text in texts(ast.parse(path.read_bytes())) if _SENTENCE.search(text)}
    assert found <= ALLOWED
