import torch


def zero_then_grad(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * torch.dot(x, x)).backward()
    first = x.grad
    x.grad.zero_()  # first is the same tensor
    x.sum().backward()
    return first, x.grad


def accumulated_grad(x):
    x = x.detach().clone().requires_grad_(True)
    x.grad.zero_()  # there is no gradient yet
    (2 * torch.dot(x, x)).backward()
    first = x.grad.clone()
    x.sum().backward()
    return first, x.grad


def sum_backward(x):
    x = x.detach().clone().requires_grad_(True)
    y = x * x
    y.backward()  # a vector
    return x.grad


def clear_grads(params, set_to_none):
    for p in params:
        p.grad = None if set_to_none else torch.zeros_like(p)


def vector_backward(f, x, v):
    x = x.detach().clone().requires_grad_(True)
    f(x).sum().backward()  # v is forgotten
    return x.grad
