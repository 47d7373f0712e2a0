# %% [markdown]
# # Chapter 4: detach
#
# Sometimes a part of a computation should count as a *given number*: a target, a weight that was
# computed a moment ago, a state carried over from an earlier step. Its value matters, the way in
# which it was computed does not.
#
# `u = y.detach()` does that. `u` has the numbers of `y`, but no history. For `backward` it is a
# constant, as if somebody had typed the numbers in. `y` itself is as it was: it still knows where
# it came from and can be differentiated.
#
# In the next cell `z = y.detach() + 5 * w`. The value of `z` contains $w^3$, its gradient does not.

# %%
from collections.abc import Callable

import torch

# %%
if __name__ == "__main__":
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    y = w**3
    u = y.detach()
    print("y:", y, " leaf:", y.is_leaf)
    print("u:", u, " requires_grad:", u.requires_grad, " grad_fn:", u.grad_fn)
    z = u + 5 * w
    z.sum().backward()
    print("the slope of z, with u held constant:", w.grad)

# %% [markdown]
# ## A product
#
# In torch `a * b` multiplies two vectors element by element (the *Hadamard product*), so the result
# is a vector again.
#
# For a product of two factors that both depend on $x$, the product rule has two terms, one for each
# path from $x$ to the product. Hold one of the factors constant and one term is left. Which one,
# and what it is, you can work out on paper before you let torch confirm it.
#
# To compare two gradients use `==`, which answers element by element, or `torch.equal`, which gives
# a single answer. (And if you clear a gradient by `x.grad.zero_()`: that works only after a first
# `backward`. Before, `.grad` is `None`.)


# %%
def detached_product_grad(x: torch.Tensor) -> torch.Tensor:
    """Return the gradient of z.sum(), where u = x * x is held constant by detach and z = u * x.

    x: 1-D, float32 or float64, of any length n (0 and 1 too). It is the caller's: its values,
    requires_grad and .grad stay as they were. The given line takes care of that.

    Result: shape (n,), also for n = 1; the dtype of x; a new tensor without a graph.

    Autograd has to do the work. The answer has a simple formula; let torch find it.

    >>> detached_product_grad(torch.arange(4.0))
    tensor([0., 1., 4., 9.])
    """
    x = x.detach().clone().requires_grad_(True)  # your own copy, so that the caller's x stays as it was
    raise NotImplementedError


# %%
def frozen_factor_grad(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Return the gradient of (u * x).sum() at x, where u = f(x) is held constant.

    f: takes a tensor of x's shape and dtype, works element by element and returns a new tensor of
    the same shape that depends on its argument. Call it once.

    x: 1-D, float32 or float64, of any length n. It is the caller's: its values, requires_grad and
    .grad stay as they were. It may already require grad, as a leaf or computed from one, and carry
    an old .grad.

    Result: shape (n,), the dtype of x; a new tensor without a graph.

    Autograd has to do the work.

    >>> frozen_factor_grad(lambda t: t * t + 3 * t, torch.arange(4.0))
    tensor([ 0.,  4., 10., 18.])
    """
    raise NotImplementedError


# %% [markdown]
# ## detach leaves its tensor alone
#
# `y.detach()` returns a *new* tensor without history and leaves `y` differentiable. `y.detach_()`,
# with an underscore, takes the history off `y` itself. One character more, and `y.sum().backward()`
# has nothing left to walk along.
#
# So one forward pass may serve twice: once with its history and once as a constant. Remember
# chapter 3 when you read two gradients from the same `.grad`.

# %%
if __name__ == "__main__":
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    y = w**3
    y.detach()
    print("after y.detach(): ", y.requires_grad)
    y.detach_()
    print("after y.detach_():", y.requires_grad)


# %%
def both_gradients(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return two gradients from one forward y = x * x and u = y.detach().

    The first is the gradient of y.sum(), the second the gradient of (u * x).sum() alone.

    x: 1-D, float32 or float64, of any length n. It is the caller's: its values, requires_grad and
    .grad stay as they were. It may already require grad, as a leaf or computed from one, and carry
    an old .grad.

    Result: a pair (a list of two is accepted), each of shape (n,) and the dtype of x; new tensors
    without a graph. A change of one in place does not show in the other.

    Autograd has to find both gradients.

    >>> both_gradients(torch.arange(4.0))
    (tensor([0., 2., 4., 6.]), tensor([0., 1., 4., 9.]))
    """
    raise NotImplementedError


# %% [markdown]
# ## Two branches
#
# Here is a picture worth drawing on paper. Two leaves, `x` and `y`, and two outputs:
#
#     output3 = 0.5 * x**2 + 0.5 * (y**2).detach()
#     output4 = 0.5 * (x**2).detach() + 0.5 * y**2
#
# Each output has the same value, but each can be followed back to one leaf only. Draw an arrow for
# every path that `backward` can take. Before you write any code, note what `x.grad` and `y.grad`
# will be after `output3.backward()`, and what they will be after `output4.backward()` as well.
# Nothing is cleared in between.
#
# Two warnings. A leaf that no arrow reaches does not get a gradient of zero. And `x = y = 2`, the
# usual example, hides a lot, because there the numbers $x$, $y$ and $2$ all agree. Try 3 and 5.


# %%
def two_branch_detach(
    x: torch.Tensor, y: torch.Tensor
) -> tuple[tuple[torch.Tensor, torch.Tensor | None], tuple[torch.Tensor, torch.Tensor]]:
    """Return (x.grad, y.grad) after output3.backward() and again after output4.backward().

    The outputs are the two above, computed from leaves of your own that have the values of x and y.
    Nothing is cleared between the two passes.

    x, y: 0-dim, of the same dtype, float32 or float64. They are the caller's: their values,
    requires_grad and .grad stay as they were. They may already require grad, as leaves or computed
    from others, and carry an old .grad. They may be the very same tensor.

    Result: a pair of pairs (lists are accepted). Each entry is a new 0-dim tensor of the same dtype
    without a graph, or None where a leaf has received no gradient so far. A change of one in place
    does not show in another.

    Autograd has to find the gradients.

    >>> two_branch_detach(torch.tensor(2.0), torch.tensor(2.0))
    ((tensor(2.), None), (tensor(2.), tensor(2.)))
    """
    raise NotImplementedError


# %% [markdown]
# ## History and memory
#
# A tensor made from another one can be tied to it in two ways: by its *history* (gradients flow
# back through it) and by its *memory* (a change in place of one is seen in the other). Each of the
# usual methods does something else about each: `detach`, `clone`, `.data`, `.numpy()`, a second
# name. The next cell looks at one of them. Try the others.

# %%
if __name__ == "__main__":
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    y = w + 0
    candidate = y.detach()
    print("history:", candidate.grad_fn)
    print("same memory as y:", candidate.data_ptr() == y.data_ptr())


# %%
def snapshot(t: torch.Tensor) -> torch.Tensor:
    """Return a copy of t that stays as it is now, whatever happens to t later.

    t: any shape and dtype; a leaf or a computed tensor, with or without requires_grad. It is the
    caller's: its values, requires_grad, .grad and history stay as they were.

    Result: shape, dtype and values of t; requires_grad is False, grad_fn is None. It has memory of
    its own: a change of t in place does not show in the copy, and a change of the copy does not
    show in t.

    >>> t = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> kept = snapshot(t)
    >>> with torch.no_grad():
    ...     _ = t.add_(5)
    >>> kept
    tensor([1., 2.])
    """
    raise NotImplementedError
