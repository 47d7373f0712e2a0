"""Says itself that there is no memory left.

gradient: crashed 0
jacobian_2xtx: passed 7
"""

def gradient(f, x):
    raise MemoryError


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
