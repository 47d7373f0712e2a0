"""Digests of the files that findings depend on. Fast: `make lint` compares one."""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.kit import HOME

_DEPENDS_ON = ("solutions/**/*.py", "checks/*.py", "probes/*.py", "audit/**/*.py", "audit/*.toml")
# What decides which mutants survive, but not which survivors are listed, or how it is told.
_GRADED_BY = ("solutions/**/*.py", "checks/*.py", "probes/*.py", "audit/**/*.py", "grader/**/*.py")


def digest_of_page(home: Path = HOME) -> str:
    """Of everything that the published figures depend on: the course, the styles, the operators and the list."""
    return _digest(home, _DEPENDS_ON)


def digest_of_run(home: Path = HOME) -> str:
    """Of everything that a run depends on. The list of equivalents is held against its findings afterwards."""
    return _digest(home, _GRADED_BY)


def _digest(home: Path, patterns: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for path in sorted({path for pattern in patterns for path in home.glob(pattern)}):
        digest.update(f"{path.relative_to(home).as_posix()}\n".encode())
        digest.update(path.read_text(encoding="utf-8").encode())
    for text in _contracts(home):
        digest.update(text.encode())
    return digest.hexdigest()[:16]


def _contracts(home: Path) -> Iterator[str]:
    """What the stubs promise. The code below them is the business of whoever solves them in place."""
    for path in sorted((home / "exercises").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                yield f"{node.name}({ast.unparse(node.args)}) {ast.get_docstring(node)}\n"
