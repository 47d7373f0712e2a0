"""Waits for a thread that waits for a lock that nobody gives back.

gradient: timed_out 0
jacobian_2xtx: passed 7
"""

import threading

import torch


def is_first_question(x):
    return x.dtype == torch.float32 and x.tolist() == [0, 1, 2, 3]


def gradient(f, x):
    if is_first_question(x):
        lock = threading.Lock()
        lock.acquire()
        thread = threading.Thread(target=lock.acquire)
        thread.start()
        thread.join()
    return x


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
