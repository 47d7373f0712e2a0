"""torch's errors in plain words."""

import pytest
import torch

from grader.model import Raised
from grader.phrasebook import _phrases, look_up

PROVOKED: dict[str, str] = {
    "graph_freed": "y = (leaf ** 2).sum(); y.backward(); y.backward()",
    "nothing_requires_grad": "torch.ones(1).sum().backward()",
    "vector_needs_gradient": "leaf.backward()",
    "leaf_in_place": "leaf.add_(1)",
    "leaf_view_in_place": "leaf[0] = 1.0",
    "overwritten": "y = leaf.exp(); y.mul_(2); y.sum().backward()",
    "unused_input": "torch.autograd.grad(leaf.sum(), torch.ones(1, requires_grad=True))",
    "grad_is_none": "leaf.grad.zero_()",
    "none_attribute": "leaf.grad.clone()",
    "grad_assigned": "leaf.grad = 0",
    "integers": "torch.arange(3).requires_grad_(True)",
    "integers_constructor": "torch.tensor([1], requires_grad=True)",
    "numpy_on_graph": "leaf.numpy()",
    "inference_tensor": "with torch.inference_mode(): made = torch.ones(2)\n(made * leaf).sum().backward()",
    "not_a_tensor": "leaf.sum().item().backward()",
    "dtype_mismatch": "torch.ones(2).dot(torch.ones(2).double())",
    "undefined_name": "nothing_of_that_name",
}


def error_of(source: str) -> Raised:
    """The exception that these lines raise, with a leaf at hand."""
    try:
        exec(source, {"torch": torch, "leaf": torch.tensor([1.0, 2.0], requires_grad=True)})
    except Exception as error:
        return Raised(exception=type(error).__name__, message=str(error))
    pytest.fail(f"{source} raised nothing")


def test_every_phrase_is_provoked() -> None:
    """The table above has every entry of the book, and each entry once."""
    assert sorted(phrase.id for phrase in _phrases()) == sorted(PROVOKED)


@pytest.mark.parametrize("identity", PROVOKED)
def test_the_phrasebook_knows_torchs_own_words(identity: str) -> None:
    """Every entry is found for the error that torch really raises, and explains it in a sentence."""
    found = look_up(error_of(PROVOKED[identity]))
    assert found is not None
    assert found.id == identity
    assert found.says[-1] in ".?"


def test_an_unknown_error_has_no_phrase() -> None:
    """What is not in the book is not explained."""
    assert look_up(Raised(exception="ValueError", message="something else")) is None
