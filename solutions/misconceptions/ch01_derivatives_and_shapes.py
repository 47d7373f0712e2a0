"""Misconceptions of chapter 1: wrong solutions, each named after the exercise and the belief behind it."""

from collections.abc import Callable, Mapping
from typing import Literal

import torch


def subdifferential_interval__point_not_set(kind: Literal["abs", "relu"], x: torch.Tensor) -> torch.Tensor:
    """The derivative at a kink is the one number that torch picks.

    Hint: At the kink both your ends are 0, so only one slope fits. Does a ruler fit the curve at
    this point with slope 0 only, or can it be tilted?
    """
    x = x.detach()
    slope = torch.sign(x) if kind == "abs" else (x > 0).to(x.dtype)
    return torch.stack([slope, slope], dim=1)


def subdifferential_interval__same_for_relu(kind: Literal["abs", "relu"], x: torch.Tensor) -> torch.Tensor:
    """The interval at a kink is always from -1 to 1.

    Hint: For |x| your interval at the kink is right, for relu it is the same. How steep is relu
    just to the left of 0?
    """
    left = torch.full_like(x, -1.0 if kind == "abs" else 0.0)
    right = torch.ones_like(x)
    at_kink = x == 0
    smallest = torch.where(x > 0, right, left)
    largest = torch.where(x < 0, left, right)
    return torch.stack([torch.where(at_kink, -right, smallest), largest], dim=1)


def subdifferential_interval__whole_interval(kind: Literal["abs", "relu"], x: torch.Tensor) -> torch.Tensor:
    """The subdifferential of a function is one interval, the same at every point.

    Hint: Your interval does not depend on x. How many slopes fit where the curve is smooth?
    """
    left = torch.full_like(x, -1.0 if kind == "abs" else 0.0)
    return torch.stack([left, torch.ones_like(x)], dim=1)


def subdifferential_interval__undefined_nan(kind: Literal["abs", "relu"], x: torch.Tensor) -> torch.Tensor:
    """Where there is no derivative, there is no answer.

    Hint: At the kink you return NaN. There is no derivative there, but are there no rulers that
    fit?
    """
    left = torch.full_like(x, -1.0 if kind == "abs" else 0.0)
    slope = torch.where(x > 0, torch.ones_like(x), left)
    slope = torch.where(x == 0, torch.full_like(x, float("nan")), slope)
    return torch.stack([slope, slope], dim=1)


def subdifferential_interval__ends_swapped(kind: Literal["abs", "relu"], x: torch.Tensor) -> torch.Tensor:
    """The first column is for the right-hand side.

    Hint: At the kink the slope in your first column is larger than the one in the second. Which of
    them comes first in the task?
    """
    left = torch.full_like(x, -1.0 if kind == "abs" else 0.0)
    right = torch.ones_like(x)
    return torch.stack([torch.where(x < 0, left, right), torch.where(x > 0, right, left)], dim=1)


def kink_gradients__shared_leaf(
    fs: Mapping[str, Callable[[torch.Tensor], torch.Tensor]], x: torch.Tensor
) -> dict[str, torch.Tensor]:
    """.grad holds the newest gradient, so one leaf is enough for all functions.

    Hint: Each of your answers contains those of the functions before it. What does backward do with
    a gradient that it finds in .grad?
    """
    leaf = x.detach().clone().requires_grad_(True)
    gradients = {}
    for name, f in fs.items():
        f(leaf).backward()
        assert leaf.grad is not None
        gradients[name] = leaf.grad.clone()
    return gradients


def kink_gradients__alias_grad(
    fs: Mapping[str, Callable[[torch.Tensor], torch.Tensor]], x: torch.Tensor
) -> dict[str, torch.Tensor | None]:
    """Storing leaf.grad in a dict stores its number.

    Hint: All your answers are the same number, the sum of all gradients. How many different tensors
    are in your dict, and who has written into them since?
    """
    leaf = x.detach().clone().requires_grad_(True)
    gradients = {}
    for name, f in fs.items():
        f(leaf).backward()
        gradients[name] = leaf.grad
    return gradients


def kink_gradients__finite_difference(
    fs: Mapping[str, Callable[[torch.Tensor], torch.Tensor]], x: torch.Tensor
) -> dict[str, torch.Tensor]:
    """Autograd compares the values of a function on both sides of x.

    Hint: At a kink your number lies halfway between the slopes on the two sides. Does torch look at
    values nearby, or does it have a rule for each operation?
    """
    h = 1e-6
    point = x.detach()
    return {name: ((f(point + h) - f(point - h)) / (2 * h)).to(x.dtype) for name, f in fs.items()}


def kink_gradients__always_zero(
    fs: Mapping[str, Callable[[torch.Tensor], torch.Tensor]], x: torch.Tensor
) -> dict[str, torch.Tensor]:
    """At a kink torch always takes the slope 0.

    Hint: All your answers are 0. Have you seen torch say so for each of these functions?
    """
    return {name: torch.zeros_like(x) for name in fs}


def kink_gradients__hides_nan(
    fs: Mapping[str, Callable[[torch.Tensor], torch.Tensor]], x: torch.Tensor
) -> dict[str, torch.Tensor]:
    """NaN is a mistake that must not be returned.

    Hint: One of the functions has the gradient NaN, and your answer is a number. The task asks for
    what autograd gives: what would a user of your function want to learn here?
    """
    gradients = {}
    for name, f in fs.items():
        leaf = x.detach().clone().requires_grad_(True)
        (grad,) = torch.autograd.grad(f(leaf), leaf)
        gradients[name] = grad.nan_to_num()
    return gradients


def numerator_layout__denominator_layout(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """The gradient of a scalar is a column.

    Hint: Your matrix is the transpose of the one that is asked for. Which counts the rows here, the
    outputs or the inputs?
    """
    jacobian: torch.Tensor = torch.autograd.functional.jacobian(f, x.detach())
    m = jacobian.shape[: jacobian.dim() - x.dim()].numel()
    return jacobian.reshape(m, x.numel()).T.clone()


def numerator_layout__torch_raw_shape(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Torch returns rows and columns already.

    Hint: The numbers are right, but your result does not always have two axes. Is a tensor of shape
    (n,) a row or a column?
    """
    jacobian: torch.Tensor = torch.autograd.functional.jacobian(f, x.detach())
    return jacobian


def numerator_layout__summed_output(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """The gradient of y.sum() is the derivative of y.

    Hint: You returned a single row: all rows added up. Which row belongs to the output y[0] alone?
    """
    leaf = x.detach().clone().requires_grad_(True)
    f(leaf).sum().backward()
    assert leaf.grad is not None
    return leaf.grad.reshape(1, -1)


def numerator_layout__outer_product(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """A matrix with a row for each output and a column for each input is y times x.

    Hint: The shape is right, but each of your entries is an output times an input. What should
    entry (i, j) say about y[i] when x[j] changes a little?
    """
    x = x.detach()
    return torch.outer(f(x).reshape(-1), x.reshape(-1))


def numerator_layout__finite_difference(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """A derivative is found by moving each element a little and looking at f.

    Hint: The numbers are right or nearly so, but autograd was not asked for them. What does
    autograd know about f that differences of its values do not show?
    """
    h = 1e-3
    point = x.detach()
    columns = []
    for i in range(point.numel()):
        step = torch.zeros_like(point)
        step.view(-1)[i] = h
        near = f(point + step) - f(point - step)
        far = f(point + 2 * step) - f(point - 2 * step)
        columns.append(((8 * near - far) / (12 * h)).reshape(-1))
    matrix = torch.stack(columns, dim=1) if columns else point.new_zeros(f(point).numel(), 0)
    return matrix.to(x.dtype)


def jacobian_by_rows__no_retain(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Each row is independent of the others.

    Hint: A later row did not find what an earlier one had used. All rows go back through the same
    graph: what does a pass do with it unless you ask it not to?
    """
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    return torch.stack([torch.autograd.grad(y_i, leaf)[0] for y_i in y])


def jacobian_by_rows__not_zeroed(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """backward overwrites .grad.

    Hint: Each of your rows contains the rows above it. What is left over from them when the next
    one is computed, in .grad or in what you give to the call?
    """
    leaf = x.detach().clone().requires_grad_(True)
    rows = []
    for y_i in f(leaf):
        y_i.backward(retain_graph=True)
        assert leaf.grad is not None
        rows.append(leaf.grad.clone())
    return torch.stack(rows)


def jacobian_by_rows__alias_then_zero(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Appending leaf.grad to a list stores its numbers.

    Hint: All your rows are equal to the last one. How many different tensors did you collect, who
    has written into them since, and does each round ask for a row of its own?
    """
    leaf = x.detach().clone().requires_grad_(True)
    rows = []
    for y_i in f(leaf):
        if leaf.grad is not None:
            leaf.grad.zero_()
        y_i.backward(retain_graph=True)
        assert leaf.grad is not None
        rows.append(leaf.grad)
    return torch.stack(rows)


def jacobian_by_rows__alias_not_zeroed(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Every backward puts a new tensor into .grad.

    Hint: All your rows are equal: each is the sum of all rows. What does a further backward do to
    the tensor in .grad, and how many different tensors did you collect?
    """
    leaf = x.detach().clone().requires_grad_(True)
    rows = []
    for y_i in f(leaf):
        y_i.backward(retain_graph=True)
        assert leaf.grad is not None
        rows.append(leaf.grad)
    return torch.stack(rows)


def jacobian_by_rows__columns(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Gradients are columns, so they are put side by side.

    Hint: Your matrix is the transpose of the one that is asked for. Does the gradient of y[i]
    belong in row i or in column i?
    """
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    return torch.stack([torch.autograd.grad(y_i, leaf, retain_graph=True)[0] for y_i in y], dim=1)


def jacobian_by_rows__recompute(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Every row needs a fresh graph.

    Hint: The numbers are right, but f was called more than once. How can one graph serve all rows?
    """
    leaf = x.detach().clone().requires_grad_(True)
    m = len(f(leaf))
    return torch.stack([torch.autograd.grad(f(leaf)[i], leaf)[0] for i in range(m)])


def jacobian_by_rows__whole_jacobian(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Whatever gives the right matrix is a solution.

    Hint: The numbers are right, but a ready-made call has built the matrix. Which gradients does it
    put together, and can you ask for one of them yourself?
    """
    jacobian: torch.Tensor = torch.autograd.functional.jacobian(f, x.detach())
    return jacobian
