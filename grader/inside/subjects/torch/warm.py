"""Does work once, in a process that workers are forked from, that each worker would otherwise do at its first use.

torch imports parts of itself late. It imports sympy at the first `backward` with a vector (0.4 s), and half of its
compiler at the first `torch.func.grad` (0.9 s). Worth it for a class, not for a single check.
"""

import torch
from torch.autograd import functional


def warm() -> None:
    """Use once what submissions use."""
    x = torch.tensor([1.0, 2.0])

    def leaf() -> torch.Tensor:
        return x.clone().requires_grad_(True)

    def square(t: torch.Tensor) -> torch.Tensor:
        return t * t

    square(leaf()).backward(x)
    square(leaf()).sum().backward(retain_graph=True)
    torch.autograd.grad(square(leaf()), leaf(), torch.eye(2), is_grads_batched=True, allow_unused=True)
    functional.jacobian(square, x)
    functional.vjp(square, x, x)
    torch.func.jacrev(square)(x)
    torch.func.jacfwd(square)(x)
    torch.func.grad(lambda t: square(t).sum())(x)
    torch.optim.SGD([leaf()], lr=0.1).zero_grad()
    torch.testing.assert_close(x, x)
    torch.nn.Linear(2, 1)(x)
    repr(leaf() * 2)
