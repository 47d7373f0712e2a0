"""Has an alarm, a limit of its own and itself send deadly signals.

gradient: crashed 0
jacobian_2xtx: passed 7
"""

import itertools
import os
import resource
import signal

kinds = itertools.count()


def gradient(f, x):
    kind = os.getpid() % 3
    if kind == 0:
        signal.setitimer(signal.ITIMER_REAL, 0.01)
    elif kind == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    else:
        os.kill(os.getpid(), signal.SIGTRAP)
    while True:
        pass


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
