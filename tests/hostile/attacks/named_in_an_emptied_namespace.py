"""Empties its namespace at the end, so that it defines nothing.

gradient: not_started 0
jacobian_2xtx: not_started 0
"""

def right(f, x):
    x = x.detach().clone().requires_grad_(True)
    f(x).backward()
    return x.grad


def jacobian_2xtx(x):
    return right(lambda x: 2 * x.dot(x), x)


gradient = right
globals().clear()
