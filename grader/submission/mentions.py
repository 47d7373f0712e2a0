"""Which names a submitted function uses, read from its source: a rule on how to solve is not left to what was watched.

Pure; the source is parsed and never run.
"""

import ast
import re
from collections.abc import Collection, Iterator, Mapping

from grader.submission.source import nodes_of, read_source
from grader.wire import SourceFile


class Mentions:
    """Which of `names` the functions of a file take from torch or another module, under whatever alias.

    What functions of the same file do for one counts as well; a variable that is only called so does not. Source that
    cannot be parsed mentions nothing: what was watched has to do.
    """

    def __init__(self, file: SourceFile, names: Collection[str]) -> None:
        self._names = names
        self._found: dict[str, tuple[str, ...]] = {}
        self._meanings = read_source(file, lambda text: _meanings(text, names)) or {}

    def of(self, function: str) -> tuple[str, ...]:
        """Those that one function uses, in the order of `names`."""
        if function not in self._found:
            reached = _reached(self._meanings, function)
            self._found[function] = tuple(name for name in self._names if _taken(name) in reached)
        return self._found[function]


def _meanings(text: str, names: Collection[str]) -> Mapping[str, set[str]]:
    """What each name of a source uses, aliases replaced by what they were imported or assigned from."""
    meanings: dict[str, set[str]] = {}
    # Most submissions mention none of the names, and need no parser.
    if re.search(rf"\b(?:{'|'.join(names)})\b", text):
        for statement in ast.parse(text).body:
            for name, used in _definitions(statement):
                meanings.setdefault(name, set()).update(used)
    return meanings


def _taken(name: str) -> str:
    """Marks a name that is looked up in a module, as against a variable of the same name."""
    return f".{name}"


def _reached(meanings: Mapping[str, set[str]], function: str) -> set[str]:
    """Everything used from a function on."""
    reached: set[str] = set()
    waiting = {function}
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting |= meanings.get(name, set())
    return reached


def _definitions(statement: ast.stmt) -> Iterator[tuple[str, set[str]]]:
    """The names that a top-level statement gives a meaning, and what this meaning uses."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name, _used(statement)
        case ast.ImportFrom(names=names):
            for alias in names:
                yield alias.asname or alias.name, {_taken(alias.name)}
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                for node in nodes_of(target):
                    if isinstance(node, ast.Name):
                        yield node.id, _used(value)
        case _:
            pass


def _used(tree: ast.AST) -> set[str]:
    """Names, attributes (also those that getattr is asked for), and what is imported on the spot."""
    used: set[str] = set()
    for node in nodes_of(tree):
        match node:
            case ast.Name(id=name):
                used.add(name)
            case ast.Attribute(attr=name):
                used.add(_taken(name))
            case ast.ImportFrom(names=names):
                used |= {_taken(alias.name) for alias in names}
            case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=str(name)), *_]):
                used.add(_taken(name))
            case _:
                pass
    return used
