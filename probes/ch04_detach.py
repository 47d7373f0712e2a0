"""Probes of chapter 4."""

import torch

from grader.inside.recorder import Recorder, call

detached_product_grad = call
frozen_factor_grad = call
both_gradients = call
two_branch_detach = call


def snapshot(recorder: Recorder, t: torch.Tensor) -> None:
    """Also: is the history of t as it was, and does a change in place of one tensor show in the other?"""
    step, version = t.grad_fn, t._version  # noqa: SLF001  # no public one counts the changes in place
    copy = recorder.call(t=t)

    def change_original() -> torch.Tensor:
        with torch.no_grad():
            t.zero_()
        return copy  # type: ignore[no-any-return]  # whatever the submission returned

    def change_copy() -> torch.Tensor:
        with torch.no_grad():
            copy.fill_(1)
        return t

    recorder.note("same_history", lambda: t.grad_fn is step and t._version == version)  # noqa: SLF001  # as above
    recorder.note("after_change_of_t", change_original)
    recorder.note("t_after_change", change_copy)
