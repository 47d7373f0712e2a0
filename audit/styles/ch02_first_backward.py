"""Right styles of chapter 2 beside the references."""

from collections.abc import Callable, Sequence

import torch


def jacobian_2xtx__grad(x: torch.Tensor) -> torch.Tensor:
    """torch.autograd.grad, which returns the gradient."""
    x = x.detach().clone().requires_grad_(True)
    y = 2 * torch.dot(x, x)
    return torch.autograd.grad(y, x)[0]


def jacobian_2xtx__functional(x: torch.Tensor) -> torch.Tensor:
    """The Jacobian of a scalar has the shape of x."""
    return torch.autograd.functional.jacobian(lambda t: 2 * torch.dot(t, t), x.detach())


def jacobian_2xtx__copied(x: torch.Tensor) -> torch.Tensor:
    """Another way to write y, and a copy of .grad."""
    x = x.detach().clone().requires_grad_(True)
    y = (x * x).sum() * 2
    y.backward()
    result = x.grad.clone()
    return result


def make_leaf__two_steps(values: torch.Tensor, scale: float) -> torch.Tensor:
    """The dtype first, then the product, then the flag."""
    data = values.detach().to(torch.float64)
    leaf = data * scale
    leaf.requires_grad = True
    return leaf


def make_leaf__detached(values: torch.Tensor, scale: float) -> torch.Tensor:
    """The history is cut after the product."""
    product = values.double() * scale
    return product.detach().clone().requires_grad_()


def make_leaf__no_grad(values: torch.Tensor, scale: float) -> torch.Tensor:
    """Nothing is recorded while the product is made in place."""
    with torch.no_grad():
        leaf = torch.zeros(values.shape, dtype=torch.float64)
        leaf += values
        leaf *= scale
    return leaf.requires_grad_(True)


def gradient__grad(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """torch.autograd.grad, which returns the gradient."""
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    (result,) = torch.autograd.grad(y, leaf)
    return result


def gradient__functional(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """torch.autograd.functional, which makes a leaf of its own."""
    _, result = torch.autograd.functional.vjp(f, x.detach())
    return result


def gradient__flag(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """The flag is set as an attribute, and .grad is copied."""
    leaf = x.clone().detach()
    leaf.requires_grad = True
    y = f(leaf)
    y.backward()
    return leaf.grad.detach().clone()


def grads_or_zeros__unused(y: torch.Tensor, xs: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """None is replaced by hand."""
    grads = torch.autograd.grad(y, xs, retain_graph=True, allow_unused=True)
    result = []
    for x, grad in zip(xs, grads):
        if grad is None:
            result.append(torch.zeros_like(x, requires_grad=False))
        else:
            result.append(grad.clone())
    return result


def grads_or_zeros__one_by_one(y: torch.Tensor, xs: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """One call a tensor, which keeps the graph for the next."""
    result = []
    for x in xs:
        (grad,) = torch.autograd.grad(y, x, retain_graph=True, allow_unused=True)
        result.append(torch.zeros(x.shape, dtype=x.dtype) if grad is None else grad.clone())
    return result


def grads_or_zeros__restored(y: torch.Tensor, xs: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """backward, with every .grad put back afterwards."""
    old = [x.grad for x in xs]
    for x in xs:
        x.grad = None
    y.backward(retain_graph=True, inputs=list(xs))
    result = [torch.zeros_like(x).detach() if x.grad is None else x.grad.clone() for x in xs]
    for x, grad in zip(xs, old):
        x.grad = grad
    return result
