"""Aborts, after it has asked for a dump of its memory.

gradient: crashed 0
jacobian_2xtx: passed 7
"""

import os
import resource


def gradient(f, x):
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (-1, -1))
    except (OSError, ValueError):
        pass
    os.abort()


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
