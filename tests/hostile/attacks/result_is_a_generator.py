"""Is a generator function, and has not begun when it returns.

gradient: failed 0
jacobian_2xtx: passed 7
"""

def gradient(f, x):
    yield x


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
