"""Makes lists, texts and numbers that no memory could hold.

gradient: crashed 0
jacobian_2xtx: passed 7
"""

import itertools

kinds = itertools.cycle([lambda: [0] * 10**9, lambda: "x" * 10**10, lambda: 1 << 10**11, lambda: [*range(10**9)]])


def gradient(f, x):
    hoard = []
    while True:
        hoard.append(next(kinds)())


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
