"""Misconceptions of chapter 3: wrong solutions, each named after the exercise and the belief behind it."""

from collections.abc import Callable, Sequence

import torch


def zero_then_grad__never_cleared(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """backward overwrites .grad.

    Hint: Your second result still contains the first gradient. What did x.grad hold when the second
    backward began, and which of your lines should have emptied it?
    """
    x = x.detach().clone().requires_grad_(True)
    (2 * torch.dot(x, x)).backward()
    assert x.grad is not None
    first = x.grad.clone()
    x.sum().backward()
    return first, x.grad


def zero_then_grad__zeroes_values(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Setting x to zero clears its gradient.

    Hint: Your second result still contains the first gradient. What did x.grad hold when the second
    backward began, and which of your lines should have emptied it?

    Same as: never_cleared
    """
    x = x.detach().clone().requires_grad_(True)
    (2 * torch.dot(x, x)).backward()
    assert x.grad is not None
    first = x.grad.clone()
    x.data.zero_()
    x.sum().backward()
    return first, x.grad


def zero_then_grad__cleared_first(x: torch.Tensor) -> tuple[torch.Tensor | None, torch.Tensor | None]:
    """Gradients must be cleared before every backward, also before the first.

    Hint: zero_() was called on None. When does a leaf get its gradient tensor, and is there
    anything to clear before?
    """
    x = x.detach().clone().requires_grad_(True)
    x.grad.zero_()  # type: ignore[union-attr]  # the mistake itself
    (2 * torch.dot(x, x)).backward()
    assert x.grad is not None
    first = x.grad.clone()
    x.grad.zero_()
    x.sum().backward()
    return first, x.grad


def zero_then_grad__same_tensor(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """first = x.grad keeps the numbers of the first gradient.

    Hint: Both your results are the second gradient. What happened to the tensor with the first one
    after you had given it a name, and what would have kept its numbers?
    """
    x = x.detach().clone().requires_grad_(True)
    (2 * torch.dot(x, x)).backward()
    assert x.grad is not None
    first = x.grad
    x.grad.zero_()
    x.sum().backward()
    return first, x.grad


def zero_then_grad__read_after_clearing(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The first gradient can still be read after it has been cleared.

    Hint: Your first result is all zeros. Which comes first in your code, keeping the gradient or
    clearing it?
    """
    x = x.detach().clone().requires_grad_(True)
    (2 * torch.dot(x, x)).backward()
    assert x.grad is not None
    x.grad.zero_()
    first = x.grad.clone()
    x.sum().backward()
    return first, x.grad


def zero_then_grad__grad_equals_zero(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
    """x.grad = 0 clears the gradient.

    Hint: .grad was given something that is neither a tensor nor None. Which two ways of clearing
    does the lesson show?
    """
    x = x.detach().clone().requires_grad_(True)
    (2 * torch.dot(x, x)).backward()
    assert x.grad is not None
    first = x.grad.clone()
    x.grad = 0  # type: ignore[assignment]  # the mistake itself
    x.sum().backward()
    return first, x.grad


def zero_then_grad__zero_of_wrong_size(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
    """One zero is enough to clear the gradient, since it broadcasts.

    Hint: .grad was given a tensor of another size than x. How many zeros does a cleared gradient of
    x have, and is there a way to clear it in which you need not say?
    """
    x = x.detach().clone().requires_grad_(True)
    (2 * torch.dot(x, x)).backward()
    assert x.grad is not None
    first = x.grad.clone()
    x.grad = torch.tensor(0.0, dtype=x.dtype)
    x.sum().backward()
    return first, x.grad


def zero_then_grad__closed_form(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """I know both formulas, so I need no autograd.

    Hint: The numbers are right, but autograd was not asked for them. What would your code return if
    the two functions were others?
    """
    return 4 * x.detach(), torch.ones_like(x)


def accumulated_grad__cleared(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The gradient must be cleared before every further backward.

    Hint: Your second result is the gradient of x.sum() alone. The task asks for what x.grad holds
    when both passes have added to it: what became of the first gradient?
    """
    x = x.detach().clone().requires_grad_(True)
    (2 * torch.dot(x, x)).backward()
    assert x.grad is not None
    first = x.grad.clone()
    x.grad.zero_()
    x.sum().backward()
    return first, x.grad


def accumulated_grad__aliased_first(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """first = x.grad keeps the numbers of the first gradient.

    Hint: Both your results are the gradient of the two functions together. What did x.grad hold
    after the first backward alone, and what would keep those numbers while the second one adds to
    them?
    """
    x = x.detach().clone().requires_grad_(True)
    (2 * torch.dot(x, x)).backward()
    assert x.grad is not None
    first = x.grad
    x.sum().backward()
    return first, x.grad


def accumulated_grad__sum_twice(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Without clearing, both results are the gradient of the sum of the two functions.

    Hint: Both your results are the gradient of the two functions together. What did x.grad hold
    after the first backward alone, and what would keep those numbers while the second one adds to
    them?

    Same as: aliased_first
    """
    x = x.detach().clone().requires_grad_(True)
    (2 * torch.dot(x, x) + x.sum()).backward()
    assert x.grad is not None
    return x.grad, x.grad.clone()


def accumulated_grad__adds_again(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """backward overwrites .grad, so I have to add the first gradient myself.

    Hint: Your second result contains the first gradient twice. Who added it the first time?
    """
    x = x.detach().clone().requires_grad_(True)
    (2 * torch.dot(x, x)).backward()
    assert x.grad is not None
    first = x.grad.clone()
    x.sum().backward()
    return first, first + x.grad


def accumulated_grad__closed_form(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """I know both formulas, so I need no autograd.

    Hint: The numbers are right, but autograd was not asked for them. What would your code return if
    the two functions were others?
    """
    return 4 * x.detach(), 4 * x.detach() + 1


def sum_backward__mean(x: torch.Tensor) -> torch.Tensor | None:
    """For a batch, the loss is the mean.

    Hint: Your gradient is too small by a factor: the number of elements. Where does your code
    divide, and does the task?
    """
    x = x.detach().clone().requires_grad_(True)
    (x * x).mean().backward()
    return x.grad


def sum_backward__bare_backward(x: torch.Tensor) -> torch.Tensor | None:
    """backward works on a vector as it does on a number.

    Hint: backward without an argument starts from a single number. How does the task make one of
    the vector x * x?
    """
    x = x.detach().clone().requires_grad_(True)
    (x * x).backward()
    return x.grad


def sum_backward__backward_with_x(x: torch.Tensor) -> torch.Tensor | None:
    """The argument of backward is the tensor that I differentiate with respect to.

    Hint: Each entry of your gradient has been multiplied by the element of x once too often. If
    backward is given a vector, it says how much each output counts: how much does each count in a
    plain sum?
    """
    x = x.detach().clone().requires_grad_(True)
    y = x * x
    y.backward(x.detach())
    return x.grad


def sum_backward__square_of_sum(x: torch.Tensor) -> torch.Tensor | None:
    """It does not matter whether I square first or add first.

    Hint: Every entry of your gradient is the same number, so every element of x counts the same.
    Which is squared in the task, each element or their sum?
    """
    x = x.detach().clone().requires_grad_(True)
    (x.sum() * x.sum()).backward()
    return x.grad


def sum_backward__closed_form(x: torch.Tensor) -> torch.Tensor:
    """I know the formula, so I need no autograd.

    Hint: The numbers are right, but autograd was not asked for them. Which call makes torch find
    them, without your having to know the formula?
    """
    return 2 * x.detach()


def two_backwards__never_zero(
    f1: Callable[[torch.Tensor], torch.Tensor],
    f2: Callable[[torch.Tensor], torch.Tensor],
    x: torch.Tensor,
    zero_between: bool,
) -> tuple[torch.Tensor, torch.Tensor]:
    """backward overwrites .grad, so there is nothing to clear.

    Hint: With zero_between=True your second result still contains the first gradient. What did
    .grad hold when the second backward began, and does your code look at zero_between before?
    """
    leaf = x.detach().clone().requires_grad_(True)
    f1(leaf).backward()
    assert leaf.grad is not None
    first = leaf.grad.clone()
    f2(leaf).backward()
    return first, leaf.grad


def two_backwards__always_zero(
    f1: Callable[[torch.Tensor], torch.Tensor],
    f2: Callable[[torch.Tensor], torch.Tensor],
    x: torch.Tensor,
    zero_between: bool,
) -> tuple[torch.Tensor, torch.Tensor]:
    """.grad must be cleared before every further backward.

    Hint: With zero_between=False your second result is the gradient of f2 alone. What should have
    happened to the gradient of f1?
    """
    leaf = x.detach().clone().requires_grad_(True)
    f1(leaf).backward()
    assert leaf.grad is not None
    first = leaf.grad.clone()
    leaf.grad.zero_()
    f2(leaf).backward()
    return first, leaf.grad


def two_backwards__alias(
    f1: Callable[[torch.Tensor], torch.Tensor],
    f2: Callable[[torch.Tensor], torch.Tensor],
    x: torch.Tensor,
    zero_between: bool,
) -> tuple[torch.Tensor, torch.Tensor]:
    """first = leaf.grad keeps the numbers of the first gradient.

    Hint: Both your results hold the numbers of the very end. How many different tensors are they,
    and what is written into each of them after the first backward?
    """
    leaf = x.detach().clone().requires_grad_(True)
    f1(leaf).backward()
    assert leaf.grad is not None
    first = leaf.grad
    if zero_between:
        leaf.grad.zero_()
    f2(leaf).backward()
    return first, leaf.grad


def two_backwards__zero_before_first(
    f1: Callable[[torch.Tensor], torch.Tensor],
    f2: Callable[[torch.Tensor], torch.Tensor],
    x: torch.Tensor,
    zero_between: bool,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Gradients are cleared first, as optimizer.zero_grad() does at the top of a loop.

    Hint: zero_() was called on None. When does a leaf get its gradient tensor, and is there
    anything to clear before?
    """
    leaf = x.detach().clone().requires_grad_(True)
    leaf.grad.zero_()  # type: ignore[union-attr]  # the mistake itself
    f1(leaf).backward()
    assert leaf.grad is not None
    first = leaf.grad.clone()
    if zero_between:
        leaf.grad.zero_()
    f2(leaf).backward()
    return first, leaf.grad


def two_backwards__grad_equals_zero(
    f1: Callable[[torch.Tensor], torch.Tensor],
    f2: Callable[[torch.Tensor], torch.Tensor],
    x: torch.Tensor,
    zero_between: bool,
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """leaf.grad = 0 clears the gradient.

    Hint: .grad was given something that is neither a tensor nor None. Which two ways of clearing
    does the lesson show?
    """
    leaf = x.detach().clone().requires_grad_(True)
    f1(leaf).backward()
    assert leaf.grad is not None
    first = leaf.grad.clone()
    if zero_between:
        leaf.grad = 0  # type: ignore[assignment]  # the mistake itself
    f2(leaf).backward()
    return first, leaf.grad


def clear_grads__crash_on_none(params: Sequence[torch.Tensor], set_to_none: bool) -> None:
    """Every parameter has a gradient.

    Hint: One of the parameters has no gradient: its .grad is None. What can be cleared there, and
    what should its .grad be afterwards?
    """
    for param in params:
        if set_to_none:
            param.grad = None
        else:
            param.grad.detach_().zero_()  # type: ignore[union-attr]  # the mistake itself


def clear_grads__new_zeros(params: Sequence[torch.Tensor], set_to_none: bool) -> None:
    """Afterwards every parameter has a gradient of zeros.

    Hint: A parameter that never had a gradient has one now. Would an optimizer treat it as before,
    and whose zeros are these?
    """
    for param in params:
        param.grad = None if set_to_none else torch.zeros_like(param)


def clear_grads__replaces_tensor(params: Sequence[torch.Tensor], set_to_none: bool) -> None:
    """A new tensor of zeros is as good as the old one filled with zeros.

    Hint: .grad shows zeros, but it is another tensor now. What does somebody see who kept the old
    one?
    """
    for param in params:
        if param.grad is not None:
            param.grad = None if set_to_none else torch.zeros_like(param.grad)


def clear_grads__zeroes_values(params: Sequence[torch.Tensor], set_to_none: bool) -> None:
    """Setting a parameter to zero clears its gradient.

    Hint: The parameters' own values have changed. Is it the parameter or its gradient that has to
    be cleared?
    """
    for param in params:
        param.data.zero_()


def clear_grads__ignores_flag(params: Sequence[torch.Tensor], set_to_none: bool) -> None:
    """None is always the best way to clear.

    Hint: With set_to_none=False a gradient that was there is None now. What does the caller ask for
    with this flag?
    """
    for param in params:
        param.grad = None


def clear_grads__never_none(params: Sequence[torch.Tensor], set_to_none: bool) -> None:
    """Zero and None are the same cleared gradient.

    Hint: With set_to_none=True there is still a gradient tensor. Is a gradient of zeros the same to
    an optimizer as none at all?
    """
    for param in params:
        if param.grad is not None:
            param.grad.detach_().zero_()


def clear_grads__times_zero(params: Sequence[torch.Tensor], set_to_none: bool) -> None:
    """Anything times zero is zero.

    Hint: Where a gradient held inf or nan, it is not zero afterwards. What is nan times 0, and
    which operations on the old number could not help there?
    """
    for param in params:
        if param.grad is None:
            continue
        if set_to_none:
            param.grad = None
        else:
            param.grad.detach_().mul_(0)


def clear_grads__keeps_graph(params: Sequence[torch.Tensor], set_to_none: bool) -> None:
    """A gradient of zeros has no history.

    Hint: A gradient that was computed with create_graph=True is zero now, but still has a grad_fn.
    What does zero_() change, the numbers or the history?
    """
    for param in params:
        if param.grad is None:
            continue
        if set_to_none:
            param.grad = None
        else:
            param.grad.zero_()


def vector_backward__bare_backward(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, v: torch.Tensor | None
) -> torch.Tensor | None:
    """backward works on a vector as it does on a number.

    Hint: backward was called on a vector, and nothing said how much each output counts. What is to
    be differentiated when v is given, and what when v is None?
    """
    leaf = x.detach().clone().requires_grad_(True)
    f(leaf).backward()
    return leaf.grad


def vector_backward__mean(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, v: torch.Tensor | None
) -> torch.Tensor | None:
    """For several outputs, the loss is the mean.

    Hint: Your gradient is too small by a factor: the number of outputs. Where does your code
    divide, and does the task?
    """
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    (y if v is None else v * y).mean().backward()
    return leaf.grad


def vector_backward__ignores_v(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, v: torch.Tensor | None
) -> torch.Tensor | None:
    """Every output counts once.

    Hint: Your answer is the same for every v. Where should v[i] enter?
    """
    leaf = x.detach().clone().requires_grad_(True)
    f(leaf).sum().backward()
    return leaf.grad


def vector_backward__Jv(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, v: torch.Tensor | None
) -> torch.Tensor:
    """J v and v^T J are the same.

    Hint: In your product v meets an axis that does not belong to it. With one row of J for each
    output, does v have an entry for each row or for each column?
    """
    jacobian = torch.autograd.functional.jacobian(f, x.detach())
    if v is None:
        v = torch.ones_like(x)
    product: torch.Tensor = jacobian @ v
    return product


def vector_backward__diagonal_only(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, v: torch.Tensor | None
) -> torch.Tensor:
    """Each output depends on its own input only.

    Hint: Your answer only knows how y[i] depends on x[i]. Can x[0] change y[1], too?
    """
    diagonal = torch.autograd.functional.jacobian(f, x.detach()).diagonal()
    result = torch.zeros_like(x)
    result[: len(diagonal)] = diagonal if v is None else diagonal * v[: len(diagonal)]
    return result


def vector_backward__finite_difference(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, v: torch.Tensor | None
) -> torch.Tensor:
    """A gradient is found by moving each element a little and looking at f.

    Hint: The numbers are right or nearly so, but autograd was not asked for them. How many times
    would f have to run for a million elements, and how many times does it run for one backward?
    """
    h = 1e-3
    point = x.detach()
    weights = None if v is None else v.detach()
    result = torch.zeros_like(point)
    for i in range(point.numel()):
        step = torch.zeros_like(point)
        step[i] = h
        near = f(point + step) - f(point - step)
        far = f(point + 2 * step) - f(point - 2 * step)
        slopes = (8 * near - far) / (12 * h)
        result[i] = slopes.sum() if weights is None else (weights * slopes).sum()
    return result.to(x.dtype)
