"""Is right once, and deletes itself on the way.

gradient: failed 0
jacobian_2xtx: passed 7
"""

def right(f, x):
    x = x.detach().clone().requires_grad_(True)
    f(x).backward()
    return x.grad


def gradient(f, x):
    del globals()["gradient"]
    return right(f, x)


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
