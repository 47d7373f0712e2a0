"""The tests for gradescope-utils: unittest with a weight each. The submission lies beside them as answers.py."""

import unittest
from collections.abc import Callable
from typing import Any

import answers
import claims
from gradescope_utils.autograder_utils.decorators import weight

# Any: a student's function takes and returns whatever its exercise says.
Function = Callable[..., Any]


class Claims:
    """What is claimed of most exercises."""

    name: str

    @property
    def function(self) -> Function:
        """The student's."""
        return getattr(answers, self.name)

    @weight(4)
    def test_is_right(self) -> None:
        """The values, shapes and dtypes are those of torch.autograd.functional."""
        claims.is_right(self.function, self.name)

    @weight(1)
    def test_caller_untouched(self) -> None:
        """The caller's tensors are left as they were."""
        claims.caller_untouched(self.function, self.name)

    @weight(1)
    def test_stands_alone(self) -> None:
        """The result carries no graph and shares no memory."""
        claims.stands_alone(self.function, self.name)


class ByAutograd(Claims):
    """The exercises in which autograd has to do the work."""

    @weight(2)
    def test_autograd_ran(self) -> None:
        """The numbers come from autograd."""
        claims.autograd_ran(self.function, self.name)


class TestSubdifferentialInterval(Claims, unittest.TestCase):
    """Chapter 1."""

    name = "subdifferential_interval"


class TestKinkGradients(ByAutograd, unittest.TestCase):
    """Chapter 1."""

    name = "kink_gradients"


class TestNumeratorLayout(ByAutograd, unittest.TestCase):
    """Chapter 1."""

    name = "numerator_layout"


class TestJacobian2xtx(ByAutograd, unittest.TestCase):
    """Chapter 2."""

    name = "jacobian_2xtx"


class TestGradient(ByAutograd, unittest.TestCase):
    """Chapter 2."""

    name = "gradient"


class TestZeroThenGrad(ByAutograd, unittest.TestCase):
    """Chapter 3."""

    name = "zero_then_grad"


class TestTwoBackwards(ByAutograd, unittest.TestCase):
    """Chapter 3."""

    name = "two_backwards"


class TestClearGrads(unittest.TestCase):
    """Chapter 3: the exercise that returns nothing."""

    @weight(4)
    def test_clears_every_gradient(self) -> None:
        """Every .grad is None or zeros, as set_to_none says."""
        claims.clears_every_gradient(answers.clear_grads)

    @weight(1)
    def test_keeps_the_tensors(self) -> None:
        """With set_to_none=False the gradient tensors stay the same ones."""
        claims.keeps_the_tensors(answers.clear_grads)

    @weight(1)
    def test_cuts_the_graphs(self) -> None:
        """A cleared gradient carries no graph."""
        claims.cuts_the_graphs(answers.clear_grads)

    @weight(1)
    def test_leaves_the_parameters(self) -> None:
        """The parameters keep their values and still require grad."""
        claims.leaves_the_parameters(answers.clear_grads)


class TestVectorBackward(ByAutograd, unittest.TestCase):
    """Chapter 3."""

    name = "vector_backward"


class TestDetachedProductGrad(ByAutograd, unittest.TestCase):
    """Chapter 4."""

    name = "detached_product_grad"


class TestBothGradients(ByAutograd, unittest.TestCase):
    """Chapter 4."""

    name = "both_gradients"


class TestBackwardTwice(ByAutograd, unittest.TestCase):
    """Chapter 5."""

    name = "backward_twice"
