"""Probes of chapter 5."""

from collections.abc import Callable
from typing import Any

import torch

from grader.inside.reading import entries_of
from grader.inside.recorder import Recorder, call

backward_twice = call


def backward_n_times(recorder: Recorder, f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, n: int) -> None:
    """Also: what does a further backward find at the y that was returned?"""
    result = recorder.call(f=f, x=x, n=n)

    def graph_of_y() -> str:
        entries = entries_of(result, 2)
        if entries is None or len(entries) != 2:
            raise TypeError("the result is no pair")
        y: Any = entries[1][1]
        if y.grad_fn is None:
            return "gone"
        try:
            y.backward()
        except RuntimeError:
            return "freed"
        return "usable"

    recorder.note("graph_of_y", graph_of_y)
