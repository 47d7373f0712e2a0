"""Matches a pattern that backtracks for longer than the universe is old.

gradient: timed_out 0
jacobian_2xtx: passed 7
"""

import re

import torch


def is_first_question(x):
    return x.dtype == torch.float32 and x.tolist() == [0, 1, 2, 3]


def gradient(f, x):
    if is_first_question(x):
        re.match(r"(a+)+b", "a" * 64)
    return x


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
