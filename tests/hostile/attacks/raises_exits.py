"""Raises what ends a program, a generator or a loop: SystemExit, KeyboardInterrupt, GeneratorExit, StopIteration.

gradient: errored 0
jacobian_2xtx: passed 7
"""

import asyncio
import itertools

kinds = itertools.cycle([SystemExit(0), KeyboardInterrupt(), GeneratorExit(), StopIteration(), asyncio.CancelledError()])


def gradient(f, x):
    raise next(kinds)


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
