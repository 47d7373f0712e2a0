"""Probes of chapter 5."""

from collections.abc import Callable
from typing import Any

import torch

from grader.inside.reading import entries_of
from grader.inside.recorder import Recorder, call

backward_twice = call


def backward_n_times(recorder: Recorder, f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, n: int) -> None:
    """Also: is y the tensor that f returned, what does a further backward find there, and does it reach x?"""
    made: list[torch.Tensor] = []

    def noting(t: torch.Tensor) -> torch.Tensor:
        made.append(f(t))
        return made[-1]

    result = recorder.call(f=noting, x=x, n=n)

    def returned_y() -> Any:
        entries = entries_of(result, 2)
        if entries is None or len(entries) != 2:
            raise TypeError("the result is no pair")
        return entries[1][1]

    def graph_of_y() -> str:
        y = returned_y()
        backward = y.backward
        if y.grad_fn is None:
            return "gone"
        try:
            backward()
        except RuntimeError:
            return "freed"
        return "usable"

    recorder.note("y_is_of_f", lambda: any(returned_y() is one for one in made))
    recorder.note("graph_of_y", graph_of_y)
    recorder.note("grad_of_x", lambda: x.grad if x.is_leaf else None)
