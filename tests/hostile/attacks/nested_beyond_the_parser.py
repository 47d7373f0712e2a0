"""Holds code, as text, on which parsers and compilers run out of stack, and runs it.

gradient: passed 8
jacobian_2xtx: passed 7
"""

def right(f, x):
    x = x.detach().clone().requires_grad_(True)
    f(x).backward()
    return x.grad


gradient = right
for text in ("(" * 100_000, "x = " + "-" * 100_000 + "1", "lambda: " * 10_000 + "0", "a" + ".b" * 100_000, "[" * 150):
    try:
        exec(text)
    except Exception:
        pass
    try:
        eval(compile("+".join(["1"] * 50_000), "x", "eval"))
    except Exception:
        pass


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
