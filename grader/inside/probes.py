"""The course's part of what runs beside a submission: probes, and functions that questions hand to it.

Probes call a submission's functions and record facts. They hold no answer. Each chapter has a file of its own name,
with a function for each exercise; the families of functions are in `functions.py`.
"""

import functools
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from grader.inside.functions import Families
from grader.inside.recorder import Probe

_FUNCTIONS = "functions"


class Probes:
    """The probes in a folder, loaded by path on first need."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._modules: dict[str, ModuleType] = {}

    def load_all(self) -> None:
        """Load every file now."""
        for path in sorted(self._folder.glob("*.py")):
            self._module(path.stem)

    def find(self, chapter: str, exercise: str) -> Probe:
        """The probe of an exercise; raises ImportError or AttributeError where the course lacks it."""
        return cast(Probe, getattr(self._module(chapter), exercise))

    @functools.cached_property
    def families(self) -> Families:
        """The course's families of functions; none where it has no such file."""
        if not (self._folder / f"{_FUNCTIONS}.py").exists():
            return {}
        families: Families = self._module(_FUNCTIONS).FAMILIES
        return families

    def _module(self, name: str) -> ModuleType:
        if name not in self._modules:
            self._modules[name] = _loaded(f"probes.{name}", self._folder / f"{name}.py")
        return self._modules[name]


def _loaded(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.exists():
        raise ImportError(f"{path} is missing")
    module = importlib.util.module_from_spec(spec)
    # Any: a dataclass asks for its module by name while it is made.
    modules: dict[str, Any] = sys.modules
    modules[name] = module
    spec.loader.exec_module(module)
    return module
