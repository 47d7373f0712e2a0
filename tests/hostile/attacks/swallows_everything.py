"""Uses up its memory, catches that, and everything else that may be raised, and returns.

gradient: failed 0
jacobian_2xtx: passed 7
"""

import mmap

hoard = []


def gradient(f, x):
    try:
        while True:
            hoard.append(mmap.mmap(-1, 1 << 24))
    except BaseException:
        return x


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
