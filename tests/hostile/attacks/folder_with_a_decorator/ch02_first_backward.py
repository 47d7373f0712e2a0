from helpers import jacobian as jacobian_2xtx
from helpers import logged


@logged
def gradient(f, x):
    x = x.detach().clone().requires_grad_(True)
    f(x).backward()
    return x.grad
