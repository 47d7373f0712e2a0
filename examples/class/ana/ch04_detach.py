import torch


def leaf_of(x):
    return x.detach().clone().requires_grad_()


def detached_product_grad(x):
    return frozen_factor_grad(lambda t: t * t, x)


def frozen_factor_grad(f, x):
    x = leaf_of(x)
    with torch.no_grad():
        u = f(x)
    (u * x).sum().backward()
    return x.grad


def both_gradients(x):
    x = leaf_of(x)
    y = x * x
    u = y.detach()
    (first,) = torch.autograd.grad(y.sum(), x)
    (second,) = torch.autograd.grad((u * x).sum(), x)
    return [first, second]


def two_branch_detach(x, y):
    x, y = leaf_of(x), leaf_of(y)
    (0.5 * x**2 + 0.5 * (y**2).detach()).backward()
    before = (x.grad.clone(), None if y.grad is None else y.grad.clone())
    (0.5 * (x**2).detach() + 0.5 * y**2).backward()
    return before, (x.grad, y.grad)


def snapshot(t):
    return t.clone().detach()
