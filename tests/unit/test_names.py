"""Names of the code that mean one thing each."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.support import ROOT


def public_kinds() -> Iterator[tuple[str, Path]]:
    """Every public class of the grader, and every name for a type, with its file."""
    for path in (ROOT / "grader").rglob("*.py"):
        for node in ast.parse(path.read_bytes()).body:
            match node:
                case ast.ClassDef(name=name):
                    yield name, path
                case ast.Assign(targets=[ast.Name(id=name)]) if name[0].isupper() and not name.isupper():
                    yield name, path
                case _:
                    pass


def test_no_two_kinds_have_one_name() -> None:
    """Whoever meets a name knows which thing it is; a variable of types is everywhere a T."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, path in public_kinds():
        if not name.startswith("_") and len(name) > 1:
            found[name].append(path.relative_to(ROOT).as_posix())
    assert {name: paths for name, paths in found.items() if len(paths) > 1} == {}
