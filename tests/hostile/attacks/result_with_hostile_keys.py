"""Returns dictionaries whose keys cannot be written, compared or encoded.

gradient: failed 0
jacobian_2xtx: passed 7
"""

import itertools


class Key:
    def __repr__(self):
        raise SystemExit

    def __str__(self):
        raise SystemExit


class Text(str):
    def __repr__(self):
        raise SystemExit

    def __getitem__(self, key):
        raise SystemExit


def gradient(f, x):
    return next(kinds)(x)


kinds = itertools.cycle([
    lambda x: {Key(): x},
    lambda x: {Text("a"): x},
    lambda x: {"\udc80": x, "\x1b[2J\0": x},
    lambda x: {"k" * 1_000_000: x},
    lambda x: {None: x, (1, 2): x, "a": x},
])


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
