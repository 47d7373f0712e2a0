"""Loads a course's files by path. From here on a process may hold secrets."""

import importlib.util
import types
from collections.abc import Iterable
from pathlib import Path

from grader.authoring import CaseSet
from grader.authoring.claims import More
from grader.errors import ExerciseError
from grader.inside.said import say


def load_cases(path: Path, public: Iterable[CaseSet] = ()) -> tuple[CaseSet, ...]:
    """The case sets of one file, in its order; it may add cases to `public` ones.

    Raises `ExerciseError` when the file cannot be loaded, or adds to a set that is not there.
    """
    things = vars(load_file(path)).values()
    by_name = {cases.name: cases for cases in public}
    for more in (thing for thing in things if isinstance(thing, More)):
        if more.to not in by_name:
            raise ExerciseError(say("author.no_case_set", path=str(path), name=more.to))
        by_name[more.to].extend(more.cases)
    return tuple(thing for thing in things if isinstance(thing, CaseSet))


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
