"""Functions among the inputs take what was promised to them, and nothing else."""

from collections.abc import Callable

import pytest
import torch

from grader.authoring import tensor
from grader.inside.building import build_inputs
from grader.inside.functions import Family
from grader.inside.subjects.torch.tensors import to_tensor
from grader.inside.values import FunctionSpec, Table, TensorValue

X = tensor([1.0, 2.0])
FAMILIES = {"twice": Family(evaluate=lambda x, _: 2 * x, formula="2 * x", arity=0)}


def built(like: str, x: TensorValue = X) -> Callable[[object], torch.Tensor]:
    """A function from a dictionary among the inputs, beside x."""
    table = Table(entries=(("f", FunctionSpec(name="twice", like=like)),))
    fs = build_inputs((("fs", table), ("x", x)), FAMILIES, to_tensor)["fs"]
    assert isinstance(fs, dict)
    function: Callable[[object], torch.Tensor] = fs["f"]
    return function


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (torch.ones(2, dtype=torch.float32), r"shape \(2,\) and torch.float32"),
        (torch.ones(3, dtype=torch.float64), r"shape \(3,\) and torch.float64"),
        (torch.ones((), dtype=torch.float64), r"shape \(\) and torch.float64"),
        ([1.0, 2.0], "no list"),
        (1.0, "no float"),
    ],
)
def test_a_function_takes_only_things_like_its_argument(given: object, told: str) -> None:
    """Of another shape or dtype it takes none, and says what it got."""
    with pytest.raises(TypeError, match=rf"takes shape \(2,\) and torch.float64, like x, and was given {told}$"):
        built("x")(given)


def test_a_function_takes_what_was_promised() -> None:
    """Also inside the transformations of torch.func, where a tensor looks as if it were one of a batch."""
    x = torch.ones(2, dtype=torch.float64)
    assert built("x")(x.requires_grad_()).tolist() == [2.0, 2.0]
    assert torch.func.jacrev(built("x"))(x).shape == (2, 2)
    assert torch.func.jacfwd(built("x"))(x).shape == (2, 2)
    assert torch.vmap(built("x"))(torch.ones(5, 2, dtype=torch.float64)).shape == (5, 2)
    assert built("x", tensor(1.0))(torch.ones((), dtype=torch.float64)).item() == 2.0


def test_a_function_that_is_made_for_nothing_takes_everything() -> None:
    """Its exercise promises nothing of the kind."""
    assert built("")(torch.ones(5)).shape == (5,)
