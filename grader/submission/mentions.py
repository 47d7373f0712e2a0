"""Which names a submitted function uses, read from its source: a rule on how to solve is not left to what was watched.

Pure; the source is parsed and never run. Bindings decide, not names: a variable or an attribute that is only called
like one of a library's functions is none of them. Which function of a class, a table or a factory runs is not told by
the source: that is left to what was watched.
"""

import contextlib
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import PurePosixPath

from grader.inside.wire import SourceFile
from grader.submission.meanings import AnyOf, Attribute, Imported, Meaning, Module, Named, Unit, read_module

# For one function. No answer takes a hundredth of either; what they do not reach is left to what was watched.
MAX_STEPS = 50_000
_MAX_DEPTH = 50
# For one submission, whose files may import one another.
_MAX_CHARACTERS = 1_000_000
# Helpers of helpers of helpers: nobody's chain is longer.
_MAX_ROUNDS = 4

# What a meaning comes to: a thing of a library or another module by its dotted name, or a binding of the submission.
_Thing = str | Unit


class Mentions:
    """Which of `names` the functions of a submission take from libraries, under whatever alias, through whatever file.

    Source that cannot be parsed mentions nothing: then the watched facts have to do.
    """

    def __init__(self, files: Sequence[SourceFile], names: Collection[str], libraries: Collection[str]) -> None:
        self.libraries = libraries
        self._files = {file.path: file for file in files}
        self._names = names
        self._modules: dict[str, Module | None] = {}
        self._room = _MAX_CHARACTERS
        self._found: dict[tuple[str, str], tuple[str, ...]] = {}
        # Most files mention none of the names, nor a file that does, and need no parser.
        self._relevant = _relevant(files, names)

    def of(self, path: str, function: str) -> tuple[str, ...]:
        """The names that one function of a file uses, in the order of `names`."""
        if path not in self._relevant:
            return ()
        if (path, function) not in self._found:
            used = _Search(self).used(path, function)
            self._found[path, function] = tuple(name for name in self._names if name in used)
        return self._found[path, function]

    def module(self, path: str) -> Module | None:
        """The bindings of a file, read on first need."""
        if path not in self._modules:
            file = self._files[path]
            self._room -= file.characters
            self._modules[path] = read_module(file) if self._room >= 0 else None
        return self._modules[path]

    def file_of(self, dotted: str) -> str | None:
        """The file that a dotted name means, at the top of the submission or in one of its folders."""
        wanted = f".{dotted}"
        return next((path for path in self._files if path.endswith(".py") and _dotted(path).endswith(wanted)), None)


def _relevant(files: Sequence[SourceFile], names: Collection[str]) -> set[str]:
    """The files that hold one of these words, or the bare name of such a file; all of them where it goes on and on."""
    relevant: set[str] = set()
    words = set(names)
    for _ in range(_MAX_ROUNDS):
        if not words:
            return relevant
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b")
        found = [
            file
            for file in files
            if file.path not in relevant and any(pattern.search(cell.source) for cell in file.cells)
        ]
        relevant |= {file.path for file in found}
        words = {_module_name(file.path) for file in found}
    return {file.path for file in files}


def _module_name(path: str) -> str:
    """The name by which an import finds a file: its bare name, or its folder's."""
    place = PurePosixPath(path)
    return place.parent.name if place.stem == "__init__" else place.stem


class _Search:
    """Follows everything that one function refers to."""

    def __init__(self, mentions: Mentions) -> None:
        self._mentions = mentions
        self.steps = 0

    def used(self, path: str, function: str) -> set[str]:
        """The parts of all dotted names of the libraries' that are reached."""
        used: set[str] = set()
        with contextlib.suppress(_TooLong):
            for dotted in self._reached(path, function):
                used.update(dotted.split(".") if dotted.partition(".")[0] in self._mentions.libraries else ())
        return used

    def _reached(self, path: str, function: str) -> Iterator[str]:
        """Every dotted name that is reached."""
        waiting = list(self._global(path, function))
        reached: set[int] = set()
        while waiting:
            thing = waiting.pop()
            if isinstance(thing, str):
                yield thing
            elif id(thing) not in reached:
                reached.add(id(thing))
                for meaning in thing.refers:
                    found = self._things(meaning)
                    # A table, a class or what a call has made may hold functions for other tasks, too.
                    waiting += found if thing.is_function else (one for one in found if isinstance(one, str))

    def _step(self) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise _TooLong

    def _things(self, meaning: Meaning | None, depth: int = _MAX_DEPTH) -> Iterator[_Thing]:
        """The names that a meaning comes to."""
        self._step()
        if depth <= 0:
            return
        match meaning:
            case Imported(module=module):
                yield module
            case AnyOf(parts=parts):
                for part in parts:
                    yield from (one for one in self._things(part, depth - 1) if isinstance(one, str))
            case Attribute(base=base, name=name):
                for thing in self._things(base, depth - 1):
                    yield from self._attribute(thing, name, depth - 1)
            case Named():
                yield from self._named(meaning, depth - 1)
            case None:
                pass

    def _named(self, name: Named, depth: int) -> Iterator[_Thing]:
        """The innermost scope that binds a name decides."""
        scope = name.scope
        while not isinstance(scope, Module):
            if name.name in scope.values:
                for value in scope.values[name.name]:
                    yield from self._things(value, depth)
                return
            scope = scope.parent
        yield from self._top(scope, name.name, name.position, depth)

    def _global(self, path: str, name: str, depth: int = _MAX_DEPTH) -> Iterator[_Thing]:
        """The meaning of a name at the top of a file that has been run."""
        module = self._mentions.module(path)
        if module is not None:
            yield from self._top(module, name, None, depth)

    def _top(self, module: Module, name: str, position: int | None, depth: int) -> Iterator[_Thing]:
        bound = False
        for unit in module.bound(name, position):
            bound = True
            yield unit
            yield from self._things(unit.value, depth - 1)
        if not bound and name in self._mentions.libraries:
            yield name
        elif not bound:
            for star in module.stars:
                yield from self._attribute(star.module, name, depth - 1)

    def _attribute(self, thing: _Thing, name: str, depth: int) -> Iterator[_Thing]:
        """An attribute of a module: of a library's its dotted name, of one of the submission's what is bound in it."""
        self._step()
        if isinstance(thing, Unit) or depth <= 0:
            return
        dotted = f"{thing}.{name}" if thing else name
        path = None if thing.partition(".")[0] in self._mentions.libraries else self._mentions.file_of(thing)
        if path is not None:
            yield from self._global(path, name, depth)
        yield dotted


class _TooLong(Exception):
    """The search has taken as many steps as it may."""


def _dotted(path: str) -> str:
    """A file's name as a module, with a dot before it."""
    return "." + str(PurePosixPath(path).with_suffix("")).removesuffix("/__init__").replace("/", ".")
