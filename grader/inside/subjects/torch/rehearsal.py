"""A little submission of our own, and questions about it, in which a worker does what most submissions make it do."""

from grader.inside.functions import Family
from grader.inside.rehearsal import Rehearsal
from grader.inside.values import FunctionSpec, Items, TensorValue

_SOURCE = '''
import torch
from torch.autograd.functional import jacobian


def work(f, x: torch.Tensor) -> torch.Tensor:
    """What submissions are made of."""
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    y.backward(retain_graph=True)
    (again,) = torch.autograd.grad(y, leaf)
    rows = jacobian(lambda t: (t * t).sum(dim=0, keepdim=True), x)
    total = torch.stack([leaf.grad, again, rows[0], torch.zeros_like(x)]).sum(0)
    (2 * leaf).backward(total)
    leaf.grad.zero_()
    leaf.grad = None
    return [total, float(total[0]), {"y": y.detach(), "x": leaf}]


def clear(params: list[torch.Tensor], set_to_none: bool) -> None:
    for param in params:
        if param.grad is not None and set_to_none:
            param.grad = None
        elif param.grad is not None:
            param.grad = param.grad.detach()
            param.grad.zero_()


def refuse(x):
    raise ValueError("no answer")
'''
_X = TensorValue(
    dtype="float32", shape=(2,), data=bytes(8), grad=TensorValue(dtype="float32", shape=(2,), data=bytes(8))
)
REHEARSAL = Rehearsal(
    source=_SOURCE,
    families={"cubes": Family(evaluate=lambda x, c: (c[0] * x**3 + c[1] * x).sum(), formula="", arity=2)},
    questions=(
        ("work", (("f", FunctionSpec(name="cubes", coefficients=(1.0, 1.0))), ("x", _X))),
        ("work", (("f", FunctionSpec(name="cubes", coefficients=(2.0, 1.0))), ("x", _X))),
        ("refuse", (("x", _X),)),
        ("clear", (("params", Items(kind="list", items=(_X, _X))), ("set_to_none", False))),
    ),
)
