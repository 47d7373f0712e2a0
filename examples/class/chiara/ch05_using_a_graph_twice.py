import torch


def backward_twice(x):
    x = x.detach().clone().requires_grad_(True)
    y = torch.dot(x, x)
    y.backward()
    y.backward()  # the graph is gone
    return x.grad
