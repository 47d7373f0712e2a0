"""Waits for a line on standard input.

gradient: errored 0
jacobian_2xtx: passed 7
"""

def gradient(f, x):
    return input("your answer: ")


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
