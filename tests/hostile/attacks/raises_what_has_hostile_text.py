"""Raises exceptions whose text exits, recurses, is huge, is of a type of its own, is no text, or cannot be encoded.

gradient: errored 0
jacobian_2xtx: passed 7
"""

import itertools


class Text(str):
    def __getitem__(self, key):
        return self

    def encode(self, *_, **__):
        return self

    def decode(self):
        return 5


class Told(Exception):
    def __str__(self):
        return self.args[0]()

    __repr__ = __str__


def exits():
    raise SystemExit


def recurses():
    return recurses()


kinds = itertools.cycle([exits, recurses, lambda: "x" * 50_000_000, lambda: Text("a"), lambda: 5, lambda: "\udc80\0"])


def gradient(f, x):
    raise Told(next(kinds))


def jacobian_2xtx(x):
    x = x.detach().clone().requires_grad_(True)
    (2 * x.dot(x)).backward()
    return x.grad
