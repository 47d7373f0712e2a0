"""A visible question is the stub's own example: what a student reads, tries and is shown is one and the same."""

import ast
import doctest
import functools
import importlib.util
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from grader.inside.recorder import record
from grader.inside.subjects.torch.recorder import TensorRecorder
from grader.inside.subjects.torch.tensors import to_value
from grader.inside.values import Items, Raised, Table, TensorValue, Value
from grader.records import Question, Visibility
from tests.corpus.conftest import KNOW, arguments_of, at_the_first_call, questions_on
from tests.support import CATALOG, COURSE

EXERCISES = CATALOG.exercise_ids
# Any: whatever an exercise takes.
Arguments = dict[str, Any]


def load(path: Path) -> types.ModuleType:
    """A file as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def reference(exercise: str) -> Callable[..., Any]:
    """The reference solution of an exercise."""
    function: Callable[..., Any] = getattr(load(COURSE.reference(CATALOG.chapter_of(exercise).id)), exercise)
    return function


def docstring(exercise: str) -> str:
    """The docstring of a stub."""
    source = (COURSE.stubs / f"{CATALOG.chapter_of(exercise).id}.py").read_text(encoding="utf-8")
    nodes = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    return next(ast.get_docstring(node) or "" for node in nodes if node.name == exercise)


def watched(function: Callable[..., Any], calls: list[Arguments]) -> Callable[..., Any]:
    """The function, which notes the values of its arguments by name before it runs."""
    parameters = function.__code__.co_varnames[: function.__code__.co_argcount]

    @functools.wraps(function)
    def noting(*args: object, **kwargs: object) -> object:
        given = {**dict(zip(parameters, args, strict=False)), **kwargs}
        points = [one for one in given.values() if isinstance(one, torch.Tensor)]
        calls.append({name: meaning(value, points) for name, value in given.items()})
        return function(*args, **kwargs)

    return noting


def meaning(argument: object, points: list[torch.Tensor]) -> object:
    """An argument as something to compare: of a function, what it gives at the call's own points and nearby."""
    if isinstance(argument, torch.Tensor) and argument.grad_fn is not None:
        return argument.item()  # which dtype the caller has computed it in is the caller's affair
    if isinstance(argument, torch.Tensor):
        old = None if argument.grad is None else to_value(argument.grad)
        return to_value(argument), argument.requires_grad, old
    if isinstance(argument, dict):
        return {key: meaning(value, points) for key, value in argument.items()}
    if isinstance(argument, list):
        return [meaning(value, points) for value in argument]
    if callable(argument):
        return [to_value(argument(near)) for point in points for near in (point.detach(), 0.5 * point.detach() + 1)]
    return argument


def visible(exercise: str) -> Question:
    """The one visible question of an exercise."""
    shown = [one for one in questions_on(exercise, "1") if one.visibility is Visibility.VISIBLE]
    [question] = set(map(at_the_first_call, shown))
    return question


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_reference_does_what_the_stub_shows(exercise: str) -> None:
    """Every example in a docstring comes out as it is printed there."""
    [failures, examples] = run_examples(exercise, [])
    assert examples > 0
    assert failures == []


def run_examples(exercise: str, calls: list[Arguments]) -> tuple[list[str], int]:
    """Run a stub's examples with the reference: what went wrong, and how many examples there are."""
    names = {"torch": torch, exercise: watched(reference(exercise), calls)}
    test = doctest.DocTestParser().get_doctest(docstring(exercise), names, exercise, None, None)
    said: list[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    return said, len(test.examples)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_visible_question_is_the_stubs_example(exercise: str) -> None:
    """Every call has the stub's arguments; functions are equal where they give equal values."""
    in_stub: list[Arguments] = []
    run_examples(exercise, in_stub)
    asked: list[Arguments] = []
    probe = COURSE.probes.find(CATALOG.chapter_of(exercise).id, exercise)
    question = visible(exercise)
    recorder = functools.partial(TensorRecorder, watched(reference(exercise), asked), raises)
    record(probe, recorder, lambda: arguments_of(question))
    [shown] = in_stub
    assert [one for one in asked if one != shown] == []
    assert asked != []


def raises(error: BaseException) -> Raised:
    """Nothing may be raised here."""
    raise error


def matrices(value: Value) -> Iterator[tuple[int, ...]]:
    """The shapes of the tensors of two axes in a value."""
    match value:
        case TensorValue(shape=(_, _) as shape):
            yield shape
        case Items(items=parts):
            for part in parts:
                yield from matrices(part)
        case Table(entries=entries):
            for _, part in entries:
                yield from matrices(part)
        case _:
            pass


@pytest.mark.parametrize("exercise", EXERCISES)
def test_no_visible_matrix_is_square_by_accident(exercise: str) -> None:
    """A transposed answer has another shape, and is told so, instead of one with wrong values."""
    shapes = [shape for fact in KNOW(visible(exercise)).values() for shape in matrices(fact)]
    assert [shape for shape in shapes if shape[0] == shape[1] > 1] == []


def test_an_example_that_is_wrong_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The examples are really run and compared."""
    monkeypatch.setattr(
        "tests.corpus.test_examples.docstring", lambda _: ">>> sum_backward(torch.ones(1))\ntensor([9.])\n"
    )
    assert run_examples("sum_backward", [])[0] != []
