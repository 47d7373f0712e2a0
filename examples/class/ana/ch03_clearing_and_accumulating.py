import torch


def zero_then_grad(x):
    return two_backwards(lambda t: 2 * torch.dot(t, t), torch.sum, x, True)


def accumulated_grad(x):
    return two_backwards(lambda t: 2 * torch.dot(t, t), torch.sum, x, False)


def sum_backward(x):
    return vector_backward(lambda t: t * t, x, None)


def two_backwards(f1, f2, x, zero_between):
    leaf = x.detach().clone().requires_grad_()
    f1(leaf).backward()
    first = leaf.grad.clone()
    if zero_between:
        leaf.grad = None
    f2(leaf).backward()
    return first, leaf.grad.clone()


def clear_grads(params, set_to_none):
    torch.optim.SGD(params, lr=1.0).zero_grad(set_to_none=set_to_none) if len(params) else None


def vector_backward(f, x, v):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    y.backward(torch.ones_like(y) if v is None else v)
    return leaf.grad
