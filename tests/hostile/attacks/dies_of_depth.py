"""Recurses in C until the stack is used up.

gradient: crashed 0
jacobian_2xtx: passed 7
"""

def gradient(f, x):
    deep = iter([1])
    for _ in range(300_000):
        deep = filter(None, deep)
    return next(deep)


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
