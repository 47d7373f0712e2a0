"""Probes of chapter 3."""

import torch

from grader.inside.recorder import Recorder, call

zero_then_grad = call
accumulated_grad = call
sum_backward = call
two_backwards = call
vector_backward = call


def clear_grads(recorder: Recorder, params: list[torch.Tensor], set_to_none: bool, with_graph: tuple[int, ...]) -> None:
    """`with_graph` says whose gradient has a history. Also: what do parameters and gradients look like afterwards?"""
    for index in with_graph:
        grad = params[index].grad
        params[index].grad = None if grad is None else grad.clone().requires_grad_(True) * 1
    given, params = params, list(params)  # what is in the list afterwards is the submission's
    held = [param.grad for param in params]
    recorder.call(params=given, set_to_none=set_to_none)
    recorder.note("same_list", lambda: list(map(id, given)) == list(map(id, params)))
    recorder.note("grads", lambda: [param.grad for param in params])
    recorder.note("values", lambda: params)
    recorder.note("flags", lambda: [param.requires_grad for param in params])
    recorder.note("graphs", lambda: [param.grad is not None and param.grad.requires_grad for param in params])
    recorder.note(
        "same_tensors",
        lambda: set_to_none or [param.grad is old for param, old in zip(params, held, strict=True)],
    )
