def logged(function):
    def inner(*arguments):
        return function(*arguments)

    return inner


def jacobian(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
