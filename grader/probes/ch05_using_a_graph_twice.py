"""Probes of chapter 5."""

from collections.abc import Callable

import torch

from grader.probes.recorder import Recorder, call

backward_twice = call


def backward_n_times(recorder: Recorder, f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, n: int) -> None:
    """Also: what does a further backward find at the y that was returned?"""
    result = recorder.call(f=f, x=x, n=n)

    def graph_of_y() -> str:
        _, y = result
        if not y.requires_grad:
            return "gone"
        try:
            y.backward()
        except RuntimeError:
            return "freed"
        return "usable"

    recorder.note("graph_of_y", graph_of_y)
