"""Is a class, and what it makes is an object of its own.

gradient: failed 0
jacobian_2xtx: passed 7
"""

class gradient:
    def __init__(self, f, x):
        self.f, self.x = f, x


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
