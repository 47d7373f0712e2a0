"""Is a partial of a method of an object.

gradient: passed 8
jacobian_2xtx: passed 7
"""

import functools


class Solver:
    def solve(self, again, f, x):
        x = x.detach().clone().requires_grad_(True)
        f(x).backward()
        return x.grad


gradient = functools.partial(Solver().solve, True)


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
