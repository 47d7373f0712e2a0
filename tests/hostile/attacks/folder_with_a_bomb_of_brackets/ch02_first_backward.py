def right(f, x):
    x = x.detach().clone().requires_grad_(True)
    f(x).backward()
    return x.grad


gradient = right


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
