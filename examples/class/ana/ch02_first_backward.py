import torch


def own_leaf(x):
    return torch.tensor(x.tolist(), dtype=x.dtype, requires_grad=True)


def jacobian_2xtx(x):
    x = own_leaf(x)
    y = 2 * (x * x).sum()
    y.backward()
    return x.grad


def make_leaf(values, scale):
    leaf = values.detach().to(torch.float64) * scale
    leaf.requires_grad = True
    return leaf


def gradient(f, x):
    leaf = own_leaf(x)
    return torch.autograd.grad(f(leaf), leaf)[0]


def grads_or_zeros(y, xs):
    grads = torch.autograd.grad(y, xs, retain_graph=True, allow_unused=True)
    return [torch.zeros_like(x) if g is None else g.clone() for g, x in zip(grads, xs)]
