"""Probes of chapter 2."""

from collections.abc import Callable

import torch

from grader.inside.recorder import Recorder, call

jacobian_2xtx = call


def gradient(recorder: Recorder, f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> None:
    """Also: what does a second call with the same tensor give?"""
    recorder.call(f=f, x=x)
    recorder.note("with_the_same_x", lambda: recorder.call_again(f, x))


def make_leaf(recorder: Recorder, values: torch.Tensor, scale: float) -> None:
    """Also: is the result a leaf, and what does a backward through (3 * leaf).sum() leave in its `.grad`?"""
    leaf = recorder.call(values=values, scale=scale)
    recorder.note("is_plain", lambda: type(leaf) is torch.Tensor)
    recorder.note("is_leaf", lambda: leaf.is_leaf)
    recorder.note("requires_grad", lambda: leaf.requires_grad)
    recorder.note("grad_before", lambda: leaf.grad)

    def backward() -> object:
        (3 * leaf).sum().backward()
        return leaf.grad

    recorder.note("grad_after", backward)


def grads_or_zeros(
    recorder: Recorder,
    f: Callable[[torch.Tensor], torch.Tensor],
    xs: list[torch.Tensor],
    used: tuple[int, ...],
    asked: tuple[int, ...],
) -> None:
    """y is the sum of f over the `used` ones of xs; `asked` says which are given to the function, in which order.

    Also: does y's graph still work afterwards, and what is in the `.grad` of those that are not asked for?
    """
    y = torch.stack([f(xs[index]).double() for index in used]).sum()
    recorder.call(y=y, xs=[xs[index] for index in asked])

    recorder.note("other_grads", lambda: [x.grad for index, x in enumerate(xs) if index not in asked])

    def use_graph() -> bool:
        torch.autograd.grad(y, xs, allow_unused=True)
        return True

    recorder.note("graph_usable", use_graph)
