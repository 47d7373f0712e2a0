"""Is a function that says it is another one's, from another module, on another line.

gradient: passed 8
jacobian_2xtx: passed 7
"""

def right(f, x):
    x = x.detach().clone().requires_grad_(True)
    f(x).backward()
    return x.grad


def lies(function):
    function.__name__ = "jacobian_2xtx"
    function.__qualname__ = "os.system"
    function.__module__ = ["torch"]
    function.__code__ = function.__code__.replace(co_firstlineno=10**9, co_filename="/etc/passwd", co_name="\udc80")
    return function


@lies
def gradient(f, x):
    return right(f, x)


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
