"""The names under which a submission's files can be imported, and the import system's part of it.

They come last on the path, so that none takes the place of an installed module. Where several files have one name, the
one beside the file that runs is meant, as in Python.
"""

import importlib.abc
import importlib.machinery
import re
import sys
import types
from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePosixPath

# Packages that stand for the submission's folders, so that `from .helpers import leaf` finds what lies beside a file.
_PACKAGE = "_handed_in"
_INSTALLED = frozenset(sys.stdlib_module_names) | frozenset(sys.builtin_module_names)


class Modules:
    """The files of a submission as modules; `run` runs the file of a path, and returns the one module of it."""

    def __init__(self, paths: Iterable[str], run: Callable[[str], types.ModuleType]) -> None:
        self._paths = [path for path in paths if path.endswith(".py")]
        self._run = run
        folders = {folder for path in self._paths for folder in PurePosixPath(path).parents} | {PurePosixPath()}
        self._packages = {str(folder): _package_of(folder) for folder in folders}
        self._folders = {package: folder for folder, package in self._packages.items()}
        self._registered: dict[str, str] = {}
        self.home = "."

    def install(self) -> None:
        """Let the submission's files import one another."""
        sys.meta_path.append(_Finder(self))

    def create(self, path: str) -> types.ModuleType:
        """A new module for a file, which Python knows by its name, as it would a script's."""
        name = _dotted(path)
        if name not in self._registered and _is_taken(name.partition(".")[0]):
            name = f"{name} (handed in)"
        module = types.ModuleType(name)
        module.__file__ = path
        module.__package__ = self.package_of(path)
        self._registered[name] = path
        sys.modules.setdefault(name, module)
        return module

    def package_of(self, path: str) -> str:
        """The package that relative imports of a file begin at."""
        return self._packages.get(str(PurePosixPath(path).parent), _PACKAGE)

    def settle(self, home: str) -> None:
        """The file that runs now lies in this folder: a name that means another file from here is looked up anew."""
        if home == self.home:
            return
        self.home = home
        for name, known in list(self._registered.items()):
            if self.path_of(name) not in {None, known}:
                sys.modules.pop(name, None)
                del self._registered[name]

    def path_of(self, name: str) -> str | None:
        """The file that `import name` means: beside the file that runs, at the top, else in the fewest folders."""
        package, _, rest = name.rpartition(".")
        if package in self._folders:
            places = [PurePosixPath(self._folders[package], rest)]
        else:
            dotted = name.replace(".", "/")
            places = [PurePosixPath(self.home, dotted), PurePosixPath(dotted)]
        for place in places:
            for path in (f"{place}.py", f"{place}/__init__.py"):
                if path in self._paths:
                    return path
        if name.startswith(_PACKAGE):
            return None
        inside = [path for path in self._paths if f".{_dotted(path)}".endswith(f".{name}")]
        return min(inside, key=lambda path: path.count("/"), default=None)

    def is_folder(self, name: str) -> bool:
        """Is there a folder that `import name` could mean?"""
        if name.startswith(_PACKAGE):
            return name in self._folders
        wanted = f"/{name.replace('.', '/')}/"
        return any(f"/{folder}/".find(wanted) >= 0 for folder in self._packages)

    def module(self, name: str, path: str) -> types.ModuleType:
        """The module of a file, for an import under this name."""
        self._registered[name] = path
        return self._run(path)


class _Finder(importlib.abc.MetaPathFinder):
    """Asked last, so that it shadows nothing."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002  # the import system's
        target: types.ModuleType | None = None,  # noqa: ARG002  # the same
    ) -> importlib.machinery.ModuleSpec | None:
        """Part of the import system's protocol: a file of the submission, or a folder as a namespace."""
        if file := self._modules.path_of(fullname):
            is_package = file.endswith("__init__.py")
            return importlib.machinery.ModuleSpec(fullname, _Loader(self._modules, file), is_package=is_package)
        if self._modules.is_folder(fullname):
            return importlib.machinery.ModuleSpec(fullname, None, is_package=True)
        return None


class _Loader(importlib.abc.Loader):
    """Gives the import system the one module of a file."""

    def __init__(self, modules: Modules, path: str) -> None:
        self._modules = modules
        self._path = path

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """Part of the import system's protocol."""
        return self._modules.module(spec.name, self._path)

    def exec_module(self, module: types.ModuleType) -> None:
        """The module has run already."""


def without_packages(text: str) -> str:
    """A message without the names that stand for folders."""
    return text.replace(f"{_PACKAGE}.", "")


def _dotted(path: str) -> str:
    """A file's name as a module: `tools/leaves.py` is `tools.leaves`, `tools/__init__.py` is `tools`."""
    return str(PurePosixPath(path).with_suffix("")).removesuffix("/__init__").replace("/", ".")


def _package_of(folder: PurePosixPath) -> str:
    """A name for a folder in which only folders are dots, whatever signs are in it."""
    return ".".join([_PACKAGE, *(re.sub(r"\W", lambda sign: f"_{ord(sign[0]):x}_", part) for part in folder.parts)])


def _is_taken(name: str) -> bool:
    """Does this name belong to Python, to a package that is installed, or to the grader?"""
    return name in _INSTALLED or name in sys.modules or importlib.machinery.PathFinder.find_spec(name) is not None
