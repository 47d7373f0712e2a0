"""Loads the check files and the oracles of the kit, by path. From here on a process holds secrets."""

import functools
import importlib.util
import types
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from grader.authoring import CaseSet, Check
from grader.catalog import Catalog, check_files, oracle_file
from grader.errors import ExerciseError
from grader.model import FunctionSpec, Question, Value


@functools.cache
def load_checks(path: Path) -> tuple[Check, ...]:
    """The checks of one file, in its order; raises `ExerciseError` when the file cannot be loaded."""
    sets = [thing for thing in vars(_load_file(path)).values() if isinstance(thing, CaseSet)]
    return tuple(check for cases in sets for check in cases.checks)


def checks_of(catalog: Catalog) -> tuple[Check, ...]:
    """The checks of the catalog's exercises, in its order."""
    chapters = [load_checks(path) for chapter in catalog.chapter for path in check_files(chapter.id)]
    by_exercise: dict[str, list[Check]] = {exercise: [] for exercise in catalog.exercise_ids}
    for check in (check for checks in chapters for check in checks):
        if check.cases.exercise in by_exercise:
            by_exercise[check.cases.exercise].append(check)
    return tuple(check for checks in by_exercise.values() for check in checks)


def questions_of(checks: Sequence[Check], seed: str) -> tuple[Question, ...]:
    """Everything that the checks ask, each question once."""
    return tuple(dict.fromkeys(question for check in checks for question in check.cases.questions(seed)))


class Oracle:
    """Knows what is right: expected facts of a question, computed on first need and kept."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known: dict[Question, Mapping[str, Value]] = {}

    def __call__(self, question: Question) -> Mapping[str, Value]:
        """The expected facts; raises whatever the oracle raises."""
        if question not in self._known:
            self._known[question] = self._compute(question)
        return self._known[question]

    def _compute(self, question: Question) -> Mapping[str, Value]:
        # Not at the top: torch is imported only where something is to be known, never by `grader list`.
        from grader.tensors import build_inputs, to_facts  # noqa: PLC0415

        path = oracle_file(self._catalog.chapter_of(question.exercise).id)
        oracle = getattr(_load_file(path), question.exercise, None)
        if oracle is None:
            raise ExerciseError(f"{path.name} of the oracle has no function {question.exercise}")
        return dict(to_facts(oracle(**build_inputs(at_the_first_call(question.inputs)))))


def at_the_first_call(inputs: tuple[tuple[str, Value], ...]) -> tuple[tuple[str, Value], ...]:
    """Inputs whose functions do not change: an oracle may call them as often as it likes."""
    return tuple(
        (name, replace(value, changes=False) if isinstance(value, FunctionSpec) else value) for name, value in inputs
    )


@functools.cache
def _load_file(path: Path) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location(f"{path.parent.name}_{path.stem}", path)
    if spec is None or spec.loader is None or not path.exists():
        raise ExerciseError(f"{path} is missing")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ExerciseError(f"{path} cannot be loaded: {type(error).__name__}: {error}") from error
    return module
