"""Returns the caller's tensor thousands of times, which shares memory with each of the others.

gradient: failed 0
jacobian_2xtx: passed 7
"""

def gradient(f, x):
    return [[x] * 60] * 60


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
