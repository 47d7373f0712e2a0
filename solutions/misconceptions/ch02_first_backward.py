"""Misconceptions of chapter 2: wrong solutions, each named after the exercise and the belief behind it."""

from collections.abc import Callable, Sequence

import torch


def jacobian_2xtx__returns_value(x: torch.Tensor) -> torch.Tensor:
    """The result of backward is y.

    Hint: You returned a single number without an axis. Is that how large y is, or how fast y
    changes with each element of x? In which tensor does backward store the second?
    """
    x = x.detach().clone().requires_grad_(True)
    y = 2 * torch.dot(x, x)
    y.backward()
    return y.detach()


def jacobian_2xtx__grad_of_y(x: torch.Tensor) -> torch.Tensor | None:
    """The gradient of y is kept in y.grad.

    Hint: You returned None. If it was a .grad: which tensors keep a gradient, those at the start of
    the graph or those computed from them, and which call stores it? If not: which line of your
    function hands its result back?
    """
    x = x.detach().clone().requires_grad_(True)
    y = 2 * torch.dot(x, x)
    y.backward()
    return y.grad


def jacobian_2xtx__no_backward(x: torch.Tensor) -> torch.Tensor | None:
    """x.grad is filled as soon as y has been computed.

    Hint: You returned None. If it was a .grad: which tensors keep a gradient, those at the start of
    the graph or those computed from them, and which call stores it? If not: which line of your
    function hands its result back?

    Same as: grad_of_y
    """
    x = x.detach().clone().requires_grad_(True)
    _y = 2 * torch.dot(x, x)
    return x.grad


def jacobian_2xtx__forgot_factor(x: torch.Tensor) -> torch.Tensor:
    """A constant factor does not matter for a derivative.

    Hint: Every entry is half of what it should be. Does your y have the factor 2, and do both
    factors of its product lead back to x?
    """
    x = x.detach().clone().requires_grad_(True)
    y = torch.dot(x, x)
    y.backward()
    assert x.grad is not None
    return x.grad


def jacobian_2xtx__vector_y(x: torch.Tensor) -> torch.Tensor | None:
    """2 * x * x is the product of the row x and the column x.

    Hint: backward without an argument starts from a single number. How many numbers does your y
    hold, and how many does a row times a column give?
    """
    x = x.detach().clone().requires_grad_(True)
    y = 2 * x * x
    y.backward()
    return x.grad


def jacobian_2xtx__row_matrix(x: torch.Tensor) -> torch.Tensor:
    """The derivative of a scalar is a row, so torch's result must have the shape (1, n).

    Hint: The numbers are right and there is one axis too many. Torch gives the shape of y followed
    by the shape of x: what does the shape of a 0-dim y contribute?
    """
    x = x.detach().clone().requires_grad_(True)
    y = 2 * torch.dot(x, x)
    y.backward()
    assert x.grad is not None
    return x.grad.reshape(1, -1)


def jacobian_2xtx__closed_form(x: torch.Tensor) -> torch.Tensor:
    """I know the formula, so I need no autograd.

    Hint: The numbers are right, but autograd was not asked for them. Which call makes torch find
    them, without your having to know the formula?
    """
    return 4 * x.detach()


def make_leaf__flag_before_math(values: torch.Tensor, scale: float) -> torch.Tensor:
    """A tensor that was computed from a leaf is a leaf, too.

    Hint: Your result is not a leaf: it has a history, so its .grad will stay None. What was
    computed after the first tensor required grad?
    """
    return values.detach().double().clone().requires_grad_(True) * scale


def make_leaf__keeps_history(values: torch.Tensor, scale: float) -> torch.Tensor:
    """requires_grad_ at the end makes a leaf of any tensor.

    Hint: When values itself requires grad, your result is not a leaf: it hangs on the caller's
    graph. What takes the history off a tensor before you compute with it?
    """
    return (values.double() * scale).requires_grad_(True)


def make_leaf__forgot_flag(values: torch.Tensor, scale: float) -> torch.Tensor:
    """backward works on any tensor of floats.

    Hint: Your result does not require grad, so backward finds nothing to differentiate. How does a
    tensor ask for a place to store its gradient, and is that very tensor the one you hand back?
    """
    return values.detach().double() * scale


def make_leaf__mutates_caller(values: torch.Tensor, scale: float) -> torch.Tensor:
    """I may use the tensor that I was given as my own.

    Hint: After your call the caller's tensor has changed, or shares memory with your result. Which
    of your steps writes into the memory of values?
    """
    return values.detach().mul_(scale).double().requires_grad_(True)


def make_leaf__own_dtype(values: torch.Tensor, scale: float) -> torch.Tensor:
    """A tensor times a Python float is float64, because a Python float is.

    Hint: Your result is not float64 unless values was. Which dtype does torch choose for an integer
    or float32 tensor times a Python float?
    """
    return (values.detach() * scale).requires_grad_(True)


def make_leaf__converts_last(values: torch.Tensor, scale: float) -> torch.Tensor:
    """It does not matter whether I convert to float64 before or after the product.

    Hint: Your numbers are right to about seven digits only. In which dtype was the product rounded?
    """
    return (values.detach() * scale).double().requires_grad_(True)


def gradient__hand_coded(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """The gradient is 4x, as in the example.

    Hint: Your answer is 4x, whatever f is. What would it have to be for f(t) = t.sum(), and which
    part of torch knows how f was computed?
    """
    return 4 * x.detach()


def gradient__nonleaf_grad(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor | None:
    """Every tensor in the graph has its gradient in .grad.

    Hint: You returned None. If it was a .grad: which tensors keep a gradient, those at the start of
    the graph or those computed from them, and which call stores it? If not: which line of your
    function hands its result back?
    """
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    y.backward()
    return y.grad


def gradient__no_backward(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor | None:
    """.grad is filled as soon as f has been computed.

    Hint: You returned None. If it was a .grad: which tensors keep a gradient, those at the start of
    the graph or those computed from them, and which call stores it? If not: which line of your
    function hands its result back?

    Same as: nonleaf_grad
    """
    leaf = x.detach().clone().requires_grad_(True)
    f(leaf)
    return leaf.grad


def gradient__returns_value(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """The gradient of f at x is what f returns, once backward has been called.

    Hint: You returned f(x), a single number. A gradient has one entry for each element of x: in
    which tensor does backward store it?
    """
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    y.backward()
    return y.detach()


def gradient__pollutes_caller(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor | None:
    """x.requires_grad_(True) on an argument changes nothing for the caller.

    Hint: After your call the caller's x is not as it was before, and an old gradient in x.grad gets
    into your answer. Which tensor could you differentiate instead of the caller's own?
    """
    if not x.requires_grad:
        x.requires_grad_(True)
    f(x).backward()
    return x.grad


def gradient__finite_difference(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """A gradient is found by moving each element a little and looking at f.

    Hint: The numbers are right or nearly so, but autograd was not asked for them. How many times
    would f have to run for a million elements, and how many times does it run for one backward?
    """
    h = 1e-3
    point = x.detach()
    result = torch.zeros_like(point)
    for i in range(point.numel()):
        step = torch.zeros_like(point)
        step[i] = h
        near = f(point + step) - f(point - step)
        far = f(point + 2 * step) - f(point - 2 * step)
        result[i] = (8 * near - far) / (12 * h)
    return result.to(x.dtype)


def grads_or_zeros__default_grad(y: torch.Tensor, xs: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """torch.autograd.grad gives zeros for a tensor that takes no part.

    Hint: One of xs takes no part in y, and torch refuses to guess what you want for it. Which
    argument of torch.autograd.grad lets you say so?
    """
    return list(torch.autograd.grad(y, xs, retain_graph=True))


def grads_or_zeros__none_left(y: torch.Tensor, xs: Sequence[torch.Tensor]) -> list[torch.Tensor | None]:
    """None and zero are the same gradient.

    Hint: Your list holds None for a tensor that takes no part in y. The caller wants to compute
    with every entry: what should stand there, and in which shape?
    """
    return list(torch.autograd.grad(y, xs, retain_graph=True, allow_unused=True))


def grads_or_zeros__scalar_zero(y: torch.Tensor, xs: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """A single 0 is enough, since it broadcasts.

    Hint: Where a tensor takes no part in y, your zero is a single number. What is the shape of
    every other gradient?
    """
    grads = torch.autograd.grad(y, xs, retain_graph=True, allow_unused=True)
    return [
        torch.tensor(0.0, dtype=x.dtype) if grad is None else grad.clone() for x, grad in zip(xs, grads, strict=True)
    ]


def grads_or_zeros__default_dtype(y: torch.Tensor, xs: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """torch.zeros knows which dtype I need.

    Hint: Where a tensor takes no part in y, your zeros do not have its dtype. Which dtype do new
    zeros have when nobody says one, and what could they be modelled on?
    """
    grads = torch.autograd.grad(y, xs, retain_graph=True, allow_unused=True)
    return [torch.zeros(x.shape) if grad is None else grad.clone() for x, grad in zip(xs, grads, strict=True)]


def grads_or_zeros__uses_backward(y: torch.Tensor, xs: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """backward leaves nothing behind.

    Hint: After your call the caller finds something in .grad that was not there before, or can no
    longer use the graph of y. Is there a call that hands gradients back instead of storing them?
    """
    y.backward()
    return [torch.zeros_like(x) if x.grad is None else x.grad.clone() for x in xs]


def grads_or_zeros__graph_freed(y: torch.Tensor, xs: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """torch.autograd.grad only reads the graph.

    Hint: The numbers are right, but afterwards the caller's y.backward() raises an error. What does
    a pass through the graph throw away unless you ask it not to?
    """
    return [grad.clone() for grad in torch.autograd.grad(y, xs, materialize_grads=True)]
