"""Right styles of chapter 1 beside the references."""

from collections.abc import Callable, Mapping
from typing import Literal

import torch


def subdifferential_interval__masks(kind: Literal["abs", "relu"], x: torch.Tensor) -> torch.Tensor:
    """Column by column, into a tensor that is filled in place."""
    low = -1.0 if kind == "abs" else 0.0
    result = torch.full((len(x), 2), low, dtype=x.dtype)
    result[x > 0, 0] = 1.0
    result[x >= 0, 1] = 1.0
    return result


def subdifferential_interval__loop(kind: Literal["abs", "relu"], x: torch.Tensor) -> torch.Tensor:
    """Element by element."""
    slopes = torch.empty(x.shape[0], 2, dtype=x.dtype)
    for i in range(x.shape[0]):
        left = -1.0 if kind == "abs" else 0.0
        if x[i] > 0:
            slopes[i, 0], slopes[i, 1] = 1.0, 1.0
        elif x[i] < 0:
            slopes[i, 0], slopes[i, 1] = left, left
        else:
            slopes[i, 0], slopes[i, 1] = left, 1.0
    return slopes


def kink_gradients__backward(
    fs: Mapping[str, Callable[[torch.Tensor], torch.Tensor]], x: torch.Tensor
) -> dict[str, torch.Tensor]:
    """One backward a function, each into the .grad of its own leaf."""
    result = {}
    for name in fs:
        leaf = x.clone().detach()
        leaf.requires_grad = True
        y = fs[name](leaf)
        y.backward()
        result[name] = leaf.grad
    return result


def kink_gradients__cleared(
    fs: Mapping[str, Callable[[torch.Tensor], torch.Tensor]], x: torch.Tensor
) -> dict[str, torch.Tensor]:
    """One leaf for all functions, cleared after each."""
    result = {}
    leaf = x.detach().clone().requires_grad_()
    for name, f in fs.items():
        f(leaf).backward()
        result[name] = leaf.grad.clone()
        leaf.grad.zero_()
    return result


def kink_gradients__jacobian(
    fs: Mapping[str, Callable[[torch.Tensor], torch.Tensor]], x: torch.Tensor
) -> dict[str, torch.Tensor]:
    """The Jacobian of a scalar by a scalar is the gradient."""
    point = x.detach()
    return {name: torch.autograd.functional.jacobian(f, point) for name, f in fs.items()}


def numerator_layout__rows(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Row by row, by torch.autograd.grad."""
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf).reshape(-1)
    rows = []
    for i in range(len(y)):
        (row,) = torch.autograd.grad(y[i], leaf, retain_graph=True)
        rows.append(row.reshape(-1))
    return torch.stack(rows)


def numerator_layout__cases(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """A missing axis is put in where it is missing."""
    x = x.detach()
    y = f(x)
    jacobian = torch.autograd.functional.jacobian(f, x)
    if y.dim() == 0 and x.dim() == 0:
        return jacobian.reshape(1, 1)
    if y.dim() == 0:
        return jacobian.unsqueeze(0)
    if x.dim() == 0:
        return jacobian.unsqueeze(1)
    return jacobian


def numerator_layout__filled(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Into a matrix of zeros, by backward."""
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    matrix = torch.zeros(y.numel(), leaf.numel(), dtype=leaf.dtype)
    for i, output in enumerate(y.flatten()):
        leaf.grad = None
        output.backward(retain_graph=True)
        matrix[i] = leaf.grad.flatten()
    return matrix


def jacobian_by_rows__backward(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """By .grad, which is copied and cleared for each row."""
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    rows = []
    for i in range(y.shape[0]):
        y[i].backward(retain_graph=True)
        rows.append(leaf.grad.clone())
        leaf.grad.zero_()
    return torch.stack(rows, dim=0)


def jacobian_by_rows__one_hot(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """A weight of 1 for one output and 0 for the others, row by row into a matrix."""
    leaf = x.detach().clone()
    leaf.requires_grad_(True)
    y = f(leaf)
    jacobian = torch.empty(len(y), len(leaf), dtype=leaf.dtype)
    for i in range(len(y)):
        v = torch.zeros_like(y)
        v[i] = 1
        jacobian[i] = torch.autograd.grad(y, leaf, grad_outputs=v, retain_graph=True)[0]
    return jacobian


def jacobian_by_rows__batched(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """All rows in one batched call."""
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    basis = torch.eye(y.numel(), dtype=y.dtype)
    return torch.autograd.grad(y, leaf, basis, is_grads_batched=True)[0]
