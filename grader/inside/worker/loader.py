"""Runs a submission's files, statement by statement, and finds the functions that they define.

A statement that fails costs itself only; the rest of its file still runs. A file runs only if it defines what is
wanted, or if another one imports it. Otherwise each runs as Python, or Jupyter, would run it.
"""

import __future__

import ast
import inspect
import linecache
import os
import re
import shlex
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from grader.inside.reading import name_of
from grader.inside.said import Said, say
from grader.inside.source import newer
from grader.inside.source.bindings import Binding, fingerprint, is_untouched, top_level
from grader.inside.source.statements import NoPython, Statement, left_out_lines, raised, statements
from grader.inside.wire import MAX_DEFINITIONS, Cell, Definition, Load, Note, SourceFile, Wanted
from grader.inside.worker.choice import Candidate, Outline, candidates, outline, rivals
from grader.inside.worker.describe import describe
from grader.inside.worker.modules import Modules, without_packages
from grader.inside.worker.notebook import FrontEnds, Shell, furnish, remember_cell, remember_result

_FEATURES = {name: getattr(__future__, name).compiler_flag for name in __future__.all_feature_names}
# What is parsed before it runs is kept until then; of very long submissions it would take too much memory.
_MAX_KEPT_CHARACTERS = 1 << 20

_BINDS_ANYTHING = re.compile(r"import[ \t]*\*|\b(?:exec|globals|vars|setattr|run_cell_magic)[ \t]*\(|__dict__")

_Parsed = list[tuple[Cell, list[Statement | NoPython]]]


class Library:
    """The submission's modules: runs each file once, on first need."""

    def __init__(self, order: Load, entered: Callable[[str, int], object]) -> None:
        self._order = order
        self._entered = entered
        self._skip = set(order.skip)
        self._given = {wanted.name: wanted.given for wanted in order.wanted}
        self._files = {file.path: file for file in order.files}
        self._modules: dict[str, types.ModuleType] = {}
        self._system = Modules(self._files, self.module)
        # As they were made: from then on a module, and what it says of itself, are the submission's.
        self._names: dict[str, str] = {}
        self._namespaces: dict[str, dict[str, object]] = {}
        self._parsed: dict[str, _Parsed] = {}
        self._room = _MAX_KEPT_CHARACTERS
        self._candidates: dict[str, list[Candidate]] = {}
        self._untouched: set[types.CodeType] = set()
        self._is_loading = True
        self.places = frozenset(cell.file for file in order.files for cell in file.cells)
        self.notes: list[Note] = []

    # ------------------------------------------------------------ which files run

    def run(self) -> None:
        """Run the files that define what is wanted: of each name the best one, and the next one where that fails."""
        self._system.install()
        sys.meta_path.insert(0, FrontEnds())
        outlines = [self._outline(place, file) for place, file in enumerate(self._order.files) if self._concerns(file)]
        self._candidates = {wanted.name: candidates(wanted, outlines) for wanted in self._order.wanted}
        best = {found[0].path for found in self._candidates.values() if found}
        # What no statement defines may be made in other ways, by a star import say, in the file where it belongs.
        chapters = {wanted.chapter for wanted in self._order.wanted if not self._candidates[wanted.name]}
        for file in self._order.files:
            if file.path in best or file.stem in chapters:
                self.module(file.path)
        for path, parsed in list(self._parsed.items()):
            if path not in self._modules:
                self._tell_unreadable(parsed)
        for wanted in self._order.wanted:
            for path in (*(one.path for one in self._candidates[wanted.name][1:]), *self._that_may_make(wanted)):
                if not self._is_answered(wanted):
                    self.module(path)
        self._is_loading = False

    def _is_answered(self, wanted: Wanted) -> bool:
        """Does a file that has run define it, as more than an untouched stub?"""
        holder = self._holder(wanted)
        return holder is not None and not self._is_stub(self._namespaces[holder][wanted.name])

    def _is_stub(self, thing: object) -> bool:
        return type(thing) is types.FunctionType and thing.__code__ in self._untouched

    def _tell_unreadable(self, parsed: _Parsed) -> None:
        """Of a file that does not run: what cannot be read where something is defined that is wanted."""
        names = re.compile(rf"\bdef[ \t]+(?:{'|'.join(map(re.escape, self._given))})\b")
        for cell, parts in parsed:
            for one in parts:
                if isinstance(one, NoPython):
                    lines = cell.source.split("\n")[one.first - cell.first_line : one.last - cell.first_line + 1]
                    if any(map(names.search, lines)):
                        self._note(cell.file, one.line, one.reason, failed=True)

    def _that_may_make(self, wanted: Wanted) -> Iterator[str]:
        """The files that name what is wanted, and do what may bind any name."""
        if all(one.untouched for one in self._candidates[wanted.name]):
            for file in self._order.files:
                text = "\n".join(cell.source for cell in file.cells)
                if wanted.name in text and _BINDS_ANYTHING.search(text):
                    yield file.path

    def _concerns(self, file: SourceFile) -> bool:
        """Could it define something that is wanted? A file that does not even name it could not."""
        return any(wanted.name in cell.source for cell in file.cells for wanted in self._order.wanted)

    def _outline(self, place: int, file: SourceFile) -> Outline:
        found = (one for _, parts in self._parse(file, keep=True) for one in parts)
        return outline(file, place, found, self._given)

    def _parse(self, file: SourceFile, *, keep: bool) -> _Parsed:
        if (known := self._parsed.pop(file.path, None)) is not None:
            return known
        parsed = []
        for cell in file.cells:
            if (cell.file, 0) in self._skip:
                continue
            # Reading it may take long, too, and must not be put down to a statement of another file.
            self._enter(cell.file, 0)
            parsed.append((cell, statements(cell, file.is_notebook)))
        if keep and file.characters <= self._room:
            self._room -= file.characters
            self._parsed[file.path] = parsed
        return parsed

    def _holder(self, wanted: Wanted) -> str | None:
        """The file whose namespace has a wanted name: an answer before a stub, the best candidate before others."""
        ran = [one.path for one in self._candidates[wanted.name] if one.path in self._namespaces]
        own = [path for path in self._namespaces if path not in ran and self._files[path].stem == wanted.chapter]
        others = [path for path in dict.fromkeys((*own, *self._namespaces)) if path not in ran]
        have = [path for path in ran if wanted.name in self._namespaces[path]]
        # A star import may bring in a function of torch's under this name.
        have += [path for path in others if self._is_the_submissions(self._namespaces[path].get(wanted.name))]
        return min(have, key=lambda path: self._worth(self._namespaces[path][wanted.name]), default=None)

    def _worth(self, thing: object) -> int:
        """The smaller, the better: a function, a stub, and what cannot be called."""
        return (1 if self._is_stub(thing) else 0) if callable(thing) else 2

    def _is_the_submissions(self, thing: object) -> bool:
        """Was it made here, and not in a library?"""
        if type(thing) in {types.NoneType, types.BuiltinFunctionType, types.ModuleType}:
            return False
        module: object = thing.__module__ if type(thing) in {types.FunctionType, type} else None
        return module is None or (type(module) is str and module in self._names.values())

    # ------------------------------------------------------------ modules

    def module(self, path: str) -> types.ModuleType:
        """The module of a file, run on first need; a module that is still running is returned as it stands."""
        if path not in self._modules:
            module = self._system.create(path)
            self._modules[path] = module
            self._names[path] = module.__name__
            self._namespaces[path] = vars(module)
            self._run_file(self._files[path], vars(module))
        return self._modules[path]

    def function(self, path: str, name: str) -> object:
        """The meaning of `name` in a file that has run."""
        self._system.settle(_folder(path))
        return self._namespaces[path][name]

    def is_untouched(self, code: types.CodeType) -> bool:
        """Is this the code of a stub that nobody has touched?"""
        return code in self._untouched

    # ------------------------------------------------------------ what was found

    def definitions(self) -> list[Definition]:
        """The definitions of the files: every wanted name, and the other functions (their names may be misspelt)."""
        names = {wanted.name for wanted in self._order.wanted}
        found = [
            self._definition(wanted.name, self._writer(wanted.name, holder), holder)
            for wanted in self._order.wanted
            if (holder := self._holder(wanted)) is not None
        ]
        for path, namespace in self._namespaces.items():
            for name, thing in list(namespace.items()):
                if type(name) is str and name not in names and self._is_of(thing, path):
                    found.append(self._definition(name, path, path))
        return found[:MAX_DEFINITIONS]

    def _writer(self, name: str, holder: str) -> str:
        """The file in which a function was written that others have under the same name."""
        thing = self._namespaces[holder][name]
        having = [path for path, namespace in self._namespaces.items() if namespace.get(name) is thing]
        return next((path for path in having if self._is_of(thing, path)), holder)

    def _is_of(self, thing: object, path: str) -> bool:
        if type(thing) is not types.FunctionType:
            return False
        module: object = thing.__module__  # anything may have been written there
        return type(module) is str and module == self._names[path]

    def _definition(self, name: str, path: str, holder: str) -> Definition:
        thing = self._namespaces[path][name]
        # Nothing else is asked: an object of a submission's own answers what it likes, or never.
        code = thing.__code__ if type(thing) is types.FunctionType else None
        return Definition(
            name=name[:200].encode(errors="replace").decode(),
            file=path,
            line=code.co_firstlineno if code else None,
            callable=callable(thing),
            kind=name_of(type(thing))[:200],
            untouched=code in self._untouched,
            rivals=rivals(name, holder, path, self._candidates.get(name, ())),
        )

    # ------------------------------------------------------------ running

    def _run_file(self, file: SourceFile, namespace: dict[str, object]) -> None:
        before = self._system.home
        self._system.settle(_folder(file.path))
        sys.argv = [file.path]
        run = _Run(namespace, is_notebook=file.is_notebook)
        shell = Shell(
            namespace,
            lambda arguments: self._run_beside(file, arguments),
            lambda source: self._run_text(file, source, run),
        )
        furnish(namespace, shell, is_notebook=run.is_notebook)
        for cell, parts in self._parse(file, keep=False):
            self._run_cell(cell, parts, run)
        self._system.settle(before)

    def _run_beside(self, file: SourceFile, arguments: str) -> dict[str, object]:
        """The definitions of the file of this name, for `%run helpers.py`."""
        name = next((word for word in shlex.split(arguments) if not word.startswith("-")), "")
        for path in (os.path.normpath(f"{_folder(file.path)}/{name}"), name):
            for whole in (path, f"{path}.py", f"{path}.ipynb"):
                if whole in self._files:
                    return {key: thing for key, thing in vars(self.module(whole)).items() if key[:2] != "__"}
        raise FileNotFoundError(f"no file {name} was handed in")

    def _run_text(self, file: SourceFile, source: str, run: "_Run") -> None:
        """For a script that a notebook was turned into: the cell that a magic is given as a text."""
        cell = Cell(file=file.path, source=source)
        for statement in statements(cell, notebook=True):
            if isinstance(statement, Statement):
                self._run_statement(statement, cell, run, is_last=False)

    def _run_cell(self, cell: Cell, parts: Sequence[Statement | NoPython], run: "_Run") -> None:
        lines = [f"{line}\n" for line in cell.source.split("\n")]
        linecache.cache[cell.file] = (len(cell.source), None, lines, cell.file)
        if run.is_notebook:
            remember_cell(run.namespace, cell.source)
            for line in left_out_lines(cell):
                self._note(cell.file, line, say("note.left_out"), failed=False)
        for statement in parts:
            match statement:
                case NoPython(line=line, reason=reason):
                    self._note(cell.file, line, reason, failed=True)
                case Statement(line=line) if (cell.file, line) in self._skip:
                    continue
                case Statement():
                    if not statement.only_defines:
                        self._enter(cell.file, statement.line)
                    self._run_statement(statement, cell, run, is_last=statement is parts[-1])

    def _run_statement(self, statement: Statement, cell: Cell, run: "_Run", *, is_last: bool) -> None:
        bound = [one for one in top_level(statement.node) if one.name in self._given]
        before = {one.name: run.namespace.get(one.name) for one in bound}
        try:
            run.statement(statement.node, cell.file, is_last=is_last)
        except BaseException as error:  # a submission may raise SystemExit or KeyboardInterrupt as well
            found = describe(error, self.places)
            said = raised(found.exception, without_packages(found.message), newer.of_message(found.message))
            self._note(cell.file, statement.line, said, failed=True)
            return
        for one in bound:
            self._remember(one, before[one.name], _Answer(cell.file, statement.line, one.node), run)

    def _remember(self, bound: Binding, before: object, answer: "_Answer", run: "_Run") -> None:
        """Note which functions are untouched stubs, and where a second answer takes the place of a first one.

        An untouched stub below its own answer, as in a notebook whose cells were copied, takes nothing away.
        """
        name, thing = bound.name, run.namespace.get(bound.name)
        if not is_untouched(bound.node, self._given[name]):
            self._compare(name, answer, run)
        elif type(thing) is types.FunctionType and _is_made_by(thing, bound.node):
            self._untouched.add(thing.__code__)
            if before is not None and before is not thing and not self._is_stub(before):
                run.namespace[name] = before
                self._note(answer.file, answer.line, say("note.stub_below", name=name), failed=False)

    def _compare(self, name: str, answer: "_Answer", run: "_Run") -> None:
        """Tell of an answer that takes the place of another one of its file."""
        first, run.answers[name] = run.answers.get(name, answer), answer
        if (first.file, first.line) == (answer.file, answer.line):
            return
        one, other = (fingerprint(name, {name: each.node}) for each in (first, answer))
        if one != other:
            said = say("note.overwritten", name=name, line=first.line)
            if first.file != answer.file:
                said = say("note.overwritten_in", name=name, file=first.file, line=first.line)
            self._note(answer.file, answer.line, said, failed=False)

    def _enter(self, file: str, line: int) -> None:
        """Say what begins now; of a file that is imported in answer to a question nobody wants to know."""
        if self._is_loading:
            self._entered(file, line)

    def _note(self, file: str, line: int, said: Said, *, failed: bool) -> None:
        self.notes.append(Note(file=file, line=line, said=said, failed=failed))


@dataclass(frozen=True, slots=True)
class _Answer:
    """A statement that binds a name that is wanted."""

    file: str
    line: int
    node: ast.stmt


class _Run:
    """A run of a file: its namespace, and the future features that its statements so far have switched on."""

    def __init__(self, namespace: dict[str, object], *, is_notebook: bool) -> None:
        self.namespace = namespace
        self.is_notebook = is_notebook
        # The last answer to each name that is wanted.
        self.answers: dict[str, _Answer] = {}
        self._flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if is_notebook else 0
        self._has_run = False

    def statement(self, node: ast.stmt, place: str, *, is_last: bool) -> None:
        """Run a statement as a part of the whole file; the value of a notebook's last expression is remembered."""
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            self._flags |= _FEATURES.get(node.names[0].name, 0)
        if self.is_notebook and is_last and isinstance(node, ast.Expr):
            remember_result(self.namespace, self._run(ast.Expression(node.value), place, "eval"))
            return
        # Only the first text of a file is its docstring; alone in a module, each would be.
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not is_text or not self._has_run:
            self._run(ast.Module(body=[node], type_ignores=[]), place, "exec")
        self._has_run = True

    def _run(self, tree: ast.Module | ast.Expression, place: str, mode: str) -> object:
        code = compile(tree, place, mode, flags=self._flags, dont_inherit=True)
        value: object = eval(code, self.namespace)  # noqa: S307  # running a submission is what a worker is for
        return _finish(value) if code.co_flags & inspect.CO_COROUTINE else value


def _is_made_by(function: types.FunctionType, node: ast.stmt) -> bool:
    """Is it the one that this statement defines? Its code begins at the first decorator."""
    begins: list[int] = [node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))]
    return function.__code__.co_firstlineno == min(begins)


def _folder(path: str) -> str:
    """Without pathlib, which needs exceptions that a submission may have replaced by the time of a question."""
    return path.rpartition("/")[0] or "."


def _finish(coroutine: object) -> object:
    """The result of a cell that awaits; there is no event loop, since a worker has no sockets for one."""
    try:
        while True:
            coroutine.send(None)  # type: ignore[attr-defined]  # a coroutine, says its code
    except StopIteration as end:
        return end.value
