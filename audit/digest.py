"""Digests of the files that findings depend on. Fast: `make lint` compares one."""

import ast
import hashlib
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from grader.kit import HOME

_COURSE = ("solutions/**/*.py", "checks/*.py", "probes/*.py")
_AUDIT = ("audit/**/*.py",)
# They decide what is done and how it is told, but not what is found.
_NOT_OF_FINDINGS = frozenset({"audit/__main__.py", "audit/digest.py", "audit/pool.py"})
# They decide what is made of the findings.
_NOT_OF_A_RUN = frozenset({"audit/equivalents.py", "audit/page.py"})


def digest_of_page(home: Path = HOME) -> str:
    """Of everything that the published figures depend on: the course, the styles, the operators and the list."""
    return _digest(home, (*_COURSE, *_AUDIT, "audit/*.toml"), _NOT_OF_FINDINGS)


def digest_of_run(home: Path = HOME) -> str:
    """Of everything that a run depends on. The list of equivalents is held against its findings afterwards."""
    return _digest(home, (*_COURSE, *_AUDIT, "grader/**/*.py"), _NOT_OF_FINDINGS | _NOT_OF_A_RUN)


def _digest(home: Path, patterns: Iterable[str], left_out: Collection[str]) -> str:
    digest = hashlib.sha256()
    names = {path.relative_to(home).as_posix() for pattern in patterns for path in home.glob(pattern)}
    for name in sorted(names.difference(left_out)):
        digest.update(f"{name}\n".encode())
        digest.update((home / name).read_text(encoding="utf-8").encode())
    for text in _contracts(home):
        digest.update(text.encode())
    return digest.hexdigest()[:16]


def _contracts(home: Path) -> Iterator[str]:
    """The promises of the stubs. The code below them is the business of whoever solves them in place."""
    for path in sorted((home / "exercises").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                yield f"{node.name}({ast.unparse(node.args)}) {ast.get_docstring(node)}\n"
