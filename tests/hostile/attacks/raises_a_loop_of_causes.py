"""Raises exceptions that are the cause, the context and the members of one another, and a very deep one.

gradient: errored 0
jacobian_2xtx: passed 7
"""

def gradient(f, x):
    one, other = ValueError("one"), KeyError("other")
    one.__cause__, other.__cause__ = other, one
    one.__context__, other.__context__ = other, one
    for _ in range(2000):
        one = ExceptionGroup("group", [one, other])
    raise one


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
