"""Has Python's own fault handler end the process from another thread.

gradient: crashed 0
jacobian_2xtx: passed 7
"""

import faulthandler


def gradient(f, x):
    faulthandler.dump_traceback_later(0.01, exit=True)
    while True:
        pass


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
