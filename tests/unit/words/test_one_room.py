"""All that people read is written in one room."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import ROOT

# Files that are handed out as they are run where no kit may be, so they say what they have to say themselves.
_ELSEWHERE = {"words", "files"}
FILES = [
    path for path in sorted((ROOT / "grader").rglob("*.py")) if _ELSEWHERE.isdisjoint(path.relative_to(ROOT).parts)
]
_SENTENCE = re.compile(r"[a-z']+ [a-z']+ [a-z']+", re.IGNORECASE)
# These tell of a bug of ours, or are caught where they are raised: who reads them reads the code as well.
_OF_BUGS = {
    *("RuntimeError", "TypeError", "ValueError", "ImportError", "AssertionError", "FileNotFoundError", "WireError"),
    "Unsayable",
}
# A pattern is read by a machine, a description stands in the schema, and the help of options beside their names.
_NO_TEXT = {"compile", "Meta", "option", "addoption"}
# What the operating system or Python itself says, and our own submission.
ALLOWED = {
    "can't allocate memory",
    "nobody but root may enter ",
    ", where Python or its packages lie",
    "it was set up, and what it forbids was possible all the same",
    "the process that tries the layers ended with status ",  # this and the three before: told by `grader doctor`
}


def texts(tree: ast.Module) -> Iterator[str]:
    """The texts of a module that may be shown: docstrings, patterns and descriptions left out."""
    left_out: set[int] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant() as constant):
                left_out.add(id(constant))
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _OF_BUGS | _NO_TEXT:
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
