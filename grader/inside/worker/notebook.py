"""The names around a notebook's code: `display`, `get_ipython`, `In`, `Out`, `_`, and modules of IPython's.

They are the same everywhere, whether IPython is installed or not. A thing that is shown is printed, and everything else
does nothing.
"""

import importlib
import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from typing import Any

# Front ends whose modules notebooks import, and that have nothing to show here. A notebook that is graded does not
# grade itself, so the grader's own front end is one of them.
_STOOD_IN = ("IPython", "ipywidgets", "grader.notebook")

# Any: stand-ins take and give whatever the real things would.


def display(*objects: Any, display_id: object = None, **_: Any) -> Any:
    """Print what a notebook would show; who asks for a handle to change it later gets one that does nothing."""
    for thing in objects:
        print(thing)
    return Anything() if display_id else None


class Anything:
    """Stands in for a thing that only a notebook has: it can be called, entered and asked for attributes."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __call__(self, *arguments: Any, **_: Any) -> Any:
        """Itself; as a decorator it leaves a function as it is."""
        is_decorator = len(arguments) == 1 and isinstance(arguments[0], types.FunctionType)
        return arguments[0] if is_decorator else self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __enter__(self) -> "Anything":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        return iter(())


class Captured(Anything):
    """The box that `%%capture name` leaves: the output goes where all output goes, so the box is empty."""

    stdout = stderr = ""
    outputs: tuple[Any, ...] = ()


class Lines(list[str]):
    """The lines of `name = !command`: no command runs here, so there are none."""

    n = s = p = ""


class Shell(Anything):
    """The object that `get_ipython()` returns."""

    def __init__(
        self,
        namespace: dict[str, object],
        run_file: Callable[[str], dict[str, object]],
        run_text: Callable[[str], None],
    ) -> None:
        super().__init__()
        self.user_ns = namespace
        self._run_file = run_file
        self._run_text = run_text

    def captured(self) -> Captured:
        """For `%%capture`."""
        return Captured()

    def getoutput(self, *_: Any, **__: Any) -> Lines:
        """For `name = !command`."""
        return Lines()

    def run_line_magic(self, name: str, line: str = "", *_: Any, **__: Any) -> None:
        """For `name = %magic`, which is told as one text, and for scripts that a notebook was turned into."""
        self._run_text(f"%{name} {line}")

    def run_cell_magic(self, name: str, line: str = "", cell: str = "", *_: Any, **__: Any) -> None:
        """For scripts that a notebook was turned into."""
        self._run_text(f"%%{name} {line}\n{cell}")

    def system(self, *_: Any, **__: Any) -> None:
        """For scripts that a notebook was turned into."""

    def run_file(self, arguments: str) -> None:
        """For `%run file`: its names become this notebook's."""
        self.user_ns.update(self._run_file(arguments))


def furnish(namespace: dict[str, object], shell: Shell, *, is_notebook: bool) -> None:
    """Put into a namespace what is there before a notebook's first cell.

    A file gets what a notebook's code may call, since a notebook may be handed in as one.
    """
    _Current.shell = shell
    namespace.update(display=display, get_ipython=lambda: shell)
    if is_notebook:
        cells: list[str] = [""]
        results: dict[int, object] = {}
        namespace.update(
            In=cells, _ih=cells, Out=results, _oh=results, _="", __="", ___="", exit=sys.exit, quit=sys.exit
        )


class _Current:
    """The shell of the file that ran last: what `IPython.get_ipython` gives."""

    shell: Shell | None = None


def remember_cell(namespace: dict[str, object], source: str) -> None:
    """A cell begins: it is the next entry of `In`."""
    entries = namespace.get("In")
    if type(entries) is list:
        entries.append(source)
        namespace[f"_i{len(entries) - 1}"] = source


def remember_result(namespace: dict[str, object], value: object) -> None:
    """A cell's last expression has this value: it becomes `_` and an entry of `Out`, unless it is None."""
    if value is None:
        return
    entries, results = namespace.get("In"), namespace.get("Out")
    if type(entries) is list and type(results) is dict:
        results[len(entries) - 1] = value
        namespace[f"_{len(entries) - 1}"] = value
    namespace["___"], namespace["__"], namespace["_"] = namespace.get("__"), namespace.get("_"), value


class FrontEnds(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports stand-ins for modules of a notebook's front end. Asked first, so that all machines answer alike."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002  # the import system's
        target: types.ModuleType | None = None,  # noqa: ARG002  # the same
    ) -> importlib.machinery.ModuleSpec | None:
        """Part of the import system's protocol."""
        if not f"{fullname}.".startswith(tuple(f"{name}." for name in _STOOD_IN)):
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """Part of the import system's protocol."""
        return _FrontEnd(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """There is nothing to run."""


# What a star import of such a module brings.
_NAMES = {
    "IPython.display": (
        *("Audio", "Code", "HTML", "IFrame", "Image", "JSON", "Javascript", "Latex", "Markdown", "Math", "Pretty"),
        *("ProgressBar", "SVG", "Video", "clear_output", "display"),
    ),
    "ipywidgets": (
        *("Button", "Checkbox", "Dropdown", "FloatSlider", "HBox", "HTML", "IntSlider", "Label", "Output", "Text"),
        *("VBox", "fixed", "interact", "interact_manual", "interactive", "interactive_output"),
    ),
}


class _FrontEnd(types.ModuleType):
    """A module that has every name."""

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            return list(_NAMES.get(self.__name__, ()))
        if name == "get_ipython":
            return lambda: _Current.shell
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "display":
            # `from IPython import display` is a module, and `from IPython.display import display` a function.
            return importlib.import_module("IPython.display") if self.__name__ == "IPython" else display
        return _Kind(name, (Anything,), {})


class _Kind(type):
    """A class that has every attribute, as `InteractiveShell.ast_node_interactivity`, and may be a decorator."""

    def __call__(cls, *arguments: Any, **options: Any) -> Any:
        return Anything()(*arguments) if arguments else super().__call__(*arguments, **options)

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything()
