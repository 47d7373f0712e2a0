# %% [markdown]
# # Chapter 5: Using a graph twice
#
# On the way forward torch keeps what the way back will need. For `y = w**3` the slope is $3 w^2$,
# so `w` is kept. This costs memory, and nearly always a graph is used once. Therefore `backward`
# throws the kept tensors away as it goes along, and a second `backward` over the same graph finds
# them missing and raises a `RuntimeError`.
#
# `y.backward(retain_graph=True)` keeps them. Then a further `backward` can follow over the same
# graph. It *adds* to `.grad`, as every `backward` does (chapter 3).
#
# What `retain_graph` says is about the pass in which it stands: "keep the graph after this one".
# The last pass has no reason to keep it.

# %%
from collections.abc import Callable

import torch

# %%
if __name__ == "__main__":
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    y = (w**3).sum()
    y.backward()
    print("after the first pass:", w.grad)
    try:
        y.backward()
    except RuntimeError as error:
        print("second pass:", str(error).split("(")[0])


# %%
def backward_twice(x: torch.Tensor) -> torch.Tensor:
    """Return what x.grad holds after two backward passes over one graph of y = torch.dot(x, x).

    Compute y once and clear nothing in between.

    x: 1-D, float32 or float64, of any length n (0 and 1 too). It is the caller's: its values,
    requires_grad and .grad stay as they were. The given line takes care of that.

    Result: shape (n,), also for n = 1; the dtype of x; a new tensor without a graph.

    Autograd has to do the work, in both passes.

    >>> backward_twice(torch.tensor([1.0, 2.0]))
    tensor([4., 8.])
    """
    x = x.detach().clone().requires_grad_(True)  # your own copy, so that the caller's x stays as it was
    raise NotImplementedError


# %% [markdown]
# ## The error is not a safety net
#
# Some operations need nothing from the way forward: the slope of a plain sum is 1 wherever you are.
# Their graphs keep no tensors, so there is nothing to throw away, and a second `backward` raises
# nothing. It just adds the gradient again. Run the cell and compare.
#
# And when the error does appear in a program of yours, `retain_graph=True` is not always the
# answer. Ask first why a graph is walked twice. Often an old result has been carried along by
# mistake, and `detach` (chapter 4) is what is missing. A graph that is kept without need only fills
# the memory.

# %%
if __name__ == "__main__":
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    y = w.sum()
    y.backward()
    y.backward()
    print("two passes over a plain sum, without retain_graph:", w.grad)

# %% [markdown]
# ## A graph that leaves the function
#
# While a function holds `y`, its graph lives. When nobody holds `y` any more, the graph goes with
# it, and it makes no difference whether the last pass kept it. But in the next exercise `y` is
# returned. If your last pass keeps the graph, the caller holds all the kept tensors without knowing
# it. The caller can tell: a further `y.backward()` then works, where it should raise the error from
# above.


# %%
def backward_n_times(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, n: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return (gradient, y), where y = f(x) has been computed once and walked back n times.

    The gradient is what .grad of your leaf holds after n passes over one graph with nothing
    cleared: n times the gradient of f. The last pass frees the graph, so that a further
    y.backward() by the caller raises an error (if f keeps anything for the way back).

    f: takes a tensor of x's shape and dtype and returns a 0-dim tensor that depends on it. Call it
    once.

    x: 1-D, float32 or float64, of any length. It is the caller's: its values, requires_grad and
    .grad stay as they were. It may already require grad, as a leaf or computed from one, and carry
    an old .grad.

    n: the number of passes, 1 or more.

    Result: a pair (a list of two is accepted). The gradient has the shape and dtype of x and is a
    new tensor without a graph. y is the 0-dim tensor that f returned, not detached: its history is
    still there, but used up.

    Autograd has to do the work, in every pass.

    >>> grad, y = backward_n_times(lambda t: torch.dot(t, t), torch.tensor([1.0, 2.0]), 2)
    >>> grad
    tensor([4., 8.])
    >>> y.item()
    5.0
    """
    raise NotImplementedError
