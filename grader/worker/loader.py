"""Runs a submission's files, statement by statement, and finds the functions that they define.

A statement that fails costs itself only; the rest of its file still runs. Modules of the submission can import one
another, but come last on the path, so that none can take the place of an installed module.
"""

import ast
import importlib.abc
import importlib.machinery
import linecache
import re
import sys
import types
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

from grader.tensors import name_of
from grader.wire import MAX_DEFINITIONS, Definition, Load, Note, SourceFile
from grader.worker.describe import describe
from grader.worker.statements import Statement, Unreadable, magics, statements

_WORD = re.compile(r"\w+")


class Library:
    """The submission's modules: runs each file once, on first need."""

    def __init__(self, order: Load, entered: Callable[[str, int], object]) -> None:
        self._order = order
        self._entered = entered
        self._skip = set(order.skip)
        self._modules: dict[str, types.ModuleType] = {}
        # As they were made: from then on a module, and what it says of itself, are the submission's.
        self._names: dict[str, str] = {}
        self._namespaces: dict[str, dict[str, object]] = {}
        self._files = {file.path: file for file in order.files}
        self.places = frozenset(cell.file for file in order.files for cell in file.cells)
        self.notes: list[Note] = []

    def run_all(self) -> None:
        """Run every file that belongs to a chapter or mentions a wanted name at the start of a line."""
        sys.meta_path.append(Finder(self))
        for file in self._order.files:
            if file.stem in self._order.chapters or self._mentions_wanted(file):
                self.module(file.path)

    def module(self, path: str) -> types.ModuleType:
        """The module of a file, run on first need; a module that is still running is returned as it stands."""
        if path not in self._modules:
            package, _, name = _dotted(path).rpartition(".")
            module = types.ModuleType(f"{package}.{name}" if package else name)
            module.__file__ = path
            module.__package__ = module.__name__ if path.endswith("__init__.py") else package
            self._modules[path] = module
            self._names[path] = module.__name__
            self._namespaces[path] = vars(module)
            self._run(self._files[path], vars(module))
        return self._modules[path]

    def path_of(self, name: str) -> str | None:
        """The file that `import name` means, at the top of the submission or in one of its folders."""
        for path in self._files:
            if path.endswith(".py") and f".{_dotted(path)}".endswith(f".{name}"):
                return path
        return None

    def has_folder(self, name: str) -> bool:
        """Is there a folder that `import name` could mean?"""
        folders = {str(PurePosixPath(path).parent) for path in self._files}
        return any(f"/{folder}/".find(f"/{name.replace('.', '/')}/") >= 0 for folder in folders)

    def definitions(self) -> list[Definition]:
        """What the files define: every wanted name, and the other functions (they may be misspelt ones)."""
        found = [
            _definition(name, path, thing)
            for path, namespace in self._namespaces.items()
            for name, thing in list(namespace.items())
            if type(name) is str and self._defines(path, name, thing)
        ]
        # A file of thousands of functions must not push out those that were asked for.
        found.sort(key=lambda one: one.name not in self._order.wanted)
        return found[:MAX_DEFINITIONS]

    def _defines(self, path: str, name: str, thing: object) -> bool:
        """Is this name the file's own? A function that several files have under one name is where it was written."""
        if type(thing) is not types.FunctionType:
            return name in self._order.wanted
        if name not in self._order.wanted:
            return self._is_of(thing, path)
        holders = [one for one, namespace in self._namespaces.items() if namespace.get(name) is thing]
        return path == next((one for one in holders if self._is_of(thing, one)), holders[0])

    def _is_of(self, function: types.FunctionType, path: str) -> bool:
        module: object = function.__module__  # anything may have been written there
        return type(module) is str and module == self._names[path]

    def function(self, path: str, name: str) -> object:
        """What `name` means in a file that has run."""
        return self._namespaces[path][name]

    def _mentions_wanted(self, file: SourceFile) -> bool:
        wanted = frozenset(self._order.wanted)
        lines = (line for cell in file.cells for line in cell.source.splitlines() if line[:1].strip())
        return any(not wanted.isdisjoint(_WORD.findall(line)) for line in lines)

    def _run(self, file: SourceFile, namespace: dict[str, object]) -> None:
        notebook = file.path.endswith(".ipynb")
        for cell in file.cells:
            if (cell.file, 0) in self._skip:
                continue
            # Reading it may take long, too, and must not be put down to a statement of another file.
            self._entered(cell.file, 0)
            linecache.cache[cell.file] = (
                len(cell.source),
                None,
                cell.source.splitlines(keepends=True),
                cell.file,
            )
            for line in magics(cell) if notebook else []:
                self.notes.append(Note(file=cell.file, line=line, text="a line for IPython or the shell was left out"))
            for statement in statements(cell, notebook):
                match statement:
                    case Unreadable(line=line, reason=reason):
                        self.notes.append(Note(file=cell.file, line=line, text=reason[:500], failed=True))
                    case Statement(line=line) if (cell.file, line) in self._skip:
                        continue
                    case Statement():
                        if not statement.only_defines:
                            self._entered(cell.file, statement.line)
                        self._execute(statement, cell.file, namespace)

    def _execute(self, statement: Statement, place: str, namespace: dict[str, object]) -> None:
        try:
            code = compile(ast.Module(body=[statement.node], type_ignores=[]), place, "exec", dont_inherit=True)
            exec(code, namespace)  # noqa: S102  # running a submission is what a worker is for
        except BaseException as error:  # a submission may raise SystemExit or KeyboardInterrupt as well
            raised = describe(error, self.places)
            text = f"{raised.exception}: {raised.message}" if raised.message else raised.exception
            self.notes.append(Note(file=place, line=statement.line, text=text[:500], failed=True))


class Finder:
    """Lets the submission's files import one another; asked last, so that it shadows nothing."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def find_spec(  # the signatures are the import system's
        self,
        name: str,
        path: Sequence[str] | None = None,  # noqa: ARG002
        target: types.ModuleType | None = None,  # noqa: ARG002
    ) -> importlib.machinery.ModuleSpec | None:
        """Part of the import system's protocol: a file of the submission, or a folder as a namespace."""
        if file := self._library.path_of(name):
            is_package = file.endswith("__init__.py")
            return importlib.machinery.ModuleSpec(name, Loader(self._library, file), is_package=is_package)
        if self._library.has_folder(name):
            return importlib.machinery.ModuleSpec(name, None, is_package=True)
        return None


class Loader(importlib.abc.Loader):
    """Gives the import system the one module of a file."""

    def __init__(self, library: Library, path: str) -> None:
        self._library = library
        self._path = path

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:  # noqa: ARG002
        """Part of the import system's protocol."""
        return self._library.module(self._path)

    def exec_module(self, module: types.ModuleType) -> None:
        """The module has run already."""


def _definition(name: str, file: str, thing: object) -> Definition:
    return Definition(
        name=name[:200].encode(errors="replace").decode(),
        file=file,
        # Nothing else is asked: an object of a submission's own answers what it likes, or never.
        line=thing.__code__.co_firstlineno if type(thing) is types.FunctionType else None,
        callable=callable(thing),
        kind=name_of(type(thing))[:200],
    )


def _dotted(path: str) -> str:
    """A file's name as a module: `tools/leaves.py` is `tools.leaves`, `tools/__init__.py` is `tools`."""
    return str(PurePosixPath(path).with_suffix("")).removesuffix("/__init__").replace("/", ".")
