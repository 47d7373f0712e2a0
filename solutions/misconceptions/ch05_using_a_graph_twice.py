"""Misconceptions of chapter 5: wrong solutions, each named after the exercise and the belief behind it."""

from collections.abc import Callable

import torch


def backward_twice__no_retain(x: torch.Tensor) -> torch.Tensor | None:
    """The graph stays as long as I hold y.

    Hint: The second pass did not find what the first one had used. What does a pass do with the
    tensors that were kept for it, and how do you ask it not to?
    """
    x = x.detach().clone().requires_grad_(True)
    y = torch.dot(x, x)
    y.backward()
    y.backward()
    return x.grad


def backward_twice__cleared_between(x: torch.Tensor) -> torch.Tensor:
    """Every pass should start from a cleared gradient.

    Hint: Your result is the gradient of a single pass. Did a second pass reach x, and where have
    the gradients of both been added up?
    """
    x = x.detach().clone().requires_grad_(True)
    y = torch.dot(x, x)
    y.backward(retain_graph=True)
    assert x.grad is not None
    x.grad.zero_()
    y.backward()
    return x.grad


def backward_twice__one_pass(x: torch.Tensor) -> torch.Tensor | None:
    """A second pass gives the same gradient again, so one is enough.

    Hint: Your result is the gradient of a single pass. Did a second pass reach x, and where have
    the gradients of both been added up?

    Same as: cleared_between
    """
    x = x.detach().clone().requires_grad_(True)
    torch.dot(x, x).backward()
    return x.grad


def backward_twice__doubled_by_hand(x: torch.Tensor) -> torch.Tensor:
    """Two passes give twice the gradient, so I may double it instead.

    Hint: The numbers are right, but autograd made one pass only. What has to be kept so that it can
    make the second?
    """
    x = x.detach().clone().requires_grad_(True)
    torch.dot(x, x).backward()
    assert x.grad is not None
    return 2 * x.grad


def backward_twice__doubles_again(x: torch.Tensor) -> torch.Tensor:
    """The second pass overwrites x.grad, so I have to double it myself.

    Hint: Your result is twice as large as it should be. What has the second pass already done to
    x.grad?
    """
    x = x.detach().clone().requires_grad_(True)
    y = torch.dot(x, x)
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad is not None
    return 2 * x.grad


def backward_twice__closed_form(x: torch.Tensor) -> torch.Tensor:
    """I know the formula, so I need no autograd.

    Hint: The numbers are right, but autograd was not asked for them. How would torch find them, and
    does it agree with you?
    """
    return 4 * x.detach()


def backward_n_times__no_retain(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, n: int
) -> tuple[torch.Tensor | None, torch.Tensor]:
    """The graph stays as long as I hold y.

    Hint: A further pass did not find what an earlier one had used. What does a pass do with the
    tensors that were kept for it, and how do you ask it not to?
    """
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    for _ in range(n):
        y.backward()
    return leaf.grad, y


def backward_n_times__retain_always(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, n: int
) -> tuple[torch.Tensor | None, torch.Tensor]:
    """retain_graph=True does no harm, so I set it in every pass.

    Hint: The gradient is right, but the caller can still walk through the graph of y, so everything
    that was kept for it is still in memory. Which pass is the last one, and what does it need to
    keep?
    """
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    for _ in range(n):
        y.backward(retain_graph=True)
    return leaf.grad, y


def backward_n_times__recompute(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, n: int
) -> tuple[torch.Tensor | None, torch.Tensor]:
    """Every pass needs a fresh graph.

    Hint: The gradient is right, but f was called more than once. How can one graph serve several
    passes?
    """
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    y.backward()
    for _ in range(n - 1):
        y = f(leaf)
        y.backward()
    return leaf.grad, y


def backward_n_times__overwrites(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, n: int
) -> tuple[torch.Tensor | None, torch.Tensor]:
    """However many passes there are, the gradient is that of f.

    Hint: Your gradient is that of a single pass, whatever n is. What should .grad hold before the
    next pass, and what does the next pass do with it?
    """
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    for _ in range(n - 1):
        y.backward(retain_graph=True)
        leaf.grad = None
    y.backward()
    return leaf.grad, y


def backward_n_times__scaled_by_hand(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, n: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """n passes give n times the gradient, so I may multiply it instead.

    Hint: The numbers are right, but autograd did not make n passes. What has to be kept so that it
    can make all of them?
    """
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    y.backward()
    assert leaf.grad is not None
    return n * leaf.grad, y


def backward_n_times__detached_y(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, n: int
) -> tuple[torch.Tensor | None, torch.Tensor]:
    """A graph is freed by detaching y.

    Hint: Your y has the right value but no history at all, so it is not the tensor that f returned.
    Which pass frees a graph without taking the history off y?
    """
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    for _ in range(n):
        y.backward(retain_graph=True)
    return leaf.grad, y.detach()
