"""Guesses are made from signatures."""

import ast
from typing import Any

import pytest

from audit.answers import Answer
from audit.guesses import blind, guesses_of, literal, signature_of, wrong_in_one_step
from grader.authoring import tensor
from grader.inside.values import Items, Table
from tests.support import CATALOG, COURSE

FIRST_LINES = {
    "def g(x: torch.Tensor) -> torch.Tensor: ...": "torch.zeros_like(x)",
    "def g(f: Callable[[A], B], x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]: ...": (
        "(torch.zeros_like(x), torch.zeros_like(x))"
    ),
    "def g(x: torch.Tensor) -> tuple[tuple[torch.Tensor, torch.Tensor | None], torch.Tensor]: ...": (
        "((torch.zeros_like(x), torch.zeros_like(x)), torch.zeros_like(x))"
    ),
    "def g(fs: Mapping[str, A], x: torch.Tensor) -> dict[str, torch.Tensor]: ...": (
        "{key: torch.zeros_like(x) for key in fs}"
    ),
    "def g(y: torch.Tensor, xs: Sequence[torch.Tensor]) -> list[torch.Tensor]: ...": (
        "[torch.zeros_like(one) for one in xs]"
    ),
}


@pytest.mark.parametrize("stub", FIRST_LINES)
def test_a_guess_has_the_form_of_what_comes_back(stub: str) -> None:
    """Tuples, lists and dicts are there, with a guess in the place of every tensor."""
    source = dict(blind(signature_of(stub, "g")))["zeros"]
    assert ast.unparse(ast.parse(source)).endswith(f"return {FIRST_LINES[stub]}")


def test_a_function_among_the_arguments_is_guessed_with() -> None:
    """Its value is what lies nearest."""
    stub = "def g(f: Callable[[A], B], x: torch.Tensor) -> torch.Tensor: ..."
    assert dict(blind(signature_of(stub, "g")))["the function's value"].endswith("return f(x)\n")
    assert "the function's value" not in dict(blind(signature_of("def g(x: torch.Tensor) -> torch.Tensor: ...", "g")))


def test_the_last_step_is_wrong_in_every_part() -> None:
    """The right answer is computed and then changed, whatever container it comes in."""
    answer = Answer(exercise="g", style="reference", source="def g(x):\n    return {'a': x, 'b': (x, [x, None])}\n")
    names: dict[str, Any] = {}  # code of any kind
    exec(wrong_in_one_step(answer)["right and doubled"], names)
    assert names["g"](3) == {"a": 6, "b": (6, [6, None])}


def test_an_example_is_written_down_as_it_is_shown() -> None:
    """Numbers, dtype, shape and container."""
    value = Table(entries=(("a", Items(kind="tuple", items=(tensor([1, 2], dtype="float32"), None))),))
    assert literal(value) == "{'a': (torch.tensor([1.0, 2.0], dtype=torch.float32).reshape((2,)), None, )}"


@pytest.mark.parametrize("exercise", CATALOG.exercise_ids)
def test_every_exercise_has_guesses_that_parse(exercise: str) -> None:
    """Each defines the exercise's function."""
    for source in guesses_of(COURSE, exercise).values():
        assert exercise in {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
