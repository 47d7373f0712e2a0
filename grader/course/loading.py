"""Loads a course's files by path. From here on a process may hold secrets."""

import importlib.util
import types
from pathlib import Path

from grader.authoring import CaseSet, Check
from grader.errors import ExerciseError
from grader.inside.said import say


def load_checks(path: Path) -> tuple[Check, ...]:
    """The checks of one file, in its order; raises `ExerciseError` when the file cannot be loaded."""
    sets = [thing for thing in vars(load_file(path)).values() if isinstance(thing, CaseSet)]
    return tuple(check for cases in sets for check in cases.checks)


def load_file(path: Path) -> types.ModuleType:
    """A file as a module of its own; raises `ExerciseError` where it cannot be loaded."""
    spec = importlib.util.spec_from_file_location(f"{path.parent.name}_{path.stem}", path)
    if spec is None or spec.loader is None or not path.exists():
        raise ExerciseError(say("author.missing", path=str(path)))
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ExerciseError(
            say("author.not_loaded", path=str(path), name=str(type(error).__name__), error=str(error))
        ) from error
    return module
