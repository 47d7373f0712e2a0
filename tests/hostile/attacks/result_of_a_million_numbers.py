"""Returns a list of a thousand lists of a thousand numbers, which would have to be compared with every known mistake.

gradient: failed 0
jacobian_2xtx: passed 7
"""

rows = [[12345] * 1000] * 1000


def gradient(f, x):
    return rows


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
