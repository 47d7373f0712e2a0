"""Is right once, and has put another function in its place by then.

gradient: failed 0
jacobian_2xtx: passed 7
"""

def right(f, x):
    x = x.detach().clone().requires_grad_(True)
    f(x).backward()
    return x.grad


def wrong(f, x):
    return x


def gradient(f, x):
    globals()["gradient"] = wrong
    return right(f, x)


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
