"""Misconceptions of chapter 4: wrong solutions, each named after the exercise and the belief behind it."""

from collections.abc import Callable

import torch


def detached_product_grad__not_detached(x: torch.Tensor) -> torch.Tensor | None:
    """u is a constant because I have given it a name of its own.

    Hint: Your gradient also has a term for the way in which u changes with x. Did the u from which
    z was computed have a grad_fn?
    """
    x = x.detach().clone().requires_grad_(True)
    u = x * x
    z = u * x
    z.sum().backward()
    return x.grad


def detached_product_grad__cloned(x: torch.Tensor) -> torch.Tensor | None:
    """clone makes an independent constant.

    Hint: Your gradient also has a term for the way in which u changes with x. Did the u from which
    z was computed have a grad_fn?

    Same as: not_detached
    """
    x = x.detach().clone().requires_grad_(True)
    u = (x * x).clone()
    z = u * x
    z.sum().backward()
    return x.grad


def detached_product_grad__detached_x(x: torch.Tensor) -> torch.Tensor | None:
    """It does not matter which of the two factors is detached.

    Hint: Your gradient comes back to x through u, which the task holds constant. Print each factor
    that you multiply: which of them have a grad_fn, and which one should have none?
    """
    x = x.detach().clone().requires_grad_(True)
    u = x * x
    z = u * x.detach()
    z.sum().backward()
    return x.grad


def detached_product_grad__detached_result(x: torch.Tensor) -> torch.Tensor | None:
    """detach belongs to the end of the computation.

    Hint: backward found no path from the result to x at all. Which single part of z should have no
    history, and what must keep its own?
    """
    x = x.detach().clone().requires_grad_(True)
    u = x * x
    z = (u * x).detach()
    z.sum().backward()
    return x.grad


def detached_product_grad__closed_form(x: torch.Tensor) -> torch.Tensor:
    """The gradient is u, so I return u.

    Hint: The numbers are right, but autograd was not asked for them. How would torch find them, and
    does it agree with you?
    """
    return x.detach() * x.detach()


def frozen_factor_grad__no_detach(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor | None:
    """u is a constant because I have given it a name of its own.

    Hint: Your gradient also has a term for the way in which u changes with x. Did the u from which
    z was computed have a grad_fn?
    """
    leaf = x.detach().clone().requires_grad_(True)
    u = f(leaf)
    (u * leaf).sum().backward()
    return leaf.grad


def frozen_factor_grad__cloned(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor | None:
    """clone makes an independent constant.

    Hint: Your gradient also has a term for the way in which u changes with x. Did the u from which
    z was computed have a grad_fn?

    Same as: no_detach
    """
    leaf = x.detach().clone().requires_grad_(True)
    u = f(leaf).clone()
    (u * leaf).sum().backward()
    return leaf.grad


def frozen_factor_grad__detached_x(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor | None:
    """It does not matter which of the two factors is detached.

    Hint: Your gradient comes back to x through f(x), which the task holds constant. Which factors
    that you multiply have a grad_fn, and which one should have none?
    """
    leaf = x.detach().clone().requires_grad_(True)
    (f(leaf) * leaf.detach()).sum().backward()
    return leaf.grad


def frozen_factor_grad__detached_result(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor
) -> torch.Tensor | None:
    """detach belongs to the end of the computation.

    Hint: backward found no path from the result to x at all. Which single part of the product
    should have no history, and what must keep its own?
    """
    leaf = x.detach().clone().requires_grad_(True)
    z = (f(leaf) * leaf).detach()
    z.sum().backward()
    return leaf.grad


def frozen_factor_grad__derivative_of_u(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor
) -> torch.Tensor | None:
    """The task asks for the derivative of u.

    Hint: You returned the derivative of f alone. What is multiplied by u before the sum is taken,
    and is u allowed to change here?
    """
    leaf = x.detach().clone().requires_grad_(True)
    f(leaf).sum().backward()
    return leaf.grad


def frozen_factor_grad__closed_form(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """The gradient is u, so I return f(x).

    Hint: The numbers are right, but autograd was not asked for them. How would torch find them, and
    does it agree with you?
    """
    return f(x.detach()).clone()


def both_gradients__detach_in_place(x: torch.Tensor) -> tuple[torch.Tensor | None, torch.Tensor | None]:
    """y.detach_() is the same as y.detach().

    Hint: backward found no path from its scalar to x. Which of your tensors require grad, and does
    one of them lose its history on the way, though it was not meant to?
    """
    leaf = x.detach().clone().requires_grad_(True)
    y = leaf * leaf
    u = y.detach_()
    y.sum().backward()
    assert leaf.grad is not None
    first = leaf.grad.clone()
    leaf.grad.zero_()
    (u * leaf).sum().backward()
    return first, leaf.grad


def both_gradients__no_detach(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """u = y is enough to make a constant of it.

    Hint: Your second backward walks through the graph of y again, which the first one has used up.
    Should there be a path from the second scalar through u at all?
    """
    leaf = x.detach().clone().requires_grad_(True)
    y = leaf * leaf
    u = y
    y.sum().backward()
    assert leaf.grad is not None
    first = leaf.grad.clone()
    leaf.grad.zero_()
    (u * leaf).sum().backward()
    return first, leaf.grad


def both_gradients__not_zeroed(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """backward overwrites .grad.

    Hint: Your second result still contains the first gradient. What did .grad hold when the second
    backward began?
    """
    leaf = x.detach().clone().requires_grad_(True)
    y = leaf * leaf
    u = y.detach()
    y.sum().backward()
    assert leaf.grad is not None
    first = leaf.grad.clone()
    (u * leaf).sum().backward()
    return first, leaf.grad


def both_gradients__alias_zeroed(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """first = leaf.grad keeps the numbers of the first gradient.

    Hint: Both your results are the second gradient. What happened to the tensor with the first one
    after you had given it a name, and what would have kept its numbers?
    """
    leaf = x.detach().clone().requires_grad_(True)
    y = leaf * leaf
    u = y.detach()
    y.sum().backward()
    assert leaf.grad is not None
    first = leaf.grad
    leaf.grad.zero_()
    (u * leaf).sum().backward()
    return first, leaf.grad


def both_gradients__total_derivative(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """u * x is x cubed, so its derivative is that of x cubed.

    Hint: Your second gradient also has a term for the way in which u changes with x. What does
    detach say about u?
    """
    leaf = x.detach().clone().requires_grad_(True)
    (leaf * leaf).sum().backward()
    assert leaf.grad is not None
    first = leaf.grad.clone()
    leaf.grad.zero_()
    (leaf * leaf * leaf).sum().backward()
    return first, leaf.grad


def both_gradients__closed_form(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """I know both formulas, so I need no autograd.

    Hint: The numbers are right, but autograd was not asked for them. How would torch find them, and
    does it agree with you?
    """
    return 2 * x.detach(), x.detach() * x.detach()


def two_branch_detach__zero_for_none(
    x: torch.Tensor, y: torch.Tensor
) -> tuple[tuple[torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]:
    """No gradient means a gradient of zero.

    Hint: For y you report a zero after the first pass. Did that pass reach y at all, and what does
    torch store in .grad of a leaf that it does not reach?
    """
    x = x.detach().clone().requires_grad_(True)
    y = y.detach().clone().requires_grad_(True)
    (0.5 * x**2 + 0.5 * (y**2).detach()).backward()
    assert x.grad is not None
    after_output3 = x.grad.clone(), torch.zeros_like(y)
    (0.5 * (x**2).detach() + 0.5 * y**2).backward()
    assert y.grad is not None
    return after_output3, (x.grad, y.grad)


def two_branch_detach__no_detach(
    x: torch.Tensor, y: torch.Tensor
) -> tuple[tuple[torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]:
    """The factor 0.5 shares the gradient out between the branches.

    Hint: Both passes reached both leaves. Which branch of each output should have no way back?
    """
    x = x.detach().clone().requires_grad_(True)
    y = y.detach().clone().requires_grad_(True)
    (0.5 * x**2 + 0.5 * y**2).backward()
    assert x.grad is not None
    assert y.grad is not None
    after_output3 = x.grad.clone(), y.grad.clone()
    (0.5 * x**2 + 0.5 * y**2).backward()
    return after_output3, (x.grad, y.grad)


def two_branch_detach__zeroed_between(
    x: torch.Tensor, y: torch.Tensor
) -> tuple[tuple[torch.Tensor, torch.Tensor | None], tuple[torch.Tensor, torch.Tensor]]:
    """Every backward starts from gradients of zero.

    Hint: After the second pass the gradient of x is gone. The second pass does not reach x: what,
    then, could have changed its .grad?
    """
    x = x.detach().clone().requires_grad_(True)
    y = y.detach().clone().requires_grad_(True)
    (0.5 * x**2 + 0.5 * (y**2).detach()).backward()
    assert x.grad is not None
    after_output3 = x.grad.clone(), y.grad
    x.grad.zero_()
    (0.5 * (x**2).detach() + 0.5 * y**2).backward()
    assert y.grad is not None
    return after_output3, (x.grad, y.grad)


def two_branch_detach__detach_scales_value(
    x: torch.Tensor, y: torch.Tensor
) -> tuple[tuple[torch.Tensor, torch.Tensor | None], tuple[torch.Tensor, torch.Tensor]]:
    """Since detach leaves half of the output, the factor 0.5 is taken care of.

    Hint: Your gradients are twice what they should be. What stands in front of the square in each
    branch, and what happens to that when the square is differentiated?
    """
    x = x.detach().clone().requires_grad_(True)
    y = y.detach().clone().requires_grad_(True)
    (x**2 + (y**2).detach()).backward()
    assert x.grad is not None
    after_output3 = x.grad.clone(), y.grad
    ((x**2).detach() + y**2).backward()
    assert y.grad is not None
    return after_output3, (x.grad, y.grad)


def two_branch_detach__closed_form(
    x: torch.Tensor, y: torch.Tensor
) -> tuple[tuple[torch.Tensor, torch.Tensor | None], tuple[torch.Tensor, torch.Tensor]]:
    """I can read the gradients off the formulas, so I need no autograd.

    Hint: The numbers are right, but autograd was not asked for them. How would torch find them, and
    does it agree with you?
    """
    x, y = x.detach(), y.detach()
    return (x.clone(), None), (x.clone(), y.clone())


def snapshot__detach_only(t: torch.Tensor) -> torch.Tensor:
    """A tensor without history is a copy.

    Hint: A later change of t in place shows in your copy. The history is gone: what do the two
    tensors still share?
    """
    return t.detach()


def snapshot__data(t: torch.Tensor) -> torch.Tensor:
    """t.data is a copy of the numbers.

    Hint: A later change of t in place shows in your copy. The history is gone: what do the two
    tensors still share?

    Same as: detach_only
    """
    return t.data


def snapshot__clone_only(t: torch.Tensor) -> torch.Tensor:
    """A tensor with memory of its own has nothing to do with the graph.

    Hint: The numbers are safe, but your copy requires grad where t does. Which tensors require
    grad: those with a memory of their own, or those with a history or a flag?
    """
    return t.clone()


def snapshot__numpy(t: torch.Tensor) -> torch.Tensor:
    """Going through numpy makes a copy without history.

    Hint: Numpy knows no gradients, so torch refuses to hand it a tensor that requires them. What
    would you have to give up first, and would there be a copy then?
    """
    return torch.from_numpy(t.numpy())


def snapshot__second_name(t: torch.Tensor) -> torch.Tensor:
    """Assigning a tensor to another name copies it.

    Hint: Your result shares both its memory and its history with t. How many tensors are there
    after kept = t, and which step gives up each of the two?
    """
    kept = t
    return kept
