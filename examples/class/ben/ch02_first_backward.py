import torch


def jacobian_2xtx(x):
    return gradient(lambda t: 2 * torch.dot(t, t), x)


def make_leaf(values, scale):
    return torch.tensor([scale * value for value in values.tolist()], dtype=torch.float64, requires_grad=True)


def gradient(f, x):
    x = x.detach().clone().requires_grad_(True)
    f(x).backward()
    return x.grad


def grads_or_zeros(y, xs):
    raise NotImplementedError
