"""Writes the right numbers over the caller's tensor and returns that.

gradient: failed 6
jacobian_2xtx: passed 7
"""

def right(f, x):
    x = x.detach().clone().requires_grad_(True)
    f(x).backward()
    return x.grad


def gradient(f, x):
    x.data.copy_(right(f, x))
    return x.data


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
