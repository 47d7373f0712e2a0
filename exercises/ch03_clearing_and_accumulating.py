# %% [markdown]
# # Chapter 3: Clearing and accumulating
#
# `backward` does not replace what is in `.grad`, it *adds* to it. The first time, when `.grad` is
# `None`, it puts a tensor there. Every later `backward` adds to that tensor until somebody clears
# it.
#
# That is useful: the gradient of a sum is the sum of the gradients, so a large batch can be
# differentiated in small parts. It is also the commonest surprise in a training loop.
#
# There are two ways to clear:
#
# * `w.grad.zero_()` fills the gradient tensor with zeros. The underscore says that it works in
#   place.
# * `w.grad = None` throws the gradient tensor away. The next `backward` puts a new one there.
#
# And two that fail. `w.grad.zero_()` before any `backward` raises an `AttributeError`, because
# `.grad` is still `None`. `w.grad = 0` raises a `TypeError`, because `.grad` may only be a tensor
# of the right size or `None`.

# %%
from collections.abc import Callable, Sequence

import torch

# %%
if __name__ == "__main__":
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    for attempt in (1, 2, 3):
        (w**3).sum().backward()
        print("after pass", attempt, "without clearing:", w.grad)

# %%
if __name__ == "__main__":
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    try:
        w.grad.zero_()
    except AttributeError as error:
        print("too early:", error)
    (w**3).sum().backward()
    try:
        w.grad = 0
    except TypeError as error:
        print("not a tensor:", error)

# %% [markdown]
# ## A name is not a copy
#
# `kept = w.grad` gives the gradient tensor a second name. It copies no numbers. What happens to
# `w.grad` afterwards in place, by the next `backward` or by `zero_()`, is seen under both names. A
# copy of the numbers is made by `.clone()`.
#
# Before you run the cell: what will it print for `kept`, and what for `copied`?

# %%
if __name__ == "__main__":
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    (w**3).sum().backward()
    kept = w.grad
    copied = w.grad.clone()
    (w**3).sum().backward()
    print("kept:  ", kept)
    print("copied:", copied)

# %% [markdown]
# ## Three exercises to begin with
#
# Each stub begins with a given line: a fresh leaf with the caller's numbers, so that the caller's
# tensor stays as it was. Its `.grad` is `None`.


# %%
def zero_then_grad(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the gradient of 2 * torch.dot(x, x) and, after clearing, the gradient of x.sum().

    Use one leaf and its .grad for both: backward, keep the result, clear, backward.

    x: 1-D, float32 or float64, of any length n (0 and 1 too). It is the caller's: its values,
    requires_grad and .grad stay as they were. The given line takes care of that.

    Result: a pair (a list of two is accepted), each of shape (n,) and the dtype of x; new tensors
    without a graph. A change of one in place does not show in the other.

    Autograd has to find both gradients. A formula found by hand gives the right numbers and misses
    the point.

    >>> zero_then_grad(torch.arange(4.0))
    (tensor([ 0.,  4.,  8., 12.]), tensor([1., 1., 1., 1.]))
    """
    x = x.detach().clone().requires_grad_(True)  # your own copy, so that the caller's x stays as it was
    raise NotImplementedError


# %%
def accumulated_grad(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return x.grad after backward of 2 * torch.dot(x, x), and again after backward of x.sum().

    Nothing is cleared in between, so the second result is the sum of both gradients. The first
    result is the gradient of 2 * torch.dot(x, x) alone, and it still is when the function returns.

    x: 1-D, float32 or float64, of any length n (0 and 1 too). It is the caller's: its values,
    requires_grad and .grad stay as they were. The given line takes care of that.

    Result: a pair (a list of two is accepted), each of shape (n,) and the dtype of x; new tensors
    without a graph. A change of one in place does not show in the other.

    Autograd has to find both gradients, and to add them.

    >>> accumulated_grad(torch.arange(4.0))
    (tensor([ 0.,  4.,  8., 12.]), tensor([ 1.,  5.,  9., 13.]))
    """
    x = x.detach().clone().requires_grad_(True)  # your own copy, so that the caller's x stays as it was
    raise NotImplementedError


# %% [markdown]
# ## When y is a vector
#
# A loss over a batch is a vector at first: one number for each sample. Its full derivative would be
# a matrix, with a row for each sample. Deep learning hardly ever needs that matrix. It needs one
# gradient: the derivative of each sample's loss, *added up over the samples*. Since the derivative
# of a sum is the sum of the derivatives, the sum may be taken first, and `backward` then starts
# from a single number: `loss.sum().backward()`.
#
# For a vector, a bare `backward()` is refused. Torch would not know how much each entry counts.

# %%
if __name__ == "__main__":
    w = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = w**3
    try:
        y.backward()
    except RuntimeError as error:
        print("refused:", error)


# %%
def sum_backward(x: torch.Tensor) -> torch.Tensor:
    """Return the gradient of the sum over all elements of x * x, computed by autograd.

    x: 1-D, float32 or float64, of any length n (0 and 1 too). It is the caller's: its values,
    requires_grad and .grad stay as they were. The given line takes care of that.

    Result: shape (n,), also for n = 1; the dtype of x; a new tensor without a graph.

    Autograd has to do the work.

    >>> sum_backward(torch.arange(4.0))
    tensor([0., 2., 4., 6.])
    """
    x = x.detach().clone().requires_grad_(True)  # your own copy, so that the caller's x stays as it was
    raise NotImplementedError


# %% [markdown]
# ## Now for any function
#
# From here on there is no given line. You decide which leaf to differentiate, and the caller's
# tensor must not notice.


# %%
def two_backwards(
    f1: Callable[[torch.Tensor], torch.Tensor],
    f2: Callable[[torch.Tensor], torch.Tensor],
    x: torch.Tensor,
    zero_between: bool,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return what .grad of one leaf holds after backward of f1, and then after backward of f2.

    zero_between: if True, the gradient of f1 is cleared before the second backward, so that the
    second result is the gradient of f2 alone. If False, nothing is cleared, and the second result
    is the sum of both.

    f1, f2: take a tensor of x's shape and dtype and return a 0-dim tensor that depends on it. They
    may be the same function.

    x: 1-D, float32 or float64, of any length n. It is the caller's: its values, requires_grad and
    .grad stay as they were. It may already require grad, as a leaf or computed from one, and carry
    an old .grad, which must not get into the results.

    Result: a pair (a list of two is accepted), each of shape (n,) and the dtype of x; new tensors
    without a graph. A change of one in place does not show in the other.

    Autograd has to find the gradients.

    >>> two_backwards(lambda t: 2 * torch.dot(t, t), lambda t: t.sum(), torch.arange(4.0), zero_between=False)
    (tensor([ 0.,  4.,  8., 12.]), tensor([ 1.,  5.,  9., 13.]))
    """
    raise NotImplementedError


# %% [markdown]
# ## What an optimizer clears
#
# `optimizer.zero_grad()` clears the gradients of all parameters of a model. By default it sets them
# to `None`; `zero_grad(set_to_none=False)` fills the tensors with zeros. This is more than a matter
# of taste: an optimizer skips a parameter whose `.grad` is `None`, while a parameter with a zero
# gradient can still be moved, for instance by weight decay.
#
# Four situations that a real model brings:
#
# * A parameter that took no part in the loss has no gradient yet.
# * Somebody else may hold the same gradient tensor, for logging say, and expects to see it cleared.
# * A training run that went wrong leaves `inf` or `nan` in a gradient. Try `0 * float("nan")`.
# * A gradient that was computed with `create_graph=True` has a history of its own.
#
# The next cell shows the last two.

# %%
if __name__ == "__main__":
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    (w.grad,) = torch.autograd.grad((w**3).sum(), w, create_graph=True)
    print("a gradient with a graph:", w.grad)
    print("nan times zero:", 0 * torch.tensor(float("nan")))


# %%
def clear_grads(params: Sequence[torch.Tensor], set_to_none: bool) -> None:
    """Clear .grad of every parameter, as zero_grad of an optimizer does.

    set_to_none: if True, every .grad is None afterwards. If False, every .grad that is a tensor
    remains the very same tensor (whoever else holds it sees the zeros), filled with zeros and
    without a graph; and a .grad that is None stays None.

    params: leaves that require grad, of any shape, float32 or float64, possibly none at all. A
    .grad may be None, may contain inf or nan, and may carry a graph. The values and requires_grad
    of the parameters stay as they were, and so does the list.

    Result: None. Changing .grad is the task.

    >>> p = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> unused = torch.tensor([3.0], requires_grad=True)
    >>> (p * p).sum().backward()
    >>> clear_grads([p, unused], set_to_none=False)
    >>> p.grad, unused.grad
    (tensor([0., 0.]), None)
    """
    raise NotImplementedError


# %% [markdown]
# ## How much each output counts
#
# The sum gives every output the same say. In general each output $y_i$ gets a number $v_i$ that
# tells how much it counts. The scalar is then $v_1 y_1 + \dots + v_m y_m$, and its gradient is
# $v^T J$, where $J$ is the matrix of all derivatives with one row for each output. All entries of
# $v$ equal to 1 is the sum.
#
# `y.backward(gradient=v)` computes just that, without building $J$. Note the sizes: `v` has one
# entry for each *output*, the result one for each *input*.


# %%
def vector_backward(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, v: torch.Tensor | None
) -> torch.Tensor:
    """Return the gradient at x of sum_i v[i] * f(x)[i]; where v is None, of f(x).sum().

    f: takes a tensor of shape (n,) and returns one of shape (m,), m at least 1, that depends on it,
    of the same dtype. In general m is not n, and every output may depend on every input.

    x: 1-D, float32 or float64, of any length n. It is the caller's: its values, requires_grad and
    .grad stay as they were. It may already require grad, as a leaf or computed from one, and carry
    an old .grad.

    v: None, or shape (m,) and the dtype of x, without requires_grad. It is the caller's and stays
    as it was.

    Result: shape (n,), the dtype of x; a new tensor without a graph, sharing no memory with v.

    Autograd has to do the work.

    >>> vector_backward(lambda t: t * t, torch.arange(4.0), None)
    tensor([0., 2., 4., 6.])
    """
    raise NotImplementedError
