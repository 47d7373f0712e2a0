"""The tests for plain pytest. The submission lies beside them as answers.py."""

import importlib
import types
from collections.abc import Callable
from typing import Any

import claims
import pytest

# Any: a student's function takes and returns whatever its exercise says.
Function = Callable[..., Any]


@pytest.fixture(scope="session")
def answers() -> types.ModuleType:
    """The submission."""
    return importlib.import_module("answers")


@pytest.fixture
def function(answers: types.ModuleType, name: str) -> Function:
    """The function that a test is about."""
    return getattr(answers, name)


@pytest.mark.parametrize("name", claims.TASKS)
def test_is_right(function: Function, name: str) -> None:
    """The values, shapes and dtypes are those of torch.autograd.functional."""
    claims.is_right(function, name)


@pytest.mark.parametrize("name", claims.BY_AUTOGRAD)
def test_autograd_ran(function: Function, name: str) -> None:
    """The numbers come from autograd."""
    claims.autograd_ran(function, name)


@pytest.mark.parametrize("name", claims.TASKS)
def test_caller_untouched(function: Function, name: str) -> None:
    """The caller's tensors are left as they were."""
    claims.caller_untouched(function, name)


@pytest.mark.parametrize("name", claims.TASKS)
def test_stands_alone(function: Function, name: str) -> None:
    """The result carries no graph and shares no memory."""
    claims.stands_alone(function, name)


@pytest.mark.parametrize("name", ["clear_grads"])
class TestClearGrads:
    """The exercise that returns nothing."""

    def test_clears_every_gradient(self, function: Function) -> None:
        """Every .grad is None or zeros, as set_to_none says."""
        claims.clears_every_gradient(function)

    def test_keeps_the_tensors(self, function: Function) -> None:
        """With set_to_none=False the gradient tensors stay the same ones."""
        claims.keeps_the_tensors(function)

    def test_cuts_the_graphs(self, function: Function) -> None:
        """A cleared gradient carries no graph."""
        claims.cuts_the_graphs(function)

    def test_leaves_the_parameters(self, function: Function) -> None:
        """The parameters keep their values and still require grad."""
        claims.leaves_the_parameters(function)
