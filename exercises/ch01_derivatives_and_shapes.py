# %% [markdown]
# # Chapter 1: Derivatives and their shapes
#
# ## How to work with these files
#
# Every chapter is a short lesson with exercises in it. You can read it as a Python file or open it
# as a notebook. An exercise is a function whose body is `raise NotImplementedError`: put your code
# there. (Some exercises begin with a line that is given; keep it.) The docstring says all you need
# to know, and `make check` or `python -m grader check` tells you at any time how you are doing.
# Four rules hold everywhere:
#
# * A tensor that you are given belongs to the caller. Leave its values, its `requires_grad` and its
#   `.grad` as they were, unless changing them is the task.
# * What you return is new: it shares no memory with the caller's tensors and has no graph, unless
#   the docstring says otherwise. (If the word *graph* is new to you, chapter 2 explains it.)
# * `float32` in, `float32` out; `float64` in, `float64` out, unless the docstring says otherwise.
# * A tensor with the shape `()` (0-dim, one number) is not the same as one with the shape `(1,)` (a
#   vector of one element).
#
# Cells that begin with `if __name__ == "__main__":` are experiments. Run them, change them, break
# them.

# %%
from collections.abc import Callable, Mapping
from typing import Literal

import torch

# %% [markdown]
# ## Slopes at a kink
#
# The derivative is the slope of a curve. Where the curve has a kink, there is no single slope:
# coming from the left you see one, coming from the right another.
#
# But there is something nearly as good. Lay a ruler through the point of the curve and tilt it. As
# long as the ruler does not rise above the curve anywhere, its slope is called a **subderivative**
# at this point. Where the curve is smooth, only one slope fits: the derivative. At a kink of a
# convex function (one that is curved upwards, like a bowl) all slopes *between the left-hand and
# the right-hand slope* fit, both ends included. The set of all of them is the **subdifferential**,
# an interval.
#
# Look at $\max(-x, 2x)$, which falls with slope $-1$ to the left of 0 and rises with slope 2 to the
# right. The next cell tries some rulers at 0.

# %%
if __name__ == "__main__":
    z = torch.linspace(-3, 3, 601)
    curve = torch.maximum(-z, 2 * z)
    for slope in (-2.0, -1.0, -0.5, 0.0, 1.0, 2.0, 2.5):
        print(f"a ruler of slope {slope:4} is never above the curve:", bool((slope * z <= curve).all()))

# %% [markdown]
# Two functions with a kink are everywhere in deep learning: $|x|$ and $\max(x, 0)$, which is called
# *relu*. Sketch both and hold the ruler to them at 0, to the left of 0 and to the right of 0.
# (Floating-point numbers also have a $-0.0$. It is equal to $0$ and lies at the kink, too.)


# %%
def subdifferential_interval(kind: Literal["abs", "relu"], x: torch.Tensor) -> torch.Tensor:
    """Return the smallest and the largest subderivative of the function at each element of x.

    kind: "abs" for |x|, "relu" for max(x, 0).

    x: 1-D, float32 or float64, of any length n, without NaN; zeros (also -0.0) are at the kink. It
    is the caller's and stays as it was. It may already require grad, as a leaf or computed from
    one, and carry an old .grad.

    Result: shape (n, 2), the dtype of x; column 0 holds the smallest slope, column 1 the largest.
    Where the function is smooth the two are equal. A new tensor without a graph. Autograd is not
    needed here.

    >>> subdifferential_interval("abs", torch.tensor([-3.0, 5.0, 7.0]))
    tensor([[-1., -1.],
            [ 1.,  1.],
            [ 1.,  1.]])
    """
    raise NotImplementedError


# %% [markdown]
# ## What autograd does at a kink
#
# Torch finds derivatives by itself; this is called *autograd*. For now you need only this much:
#
# 1. Make a **leaf**, a tensor of your own that asks for gradients:
#    `leaf = x.detach().clone().requires_grad_(True)`.
# 2. Compute a 0-dim `y` from it.
# 3. `torch.autograd.grad(y, leaf)` returns a tuple with one entry: the derivative, in the shape of
#    `leaf`.
#
# Autograd does not look at the curve of a function and does not compare neighbouring values. It has
# a rule for each operation and chains the rules together. At a kink the rule names one number, by
# convention: usually one of the subderivatives, but two ways of writing the same function may well
# use different operations and give different numbers. Sometimes the chain contains a 0 times
# infinity, and the answer is NaN.
#
# So a gradient at a kink is a fact about an operation in your version of torch. It is looked up by
# running it, not learnt by heart.

# %%
if __name__ == "__main__":
    leaf = torch.tensor(0.0, requires_grad=True)
    print("one way to write max(-x, 2x):", torch.autograd.grad(torch.maximum(-leaf, 2 * leaf), leaf))
    print("another way:", torch.autograd.grad(torch.where(leaf > 0, 2 * leaf, -leaf), leaf))


# %%
def kink_gradients(
    fs: Mapping[str, Callable[[torch.Tensor], torch.Tensor]], x: torch.Tensor
) -> dict[str, torch.Tensor]:
    """Return, for each function, the gradient that autograd gives at x.

    fs: functions by name, possibly none; a function may have two names. Each takes a 0-dim tensor
    and returns a 0-dim tensor of the same dtype that depends on it. They may have kinks, also at x.

    x: 0-dim, float32 or float64. It is the caller's: its value, requires_grad and .grad stay as
    they were. It may already require grad, as a leaf or computed from one, and carry an old .grad.

    Result: a dict with the same names. Each value is a 0-dim tensor of x's dtype, new and without a
    graph. A change of one in place does not show in another. No function may influence the answer
    for another. Report what autograd gives, whatever you would have chosen yourself; NaN is
    reported as NaN.

    Autograd has to do the work: small differences give other numbers, and a number known by heart
    may be wrong in the next version of torch.

    >>> kink_gradients({"square": lambda t: t * t, "line": lambda t: 3 * t + 1}, torch.tensor(2.0))
    {'square': tensor(4.), 'line': tensor(3.)}
    """
    raise NotImplementedError


# %% [markdown]
# ## The shape of a derivative
#
# With vectors there is a derivative for each pair of an output and an input. They are arranged so
# that **each output has its row and each input its column**. That gives three cases:
#
# * $y$ is a scalar, $x$ a (column) vector of $n$ elements: a row, `(1, n)`.
# * $y$ is a (column) vector of $m$ elements, $x$ a scalar: a column, `(m, 1)`.
# * $y$ is a vector of $m$ elements, $x$ a vector of $n$ elements: a matrix, `(m, n)`, called the
#   *Jacobian*.
#
# The first two are the third with $m = 1$ or $n = 1$. An example: for $y = x_1^2 + 3 x_2$ the
# derivative is the row $(2 x_1,\; 3)$; for $y = (x^2,\; 5x,\; 1)$ with a scalar $x$ it is the
# column with the entries $2x$, $5$ and $0$.
#
# This arrangement is the *numerator layout*, because the output, which stands in the numerator of
# $\partial y / \partial x$, counts the rows. Other books use the transpose, the *denominator
# layout*. Neither is wrong, but mixing them is.
#
# Torch has a function for whole Jacobians, `torch.autograd.functional.jacobian(f, x)`. It knows no
# rows or columns. The shape of its result is simply the shape of `y` followed by the shape of `x`,
# as the next cell shows.

# %%
if __name__ == "__main__":
    jacobian = torch.autograd.functional.jacobian
    vector = torch.tensor([1.0, 2.0])
    print("scalar by vector:", jacobian(lambda t: t[0] ** 2 + 3 * t[1], vector).shape)
    print(
        "vector by scalar:",
        jacobian(lambda t: torch.stack([t * t, 5 * t, torch.ones_like(t)]), vector[1]).shape,
    )
    print("vector by vector:", jacobian(lambda t: torch.stack([t[0], t[1], t[0] * t[1]]), vector).shape)


# %%
def numerator_layout(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Return dy/dx of y = f(x) as a matrix: a row for each output, a column for each input.

    f: takes a tensor of x's shape and dtype and returns a tensor that depends on it, of the same
    dtype: 0-dim, or 1-D with at least one element.

    x: 0-dim, or 1-D of any length; float32 or float64. It is the caller's: its values,
    requires_grad and .grad stay as they were. It may already require grad, as a leaf or computed
    from one, and carry an old .grad.

    Result: always 2-D, of shape (m, n), where y has m elements and x has n. A 0-dim y or x counts
    as one element, so a 0-dim y of a 0-dim x gives (1, 1). The dtype of x; a new tensor without a
    graph.

    Autograd has to do the work. torch.autograd.functional.jacobian may be used here.

    >>> numerator_layout(lambda t: 2 * torch.dot(t, t), torch.tensor([1.0, 2.0]))
    tensor([[4., 8.]])
    """
    raise NotImplementedError


# %% [markdown]
# ## A Jacobian by hand
#
# How is the matrix made? Take $y$ apart. Each element $y_i$ is a scalar, and the derivative of a
# scalar with respect to a vector is a row. Differentiate one element after the other and put the
# rows on top of each other.
#
# This last exercise of the chapter is the hardest. Three things can get in your way, and each has a
# chapter of its own later: gradients in `.grad` add up (chapter 3), a second name for `.grad` is
# not a copy of it (chapter 3), and a graph can normally be walked through only once (chapter 5).
# `torch.autograd.grad` avoids the first two. For the third, read torch's error message to its end.
# You may also come back here after chapter 5.


# %%
def jacobian_by_rows(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Return the Jacobian of f at x, built from the gradients of the single outputs.

    f: takes a tensor of shape (n,) and returns one of shape (m,), m at least 1, that depends on it,
    of the same dtype. In general m is not n. Call f exactly once: all rows come from the same y.

    x: 1-D, float32 or float64, of any length n. It is the caller's: its values, requires_grad and
    .grad stay as they were. It may already require grad, as a leaf or computed from one, and carry
    an old .grad.

    Result: shape (m, n), also for m = 1; row i is the gradient of y[i]. The dtype of x; a new
    tensor without a graph.

    Autograd has to do the work, row by row (several rows in one batched call are fine). Calls that
    give a whole Jacobian are not allowed: torch.autograd.functional.jacobian, torch.func.jacrev,
    torch.func.jacfwd.

    >>> weights = torch.tensor([[1.0, 2.0], [0.0, 3.0], [1.0, 0.0]])
    >>> jacobian_by_rows(lambda t: weights @ (t * t), torch.tensor([2.0, 3.0]))
    tensor([[ 4., 12.],
            [ 0., 18.],
            [ 4.,  0.]])
    """
    raise NotImplementedError
