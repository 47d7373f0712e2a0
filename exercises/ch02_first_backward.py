# %% [markdown]
# # Chapter 2: First backward
#
# PyTorch can differentiate what you compute. You need three steps:
#
# 1. **Ask for a place to store the gradient.** `w.requires_grad_(True)` marks the tensor `w`.
#    Creating it with `torch.arange(4.0, requires_grad=True)` does the same in one line.
# 2. **Compute a scalar `y` from `w`.** From now on torch remembers each step. The note
#    `grad_fn=<...>` in the printed `y` is the last of them. All the steps together are called the
#    *graph*.
# 3. **Call `y.backward()`.** It walks the graph from `y` back to `w` and writes dy/dw into
#    `w.grad`. The call itself returns `None`: the gradient is in `w.grad`, and it has the shape of
#    `w`.
#
# Before the first `backward`, `w.grad` is `None`. That is not the same as zero: there is no tensor
# yet. (And if you see `AttributeError: ... no attribute 'gard'`, you are in good company. The name
# is `grad`.)
#
# Run the next cell. Then change the function and predict what will be printed.

# %%
import warnings
from collections.abc import Callable, Sequence

import torch

# %%
if __name__ == "__main__":
    w = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    print("before:", w.grad)
    y = (w**3).sum()
    print("y:", y)
    print("what backward returns:", y.backward())
    print("after:", w.grad)
    print("equal to the formula 3 w^2?", w.grad == 3 * w**2)

# %% [markdown]
# ## The shape of a gradient in torch
#
# Chapter 1 wrote the derivative of a scalar with respect to a vector as a row, of shape `(1, n)`.
# Torch is more economical: the shape of its derivatives is *the shape of y followed by the shape of
# x*. A scalar is a 0-dim tensor: it has the shape `()`, not `(1,)`, which would be a vector of one
# element. So its gradient has the shape `() + (n,) = (n,)`, the same as `x`. The numbers are those
# of the row; only the axis of length 1 is not there. `torch.autograd.functional.jacobian` follows
# this rule, and so does `x.grad`.
#
# ## The first exercise
#
# In mathematics, $y = 2 x^T x$ for a column vector $x$. In torch a vector has one axis, and
# `torch.dot(x, x)` is the product of $x^T$ and $x$: a 0-dim tensor.
#
# The stub begins with a line that is given: it makes a tensor of your own from the caller's `x`,
# ready to store a gradient. You will see below why. Keep it, and put your code in the place of the
# `raise` line.


# %%
def jacobian_2xtx(x: torch.Tensor) -> torch.Tensor:
    """Return dy/dx of y = 2 * torch.dot(x, x), computed by autograd.

    x: 1-D, float32 or float64, of any length n (0 and 1 too). It is the caller's: its values,
    requires_grad and .grad stay as they were. The given line takes care of that.

    Result: shape (n,), also for n = 1; the dtype of x; a new tensor without a graph.

    Autograd has to do the work. A formula found by hand gives the right numbers and misses the
    point.

    >>> jacobian_2xtx(torch.arange(4.0))
    tensor([ 0.,  4.,  8., 12.])
    """
    x = x.detach().clone().requires_grad_(True)  # your own copy, so that the caller's x stays as it was
    raise NotImplementedError


# %% [markdown]
# ## Leaves
#
# A tensor at the very start of a graph is a **leaf**: nothing that requires grad was used to
# compute it. `backward` stores gradients in leaves only. A tensor computed *from* a leaf requires
# grad as well, and passes gradients on, but its own `.grad` stays `None` (reading it prints a
# warning).
#
# Two more rules:
#
# * Only floating-point (and complex) tensors can require grad. A slope needs numbers that can move
#   a little.
# * The order of steps matters: what is computed *after* the flag is set becomes part of the graph.

# %%
if __name__ == "__main__":
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    h = w + 10
    print("w:", w.is_leaf, w.requires_grad, w.grad_fn)
    print("h:", h.is_leaf, h.requires_grad, h.grad_fn)
    h.sum().backward()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch warns that h is not a leaf
        print("w.grad:", w.grad, " h.grad:", h.grad)
    try:
        torch.arange(3).requires_grad_(True)
    except RuntimeError as error:
        print("integers:", error)


# %%
def make_leaf(values: torch.Tensor, scale: float) -> torch.Tensor:
    """Return values * scale as a float64 leaf that is ready for backward.

    values: 1-D, of integer, bool, float32 or float64 dtype. It is the caller's: its values,
    requires_grad and .grad stay as they were. It may require grad itself, as a leaf or computed
    from one; the result is a leaf all the same.

    scale: a Python float. The product is computed in float64, whatever the dtype of values.

    Result: a plain torch.Tensor (not an nn.Parameter), shape of values, float64, is_leaf and
    requires_grad are True, .grad is None. It has memory of its own, also when scale is 1.

    >>> t = make_leaf(torch.tensor([1, 2, 3]), 0.5)
    >>> t
    tensor([0.5000, 1.0000, 1.5000], dtype=torch.float64, requires_grad=True)
    >>> t.is_leaf, t.grad
    (True, None)
    """
    raise NotImplementedError


# %% [markdown]
# ## Whose tensor is it?
#
# A function receives *the caller's* tensor, not a copy. `x.requires_grad_(True)` ends in an
# underscore: like every such method it changes the tensor itself. Now the caller's tensor tracks
# gradients, and your `backward` writes into the caller's `.grad`. If an old gradient was there,
# torch adds yours to it (chapter 3), and the answer is wrong.
#
# The same goes for torch's own switches, such as `torch.set_grad_enabled(False)`: they are turned
# for everybody. Turn them for a block, as in `with torch.no_grad():`, and they turn back alone.
#
# Two methods help:
#
# * `x.detach()` gives the same numbers without history. It shares memory with `x`.
# * `x.clone()` gives memory of its own. It keeps the history.
#
# That explains the line which was given above. From here on you decide yourself.

# %%
if __name__ == "__main__":

    def careless(x: torch.Tensor) -> None:
        """Use the argument as if it were a tensor of its own."""
        x.requires_grad_(True)
        (x**3).sum().backward()

    mine = torch.tensor([1.0, 2.0])
    careless(mine)
    print("my tensor after one call: ", mine, mine.grad)
    careless(mine)
    print("my tensor after two calls:", mine, mine.grad)


# %%
def gradient(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Return the gradient of f at x, for any f, computed by autograd.

    f: takes a tensor of x's shape and dtype and returns a 0-dim tensor that depends on it.

    x: 1-D, float32 or float64, of any length n. It is the caller's: its values, requires_grad and
    .grad stay as they were. It may already require grad, as a leaf or computed from one, and it may
    carry an old .grad. Neither changes the answer, and a second call with the same x gives the same
    answer.

    Result: shape (n,), the dtype of x; a new tensor without a graph.

    Autograd has to do the work: small differences of f are not a gradient.

    >>> gradient(lambda t: 2 * torch.dot(t, t), torch.arange(4.0))
    tensor([ 0.,  4.,  8., 12.])
    """
    raise NotImplementedError


# %% [markdown]
# ## A gradient as a return value
#
# `torch.autograd.grad(y, [a, b])` walks the same graph as `y.backward()`, but hands the gradients
# back as a tuple and writes into no `.grad`. Its documentation is worth ten minutes: one argument
# says what happens to a tensor that `y` does not depend on, another whether the graph can be used
# again afterwards.
#
# What *is* the gradient of something that takes no part? For mathematics it is zero. For torch
# there is no path to walk: `backward` leaves `.grad` at `None`. A caller who goes on computing with
# the answer would rather have zeros.

# %%
if __name__ == "__main__":
    a = torch.tensor([1.0, 2.0], requires_grad=True)
    b = torch.tensor([3.0, 4.0], requires_grad=True)
    y = (a**3).sum()
    y.backward()
    print("a takes part:", a.grad)
    print("b does not:  ", b.grad)


# %%
def grads_or_zeros(y: torch.Tensor, xs: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """Return the gradient of y for every tensor in xs, with zeros where y does not depend on it.

    y: a 0-dim tensor with a graph. Its graph must still be usable afterwards: the caller may call
    y.backward().

    xs: at least one tensor. Each requires grad, as a leaf or computed from one; their shapes and
    dtypes differ; one may occur more than once, one may take no part in y. They are the caller's:
    values and .grad stay as they were (an old .grad does not change the answer), and so does the
    list xs itself. A leaf of y that is not in xs gets no gradient either.

    Result: a list with one gradient for each entry of xs, in that order (a tuple is accepted). Each
    has the shape and the dtype of its tensor and is a new tensor without a graph. None is never an
    entry.

    Autograd has to do the work.

    >>> a = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> b = torch.tensor([[5.0]], requires_grad=True)
    >>> grads_or_zeros((a * a).sum(), [a, b])
    [tensor([2., 4.]), tensor([[0.]])]
    """
    raise NotImplementedError
