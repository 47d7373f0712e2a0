"""Returns a wrong tensor, and makes it right in the background.

gradient: failed 0
jacobian_2xtx: passed 7
"""

import threading

import torch

waiting = []


def right(f, x):
    x = x.detach().clone().requires_grad_(True)
    f(x).backward()
    return x.grad


def gradient(f, x):
    result, answer = torch.zeros_like(x, requires_grad=False), right(f, x)
    while waiting:  # on a busy machine they would be too many threads
        waiting.pop().join()
    waiting.append(threading.Timer(0.02, lambda: result.copy_(answer)))
    waiting[0].start()
    return result


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
