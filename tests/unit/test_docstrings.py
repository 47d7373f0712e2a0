"""Docstrings are for readers whose first language is another."""

import ast
import re
from collections.abc import Iterator

from tests.support import ROOT

FOLDERS = ("grader", "checks", "probes")
MOST_WORDS = 25
# Alone, these leave the reader to guess what they stand for.
_BARE = ("What ", "Whatever ", "Whoever ", "Those ")
# A block of its own, further in than the text: no part of it is a sentence.
_TABLE = re.compile(r"(?:^ {4}.*\n)+", re.MULTILINE)
_DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def sentences() -> Iterator[tuple[str, str]]:
    """Every sentence of every docstring of the grader, and of the course's checks and probes, with its file."""
    for path in sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            text = ast.get_docstring(node) if isinstance(node, _DOCUMENTED) else None
            for paragraph in re.split(r"\n\s*\n|\n\s*- ", _TABLE.sub("", text or "")):
                for sentence in re.split(r"(?<=[.!?])\s+", paragraph):
                    yield path.name, " ".join(sentence.split())


def test_a_sentence_is_short() -> None:
    """No sentence has over 25 words: split it, with one thought in each."""
    too_long = [
        f"{file}: {sentence}"
        for file, sentence in sentences()
        if sum(any(map(str.isalnum, word)) for word in sentence.split()) > MOST_WORDS
    ]
    assert not too_long


def test_a_sentence_begins_with_a_noun() -> None:
    """A bare `what` or `those` is no subject: name the thing."""
    assert not [f"{file}: {sentence}" for file, sentence in sentences() if sentence.startswith(_BARE)]
